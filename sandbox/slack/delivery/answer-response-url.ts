import type { ResponseTarget } from "../state/response-urls.ts";
import type { SlackState } from "../state/slack-state.ts";
import { readApiArguments } from "../web-api/api-arguments.ts";
import { ApiRefusal } from "../web-api/api-refusal.ts";
import { readMessageContent } from "../web-api/message-content.ts";
import { editAsApp, postAsApp } from "../web-api/post-as-app.ts";

/**
 * Handles a POST to a response URL. Refusals: 404 `used_url`, `expired_url`, `no_such_url`; 400 for invalid content.
 */
export function answerResponseUrl(
  state: SlackState,
  path: string,
  body: Record<string, unknown>,
): { status: number; body: string } {
  const target = state.responseUrls.use(path);
  if (typeof target === "string") return { status: 404, body: JSON.stringify({ ok: false, error: target }) };
  try {
    respond(state, target, body, "response_url");
    return { status: 200, body: "ok" };
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
    return { status: 400, body: JSON.stringify({ ok: false, error: error.code, ...error.more }) };
  }
}

/**
 * Shows an answer to a command or a click. Replaces or deletes the clicked message, or else appends a message, which is
 * ephemeral unless `in_channel`. After a command, `replace_original` and `delete_original` have no effect: the answer
 * is appended (slackapi/bolt-js issue 2287). Throws `ApiRefusal` if the content is invalid.
 */
export function respond(
  state: SlackState,
  target: ResponseTarget,
  body: Record<string, unknown>,
  where: string,
): void {
  const given = readApiArguments(body);
  const clicked =
    target.messageTs === undefined ? undefined : state.messages.find(target.channelId, target.messageTs);
  if (clicked && given.flag("delete_original")) {
    state.messages.delete(clicked);
    return;
  }
  if (!clicked && given.flag("delete_original") && !given.has("text") && !given.has("blocks")) return;
  const { text, blocks, attachments } = readMessageContent(given, { where, state, limitBlocksJson: false });
  const content = { text, blocks, attachments };
  if (clicked && given.flag("replace_original")) {
    if (!clicked.deleted) editAsApp(state, clicked, content);
    return;
  }
  if (clicked && !given.has("replace_original")) {
    const detail = "an answer to a click says neither replace_original nor delete_original";
    state.violations.add({ kind: "ambiguous_response", where, detail });
  }
  const threadTs = given.text("thread_ts");
  postAsApp(
    state,
    {
      channelId: target.channelId,
      ...(threadTs === undefined ? {} : { threadTs }),
      ...(given.text("response_type") === "in_channel" ? {} : { ephemeralFor: target.personId }),
    },
    content,
  );
}
