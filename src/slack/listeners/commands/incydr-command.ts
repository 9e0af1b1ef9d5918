import { type Answer, CommandTextError, listedGrant, textFault } from "../../../change-requests/index.ts";
import { isComplete } from "../../../incydr/index.ts";
import { uuidOf } from "../../../kernel/canonical-json.ts";
import { typedUser } from "../../../subjects/index.ts";
import { readTypedText, withNames } from "../../texts/typed-text.ts";
import { bulkInputView } from "../../views/bulk-input-view.ts";
import { answerTo } from "../answering.ts";
import { isFirstDelivery } from "../first-delivery.ts";
import type { CommandListener } from "../listener.ts";
import { answer, sendRefusal } from "../send-answer.ts";
import { openChange, sendNotOpened } from "../views/open-change.ts";
import { parseCommand } from "./parse-command.ts";

/** Characters of the name or id of a role or an organization. */
const LONGEST_NAME = 200;

/** Every `/incydr` command. The listener acks it before it looks up anything. */
export const onIncydrCommand: CommandListener = async (deps, { ack, command }) => {
  await ack();
  const slackUserId = command.user_id;
  const place = { channelId: command.channel_id, threadTs: null };
  const triggerId = command.trigger_id;
  const sendAnswer = answerTo(deps, { responseUrl: command.response_url, slackUserId, place });
  const attemptId = () => uuidOf(`freeze ${triggerId} ${slackUserId}`);
  const text = readTypedText(command.text);
  const parsed = parseCommand(text);
  // The help changes nothing, so that a second one is harmless. It needs no database.
  if (parsed.name !== "help" && !(await isFirstDelivery(deps, command))) return;
  // A command of one word is quickly typed again.
  const typed = /\S\s+\S/.test(text) ? { "You typed": `/incydr ${withNames(text)}` } : {};
  const reply = (work: () => Promise<Answer | null>, isLookUp = true) =>
    answer(deps, sendAnswer, work, { typed, isNothingRequested: isLookUp });
  const opening = { slackUserId, place, triggerId, sendAnswer, typed };
  switch (parsed.name) {
    case "help":
      return sendAnswer({ kind: "help" });
    case "user":
      return reply(async () => {
        const facts = await deps.lookUps.subject(slackUserId, parsed.who);
        return {
          kind: "subject",
          facts,
          grants: (await deps.grantQueries.ofSubject(slackUserId, facts)).map(listedGrant),
          userLinkTemplate: deps.userLinkTemplate,
          isFrozen: await deps.isFrozen(),
        };
      });
    case "grants":
      return reply(async () => {
        const isFrozen = await deps.isFrozen();
        const facts = parsed.who === null ? null : await deps.lookUps.subject(slackUserId, parsed.who);
        const grants = facts
          ? await deps.grantQueries.ofSubject(slackUserId, facts)
          : await deps.grantQueries.all(slackUserId);
        return {
          kind: "grants",
          grants: grants.map(listedGrant),
          username: facts?.username ?? null,
          isFrozen,
        };
      });
    case "roles":
      return reply(async () => {
        const isFrozen = await deps.isFrozen();
        const roles = await deps.lookUps.roles(slackUserId);
        const listed = roles.map(({ roleId, roleName }) => ({ roleId, roleName }));
        return { kind: "roles", roles: listed, isComplete: isComplete(roles), isFrozen };
      });
    case "change": {
      const { kind, role, org, emergency = false } = parsed;
      let who: string;
      try {
        who = typedUser(parsed.who);
        assertName("role", role);
        assertName("organization", org);
      } catch (error) {
        return sendRefusal(deps, sendAnswer, error, typed);
      }
      return openChange(deps, { ...opening, who, kind, role, org, emergency });
    }
    case "can":
      return reply(async () => {
        const permission = await deps.explainPermission({ slackUserId, ...parsed });
        return { kind: "permission", permission, isFrozen: await deps.isFrozen() };
      });
    case "undo":
      if (parsed.request === null) return sendAnswer({ kind: "undo_of_what", typed });
      return openChange(deps, { ...opening, kind: null, undoes: parsed.request });
    case "bulk":
      try {
        const draft = await deps.bulkOpening.start({ slackUserId, place, kind: parsed.kind });
        const view = bulkInputView(draft, { isFrozen: await deps.isFrozen() });
        await deps.api.posting.views.open({ trigger_id: triggerId, view });
      } catch (error) {
        await sendNotOpened(deps, sendAnswer, error, typed);
      }
      return;
    case "freeze":
      return reply(async () => {
        const reason = parsed.reason && withNames(parsed.reason);
        const frozen = await deps.freezeSwitch.freeze(slackUserId, reason, attemptId());
        return frozen === "repeated" ? null : { kind: "frozen" };
      }, false);
    case "unfreeze":
      return reply(async () => {
        const unfrozen = await deps.freezeSwitch.unfreeze(slackUserId, attemptId());
        return unfrozen === "repeated" ? null : { kind: "unfrozen", ...unfrozen };
      }, false);
    case "unknown":
      return sendAnswer({ kind: "unknown_command", command: withNames(parsed.typed), typed });
    default:
      // A command without a case would get no answer.
      parsed satisfies never;
  }
};

/** @throws {CommandTextError} for a name that no role or organization can have. */
function assertName(what: "role" | "organization", name: string | null): void {
  const fault = name === null ? null : textFault(name, LONGEST_NAME);
  if (fault !== null) throw new CommandTextError(what, fault);
}
