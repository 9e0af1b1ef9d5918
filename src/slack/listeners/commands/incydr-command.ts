import {
  type BulkKind,
  CommandTextError,
  listedGrant,
  type Place,
  textFault,
} from "../../../change-requests/index.ts";
import { isComplete } from "../../../incydr/index.ts";
import { uuidOf } from "../../../kernel/canonical-json.ts";
import { typedUser } from "../../../subjects/index.ts";
import type { TypedTexts } from "../../texts/message.ts";
import { readTypedText, withNames } from "../../texts/typed-text.ts";
import { bulkInputView } from "../../views/bulk-input-view.ts";
import { answerTo } from "../answering.ts";
import { isFirstDelivery } from "../first-delivery.ts";
import type { CommandListener } from "../listener.ts";
import { answer, type SendAnswer, sendRefusal } from "../send-answer.ts";
import type { SlackDeps } from "../slack-deps.ts";
import { openChange, sendNotOpened } from "../views/open-change.ts";
import { parseCommand } from "./parse-command.ts";

/** Characters of the name or id of a role or an organization. */
const LONGEST_NAME = 200;

/** Everything that begins with `/incydr`. Acked before anything is looked up. */
export const onIncydrCommand: CommandListener = async (deps, { ack, command, respond }) => {
  await ack();
  if (!(await isFirstDelivery(deps, command))) return;
  const slackUserId = command.user_id;
  const place = { channelId: command.channel_id, threadTs: null };
  const sendAnswer = answerTo(deps, { respond, slackUserId, place });
  const attemptId = uuidOf(`freeze ${command.trigger_id} ${slackUserId}`);
  const text = readTypedText(command.text);
  const parsed = parseCommand(text);
  // A command of one word is soon typed again.
  const typed = /\S\s+\S/.test(text) ? { "You typed": `/incydr ${withNames(text)}` } : {};
  switch (parsed.name) {
    case "help":
      return sendAnswer({ kind: "help" });
    case "user":
      return answer(
        deps,
        sendAnswer,
        async () => {
          const facts = await deps.lookUps.subject(slackUserId, parsed.who);
          return {
            kind: "subject",
            facts,
            grants: (await deps.grantQueries.ofSubject(slackUserId, facts)).map(listedGrant),
            userLinkTemplate: deps.userLinkTemplate,
            isFrozen: await deps.isFrozen(),
          };
        },
        typed,
      );
    case "grants":
      return answer(
        deps,
        sendAnswer,
        async () => {
          const isFrozen = await deps.isFrozen();
          if (parsed.who === null) {
            const all = await deps.grantQueries.all(slackUserId);
            return { kind: "grants", grants: all.map(listedGrant), username: null, isFrozen };
          }
          const facts = await deps.lookUps.subject(slackUserId, parsed.who);
          const grants = (await deps.grantQueries.ofSubject(slackUserId, facts)).map(listedGrant);
          return { kind: "grants", grants, username: facts.username, isFrozen };
        },
        typed,
      );
    case "roles":
      return answer(
        deps,
        sendAnswer,
        async () => {
          const isFrozen = await deps.isFrozen();
          const roles = await deps.lookUps.roles(slackUserId);
          const listed = roles.map(({ roleId, roleName }) => ({ roleId, roleName }));
          return { kind: "roles", roles: listed, isComplete: isComplete(roles), isFrozen };
        },
        typed,
      );
    case "change": {
      let who: string;
      try {
        who = typedUser(parsed.who);
        assertNames(parsed);
      } catch (error) {
        return sendRefusal(deps, sendAnswer, error, typed);
      }
      return openChange(deps, {
        slackUserId,
        place,
        who,
        kind: parsed.kind,
        role: parsed.role,
        org: parsed.org,
        undoes: null,
        emergency: parsed.emergency ?? false,
        triggerId: command.trigger_id,
        sendAnswer,
        typed,
      });
    }
    case "can":
      return answer(
        deps,
        sendAnswer,
        async () => {
          const permission = await deps.explainPermission({ slackUserId, ...parsed });
          return { kind: "permission", permission, isFrozen: await deps.isFrozen() };
        },
        typed,
      );
    case "undo": {
      if (parsed.request === null) return sendAnswer({ kind: "undo_of_what", typed });
      return openChange(deps, {
        slackUserId,
        place,
        ...{ who: "", kind: null, role: null, org: null, undoes: parsed.request },
        triggerId: command.trigger_id,
        sendAnswer,
        typed,
      });
    }
    case "bulk":
      return openBulk(deps, {
        slackUserId,
        place,
        kind: parsed.kind,
        triggerId: command.trigger_id,
        sendAnswer,
        typed,
      });
    case "freeze":
      return answer(
        deps,
        sendAnswer,
        async () => {
          const reason = parsed.reason && withNames(parsed.reason);
          const frozen = await deps.freezeSwitch.freeze(slackUserId, reason, attemptId);
          return frozen === "repeated" ? null : { kind: "frozen" };
        },
        typed,
      );
    case "unfreeze":
      return answer(
        deps,
        sendAnswer,
        async () => {
          const unfrozen = await deps.freezeSwitch.unfreeze(slackUserId, attemptId);
          return unfrozen === "repeated" ? null : { kind: "unfrozen", ...unfrozen };
        },
        typed,
      );
    case "unknown":
      return sendAnswer({ kind: "unknown_command", command: withNames(parsed.typed), typed });
  }
};

/** @throws {CommandTextError} for the name of a role or organization that no role or organization can have. */
function assertNames({ role, org }: { role: string | null; org: string | null }): void {
  for (const [what, name] of [
    ["role", role],
    ["organization", org],
  ] as const) {
    const fault = name === null ? null : textFault(name, LONGEST_NAME);
    if (fault !== null) throw new CommandTextError(what, fault);
  }
}

/** Opens the form that asks whom a bulk is about. */
async function openBulk(
  deps: SlackDeps,
  opening: {
    slackUserId: string;
    place: Place;
    kind: BulkKind;
    triggerId: string;
    sendAnswer: SendAnswer;
    typed: TypedTexts;
  },
): Promise<void> {
  const { slackUserId, place, kind, triggerId, sendAnswer, typed } = opening;
  try {
    const draft = await deps.bulkOpening.start({ slackUserId, place, kind });
    const view = bulkInputView(draft, { isFrozen: await deps.isFrozen() });
    await deps.api.posting.views.open({ trigger_id: triggerId, view });
  } catch (error) {
    await sendNotOpened(deps, sendAnswer, error, typed);
  }
}
