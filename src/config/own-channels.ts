import type { Config } from "./load-config.ts";

/** A channel that the bot can't do without. */
export type OwnChannel = "approvals" | "audit" | "restricted";

/** The variable of each channel that the bot can't do without. */
export const OWN_CHANNEL_VARIABLES = {
  approvals: "APPROVALS_CHANNEL",
  audit: "AUDIT_CHANNEL",
  restricted: "RESTRICTED_CHANNEL",
} as const satisfies Record<OwnChannel, string>;

/** Lists, for each of the three channels, the variables of the other two that have the same id. */
export function channelsConfiguredTwice(
  channels: Pick<Config["channels"], OwnChannel>,
): Readonly<Record<OwnChannel, readonly string[]>> {
  const own: readonly OwnChannel[] = ["approvals", "audit", "restricted"];
  const othersLike = (channel: OwnChannel) =>
    own
      .filter((other) => other !== channel && channels[other] === channels[channel])
      .map((other) => OWN_CHANNEL_VARIABLES[other]);
  return {
    approvals: othersLike("approvals"),
    audit: othersLike("audit"),
    restricted: othersLike("restricted"),
  };
}
