import { respond } from "../delivery/answer-response-url.ts";
import { commandText, slashCommandPayload } from "../payloads/slash-command-payload.ts";
import { escapeEntities } from "../render/markup.ts";
import type { ResponseTarget } from "../state/response-urls.ts";
import { ApiRefusal } from "../web-api/api-refusal.ts";
import {
  type ClientContext,
  type DispatchResult,
  dispatch,
  type Tamper,
  Undeliverable,
} from "./client-context.ts";
import { conversationOf } from "./conversation.ts";
import type { Message } from "./message-view.ts";

/** The place of a typed command. */
export interface CommandOptions {
  /** A channel's name or id, or `dm` for the conversation with the bot. */
  in: string;
  /** Typed in a thread: Slack refuses that. */
  thread?: Message;
  tamper?: Tamper;
}

/**
 * Types a slash command and waits for the ack. If the ack is late or isn't 200, the person sees Slack's failure line.
 * If the ack has a body, the person sees this body as the answer. Rejects if the manifest doesn't declare the command.
 */
export async function runCommand(
  client: ClientContext,
  line: string,
  options: CommandOptions,
): Promise<DispatchResult> {
  const { person, state, verificationToken } = client;
  const { workspace, responseUrls, triggers } = state;
  const [, command = "", typed = ""] = /^(\/\S+)\s*([\s\S]*)$/.exec(line) ?? [];
  const declared = state.app.commands.find((each) => each.command === command);
  if (!declared) throw new Undeliverable(`The manifest declares no command "${command || line}".`);
  if (options.thread) throw new Undeliverable(`${command} is not supported in threads.`);
  const channel = conversationOf(client, options.in);
  const target: ResponseTarget = { source: "command", personId: person.id, channelId: channel.id };
  const payload = slashCommandPayload({
    workspace,
    token: verificationToken,
    person,
    channel,
    command,
    text: commandText(typed.trimEnd(), workspace, declared.shouldEscape),
    responseUrl: responseUrls.issue(target),
    triggerId: triggers.issue({ personId: person.id, channelId: channel.id }),
  });
  const result = await dispatch(client, {
    kind: "slash_commands",
    type: command,
    payload,
    acceptsResponse: true,
    tamper: options.tamper,
  });
  if (!result.acked) {
    showFailure(
      client,
      target,
      command,
      result.reason === "timeout" ? "operation_timeout" : "dispatch_failed",
    );
  } else if (result.body !== undefined) {
    showAnswer(client, target, command, line, result.body);
  }
  return result;
}

function showAnswer(
  client: ClientContext,
  target: ResponseTarget,
  command: string,
  line: string,
  body: unknown,
): void {
  const answer: Record<string, unknown> =
    typeof body === "object" && body !== null ? { ...body } : { text: String(body) };
  try {
    if (answer.response_type === "in_channel") {
      const { channelId } = target;
      const content = { text: escapeEntities(line), blocks: [], attachments: [] };
      client.state.messages.add({ channelId, authorId: client.person.id }, content);
    }
    respond(client.state, target, answer, `ack of ${command}`);
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
    showFailure(client, target, command, error.code);
  }
}

function showFailure(client: ClientContext, target: ResponseTarget, command: string, error: string): void {
  client.state.messages.add(
    {
      channelId: target.channelId,
      authorId: "USLACKBOT",
      authorName: "Slackbot",
      ephemeralFor: target.personId,
    },
    { text: `${command} failed with the error "${error}"`, blocks: [], attachments: [] },
  );
}
