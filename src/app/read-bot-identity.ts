import { AppError } from "../kernel/errors.ts";
import { type BotIdentity, type createSlackApi, missingScopes, slackFailure } from "../slack/index.ts";

/** Slack does not accept the bot's token; trying again is of no use. */
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

/** Slack can't be reached, or can't answer now; the same call may work later. */
export class SlackUnreachableError extends AppError<"slack_unreachable"> {
  /** Short and stable, such as `ECONNREFUSED`, `http_503`, `timeout` or `ratelimited`. */
  readonly reason: string;

  constructor(reason: string, options?: { cause?: unknown }) {
    super("slack_unreachable", `Slack can't be reached (${reason}).`, options);
    this.reason = reason;
  }
}

/** Tells a token that Slack refuses from a Slack that can't answer now, by what `auth.test` threw. */
function classifySlackStartError(error: unknown): SlackTokenRefusedError | SlackUnreachableError {
  if (error instanceof SlackTokenRefusedError || error instanceof SlackUnreachableError) return error;
  const { kind, code } = slackFailure(error);
  return kind === "token_refused"
    ? new SlackTokenRefusedError(code, { cause: error })
    : new SlackUnreachableError(code, { cause: error });
}

/**
 * Reads who the bot is in Slack, and which bot scopes it lacks, from `auth.test`.
 * @throws {SlackTokenRefusedError} when Slack does not accept the token
 * @throws {SlackUnreachableError} when Slack doesn't answer
 */
export async function readBotIdentity(
  client: ReturnType<typeof createSlackApi>["reading"],
): Promise<{ identity: BotIdentity; missingScopes: readonly string[] }> {
  try {
    const answer = await client.auth.test();
    const { user_id: botUserId, bot_id: botId, team_id: teamId } = answer;
    if (!botUserId || !teamId) throw new SlackUnreachableError("unexpected_answer");
    if (!botId) throw new SlackTokenRefusedError("not_a_bot_token");
    return {
      identity: { botUserId, botId, teamId },
      missingScopes: missingScopes(answer.response_metadata?.scopes),
    };
  } catch (error) {
    throw classifySlackStartError(error);
  }
}
