import type { Answer } from "../../../change-requests/index.ts";
import { nearestCommand } from "../../texts/command-suggestions.ts";
import { readTypedText, withNames } from "../../texts/typed-text.ts";
import { isSeenByOthers, placeOf } from "../actions/card-clicks.ts";
import { type Answered, answerTo, messageTo } from "../answering.ts";
import { isFirstDelivery } from "../first-delivery.ts";
import type { ButtonListener, CommandListener } from "../listener.ts";
import { answer } from "../send-answer.ts";
import type { SlackDeps } from "../slack-deps.ts";
import type { CommandContext, NotUnderstood } from "./command.ts";
import { parseCommand, runCommand } from "./parse-command.ts";
import { similarCommands } from "./similar-commands.ts";

/** Every `/incydr` command. The listener acks it before it looks up anything. */
export const onIncydrCommand: CommandListener = async (deps, { ack, command }) => {
  await ack();
  const { user_id: slackUserId, channel_id: channelId, response_url: responseUrl } = command;
  const answered = { responseUrl, slackUserId, place: { channelId, threadTs: null } };
  await runTyped(deps, command, {
    ...answered,
    triggerId: command.trigger_id,
    text: readTypedText(command.text),
  });
};

/** A button whose value is a command without Slack's escapes: a suggestion, or a part of the menu. It runs as if typed. */
export const runButton: ButtonListener = (deps, click) => runValue(deps, click, []);

/** The answers that have pages. */
const PAGED = ["roles", "held_roles", "orgs", "devices", "grants", "requests"] as const;

/** A button for another page of a list. The page replaces the list, if only this person sees the list. */
export const turnPage: ButtonListener = (deps, click) =>
  runValue(deps, click, isSeenByOthers(click.body) ? [] : PAGED);

async function runValue(
  deps: SlackDeps,
  { ack, body, action }: Parameters<ButtonListener>[1],
  replacedBy: readonly Answer["kind"][],
): Promise<void> {
  await ack();
  const { user, response_url: responseUrl, trigger_id: triggerId } = body;
  const answered = { responseUrl, slackUserId: user.id, place: placeOf(body), replacedBy };
  await runTyped(deps, body, { ...answered, triggerId, text: action.value ?? "" });
}

async function runTyped(
  deps: SlackDeps,
  delivery: object,
  { triggerId, text, ...answered }: Answered & { readonly triggerId: string; readonly text: string },
): Promise<void> {
  const sendAnswer = answerTo(deps, answered);
  const parsed = parseCommand(text);
  // The help changes nothing, so that a second one is harmless. It needs no database.
  if (parsed.name !== "help" && !(await isFirstDelivery(deps, delivery))) return;
  // A command of one word is quickly typed again.
  const typed = /\S\s+\S/.test(text) ? { "You typed": `/incydr ${withNames(text)}` } : {};
  if (parsed.name === "unknown") return sendAnswer(answerToUnknown(parsed.notUnderstood, text, typed));
  const { slackUserId, place } = answered;
  const context: CommandContext = {
    ...{ deps, slackUserId, place, triggerId, typed, sendAnswer },
    sendMessage: messageTo(deps, answered),
    reply: (work, { isLookUp } = { isLookUp: true }) =>
      answer(deps, sendAnswer, work, {
        ...{ typed, isNothingRequested: isLookUp },
        choicesFor: (error) => similarCommands(deps, error, { slackUserId, text, who: userIn(parsed.args) }),
      }),
  };
  await runCommand(context, parsed);
}

/** The part of a command that names a user; `null` if none does. */
function userIn(args: { readonly who?: unknown; readonly subject?: unknown }): string | null {
  const { who, subject = who } = args;
  return typeof subject === "string" && subject !== "" ? subject : null;
}

function answerToUnknown(notUnderstood: NotUnderstood, text: string, typed: CommandContext["typed"]): Answer {
  if ("option" in notUnderstood) return { kind: "option_fault", fault: notUnderstood.option, typed };
  const command = withNames(notUnderstood.typed);
  return { kind: "unknown_command", command, nearest: nearestCommand(text), typed };
}
