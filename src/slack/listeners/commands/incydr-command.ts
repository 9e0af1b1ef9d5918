import { type BulkKind, CommandTextError, type Place, textFault } from "../../../change-requests/index.ts";
import { uuidOf } from "../../../kernel/canonical-json.ts";
import { shortened } from "../../../kernel/shortened.ts";
import { typedUser } from "../../../subjects/index.ts";
import { grantList, helpMessage, roleList } from "../../messages/command-answers.ts";
import { subjectCard } from "../../messages/subject-card.ts";
import { frozenAnswer, frozenLookUpLines, unfrozenAnswer } from "../../texts/freeze-texts.ts";
import { givenBack, shortMessage, type TypedTexts } from "../../texts/message.ts";
import { bold, plain } from "../../texts/rich-text.ts";
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
      return sendAnswer(helpMessage());
    case "user":
      return answer(
        deps,
        sendAnswer,
        async () => {
          const facts = await deps.lookUps.subject(slackUserId, parsed.who);
          return subjectCard(facts, {
            grants: await deps.grantQueries.ofSubject(slackUserId, facts),
            userLinkTemplate: deps.userLinkTemplate,
            isFrozen: await deps.isFrozen(),
          });
        },
        typed,
      );
    case "grants":
      return answer(
        deps,
        sendAnswer,
        async () => {
          const isFrozen = await deps.isFrozen();
          if (parsed.who === null)
            return grantList(await deps.grantQueries.all(slackUserId), null, { isFrozen });
          const facts = await deps.lookUps.subject(slackUserId, parsed.who);
          return grantList(await deps.grantQueries.ofSubject(slackUserId, facts), facts.username, {
            isFrozen,
          });
        },
        typed,
      );
    case "roles":
      return answer(
        deps,
        sendAnswer,
        async () => {
          const isFrozen = await deps.isFrozen();
          return roleList(await deps.lookUps.roles(slackUserId), { isFrozen });
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
          const { allowed, lines } = await deps.explainPermission({ slackUserId, ...parsed });
          return shortMessage(
            allowed ? "Yes" : "No",
            ...frozenLookUpLines(await deps.isFrozen()),
            ...lines.map((line) => [plain(line)]),
          );
        },
        typed,
      );
    case "undo": {
      if (parsed.request === null) {
        const text = "Say which request is to be undone, such as /incydr undo CR-17.";
        return sendAnswer(shortMessage("Which request?", [plain(text)], ...givenBack(typed)));
      }
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
          return frozen === "repeated" ? null : frozenAnswer();
        },
        typed,
      );
    case "unfreeze":
      return answer(
        deps,
        sendAnswer,
        async () => {
          const unfrozen = await deps.freezeSwitch.unfreeze(slackUserId, attemptId);
          return unfrozen === "repeated" ? null : unfrozenAnswer(unfrozen);
        },
        typed,
      );
    case "unknown":
      return sendAnswer(
        shortMessage(
          "Unknown command",
          [
            plain(`There is no “/incydr ${shortened(withNames(parsed.typed), LONGEST_NAME)}”. `),
            bold("/incydr help"),
            plain(" shows what there is."),
          ],
          ...givenBack(typed),
        ),
      );
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
