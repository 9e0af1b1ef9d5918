import { AppError } from "../kernel/errors.ts";
import { type BotIdentity, missingScopes, type SlackApi, slackFailure } from "../slack/index.ts";

/** Slack does not accept the bot's token, and a later try fails too. */
export class SlackTokenRefusedError extends AppError<"slack_token_refused"> {
  /** Slack's error code, or `not_a_bot_token`. */
  readonly slackCode: string;

  constructor(slackCode: string, options?: { cause?: unknown }) {
    super(
      "slack_token_refused",
      `Slack refuses SLACK_BOT_TOKEN (${slackCode}). Copy the bot token again from the Slack app's page OAuth & Permissions.`,
      options,
    );
    this.slackCode = slackCode;
  }
}

/** Slack can't be reached or has an outage; the same call may work later. */
export class SlackUnreachableError extends AppError<"slack_unreachable"> {
  /** Short and stable, such as `ECONNREFUSED`, `http_503`, `timeout` or `ratelimited`. */
  readonly reason: string;

  constructor(reason: string, options?: { cause?: unknown }) {
    super("slack_unreachable", `Slack can't be reached (${reason}).`, options);
    this.reason = reason;
  }
}

/**
 * Reads the bot's ids and the missing bot scopes from `auth.test`.
 * @throws {SlackTokenRefusedError} if Slack does not accept the token
 * @throws {SlackUnreachableError} for any other failure
 */
export async function readBotIdentity(
  client: SlackApi["reading"],
): Promise<{ identity: BotIdentity; missingScopes: readonly string[] }> {
  const answer = await client.auth.test().catch((error: unknown) => {
    const { kind, code } = slackFailure(error);
    if (kind === "token_refused") throw new SlackTokenRefusedError(code, { cause: error });
    throw new SlackUnreachableError(code, { cause: error });
  });
  const { user_id: botUserId, bot_id: botId, team_id: teamId } = answer;
  if (!botUserId || !teamId) throw new SlackUnreachableError("unexpected_answer");
  if (!botId) throw new SlackTokenRefusedError("not_a_bot_token");
  return {
    identity: { botUserId, botId, teamId },
    missingScopes: missingScopes(answer.response_metadata?.scopes),
  };
}
