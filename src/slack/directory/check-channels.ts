import { type ChannelRules, type PlacementFault, placementFault } from "../../change-requests/index.ts";
import { type Config, OWN_CHANNEL_VARIABLES, type OwnChannel, othersThatName } from "../../config/index.ts";
import { neededScopes, slackFailure } from "../web-api/slack-failure.ts";
import type { SlackChannelDirectory } from "./channel-directory.ts";

export type ChannelFault =
  | "configured_twice"
  | "channel_not_found"
  | "not_a_channel"
  | "not_in_channel"
  | "is_archived"
  | "public_channel"
  | "shared_channel"
  | "has_outsiders"
  | "missing_scope"
  | "token_refused"
  | "slack_unavailable";

/** Whether the bot can use a channel. `slack_unavailable`: not known now. */
export type ChannelCheck =
  | { readonly code: "ok" }
  | {
      readonly code: ChannelFault;
      /** A sentence for the log with the variable and advice. */
      readonly message: string;
      /** The error of the call, for the log; `null` if the call succeeded. */
      readonly cause: unknown;
    };

/** Checks the approvals, audit and restricted channels. Each restricted channel has to be usable. */
export type CheckChannels = () => Promise<Readonly<Record<OwnChannel, ChannelCheck>>>;

/** Creates the check of the approvals, audit and restricted channels. Each call reads them from Slack. */
export function createCheckChannels(options: {
  channels: Pick<SlackChannelDirectory, "readNow">;
  configured: Pick<Config["channels"], OwnChannel>;
  rules: ChannelRules;
}): CheckChannels {
  const { channels, configured, rules } = options;

  async function check(channel: OwnChannel): Promise<ChannelCheck> {
    const checks = await Promise.all([configured[channel]].flat().map((id) => checkOne(channel, id)));
    const failed = checks.filter((each) => each.code !== "ok");
    const first = failed.find(({ code }) => code !== "slack_unavailable") ?? failed[0];
    if (!first) return { code: "ok" };
    return { ...first, message: failed.map(({ message }) => message).join(" ") };
  }

  async function checkOne(channel: OwnChannel, channelId: string): Promise<ChannelCheck> {
    const name = `${OWN_CHANNEL_VARIABLES[channel]} (${channelId})`;
    const others = othersThatName(channelId, channel, configured);
    if (others.length > 0) {
      const message = `${name}: ${others.join(" and ")} has the same id. Make another private channel and set its id.`;
      return { code: "configured_twice", message, cause: null };
    }
    const reading = await channels.readNow(channelId);
    if (reading.kind === "failed") return failedCheck(name, reading.error);
    const fault = placementFault(reading.facts, rules);
    if (fault === null) return { code: "ok" };
    const { code, sentence } = PLACEMENT_FAULTS[fault];
    return { code, message: `${name}: ${sentence}`, cause: null };
  }

  return async () => {
    const [approvals, audit, restricted] = await Promise.all([
      check("approvals"),
      check("audit"),
      check("restricted"),
    ]);
    return { approvals, audit, restricted };
  };
}

function failedCheck(name: string, error: unknown): ChannelCheck {
  const { kind, code } = slackFailure(error);
  const failed = (fault: ChannelFault, sentence: string): ChannelCheck => ({
    code: fault,
    message: `${name}: ${sentence}`,
    cause: error,
  });
  if (kind === "token_refused") return failed("token_refused", `Slack refuses SLACK_BOT_TOKEN (${code}).`);
  if (kind === "unreachable") return failed("slack_unavailable", `Slack can't be reached (${code}).`);
  switch (code) {
    case "channel_not_found":
      return failed(
        "channel_not_found",
        "Slack shows the bot no such channel. If it is a private channel, type /invite and the bot's name in it. Otherwise correct the id.",
      );
    case "not_in_channel":
      return failed("not_in_channel", PLACEMENT_FAULTS.bot_not_member.sentence);
    case "method_not_supported_for_channel_type":
      return failed("not_a_channel", PLACEMENT_FAULTS.not_visible.sentence);
    case "missing_scope":
      return failed(
        "missing_scope",
        `the bot lacks the scope ${neededScopes(error) ?? "that Slack needs to show it"}. Add it on the Slack app's page OAuth & Permissions and install the app again.`,
      );
    default:
      return failed("slack_unavailable", `Slack does not show it (${code}).`);
  }
}

const PLACEMENT_FAULTS: Readonly<
  Record<PlacementFault, { readonly code: ChannelFault; readonly sentence: string }>
> = {
  not_visible: {
    code: "not_a_channel",
    sentence: "it is a conversation of some people and not a channel. Set the id of a private channel.",
  },
  // The three channels are always configured.
  not_configured: { code: "channel_not_found", sentence: "it is not configured. Correct the id." },
  archived: {
    code: "is_archived",
    sentence: "the channel is archived. Unarchive it, or set the id of another private channel.",
  },
  bot_not_member: {
    code: "not_in_channel",
    sentence: "the bot is not a member. Type /invite and the bot's name in that channel.",
  },
  public: {
    code: "public_channel",
    sentence:
      "the channel is public. Make it private, set the id of another, or allow its name in ALLOW_PUBLIC_CHANNELS.",
  },
  shared: {
    code: "shared_channel",
    sentence:
      "the channel is shared with another company. Set the id of a private channel that is not shared.",
  },
  outsiders: {
    code: "has_outsiders",
    sentence:
      "a guest or a person of another company is a member. Remove them, or set the id of another channel.",
  },
};
