import { messageOf } from "../kernel/errors.ts";
import type { BotIdentity, createSlackApi } from "../slack/index.ts";

/** Who the bot is in Slack, as its token says. */
export async function readBotIdentity(
  client: ReturnType<typeof createSlackApi>["reading"],
): Promise<BotIdentity> {
  try {
    const { user_id: botUserId, bot_id: botId, team_id: teamId } = await client.auth.test();
    if (!botUserId || !botId || !teamId)
      throw new Error("auth.test did not say who the bot is; is SLACK_BOT_TOKEN a bot's?");
    return { botUserId, botId, teamId };
  } catch (error) {
    throw new Error(`Slack does not accept the bot's token: ${messageOf(error)}`, { cause: error });
  }
}
