import type { Config } from "./load-config.ts";

/** A channel that the bot can't do without. */
export type OwnChannel = "approvals" | "audit" | "restricted";

/** The variable of each channel that the bot can't do without. */
export const OWN_CHANNEL_VARIABLES = {
  approvals: "APPROVALS_CHANNEL",
  audit: "AUDIT_CHANNEL",
  restricted: "RESTRICTED_CHANNEL",
} as const satisfies Record<OwnChannel, string>;

/** Lists the variables, other than that of `channel`, which name this id too. */
export function othersThatName(
  channelId: string,
  channel: OwnChannel,
  channels: Pick<Config["channels"], OwnChannel>,
): readonly string[] {
  const own: readonly OwnChannel[] = ["approvals", "audit", "restricted"];
  return own
    .filter((other) => other !== channel && [channels[other]].flat().includes(channelId))
    .map((other) => OWN_CHANNEL_VARIABLES[other]);
}
