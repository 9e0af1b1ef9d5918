import type { Answer, ListedDevice } from "../../change-requests/index.ts";
import { quotedUsername } from "../../kernel/quoted-name.ts";
import { count } from "./change-texts.ts";
import { bold, type Inline, moment, plain, shortened } from "./rich-text.ts";

type DeviceList = Pick<
  Extract<Answer, { readonly kind: "devices" }>,
  "of" | "username" | "items" | "isComplete" | "isFiltered"
>;

/** Characters of each text of a device. */
const LONGEST_TEXT = 80;

export function deviceListTitle({ of, username, items, isFiltered }: DeviceList): string {
  return `${count(items.length, of)} of ${quotedUsername(username)}${isFiltered ? " with these filters" : ""}`;
}

/** An empty list is no proof of “none” if it may be incomplete. */
export function noDevicesText({ of, username, isComplete, isFiltered }: DeviceList): string {
  const whose = `${quotedUsername(username)}${isFiltered ? " with these filters" : ""}`;
  return isComplete
    ? `Incydr lists no ${of}s of ${whose}.`
    : `Incydr's list may be incomplete. It shows no ${of}s of ${whose}.`;
}

/** The devices that are not shown, and those that Incydr may have left out. */
export function restOfDevicesText({ of, isComplete }: DeviceList, rest: number): string[] {
  const filter = of === "device" ? " Use filters such as --active." : "";
  return [
    ...(rest > 0 ? [`… and ${rest} more.${filter}`] : []),
    ...(isComplete ? [] : [`Incydr's list may be incomplete. There may be more ${of}s.`]),
  ];
}

const ALERTS: ReadonlyMap<number, string> = new Map([
  [1, "⚠️ warning"],
  [2, "🔴 critical"],
]);

/** A device or an agent: its name, and what Incydr says about it. */
export function deviceLines(device: ListedDevice): Inline[] {
  const { name, host, active, blocked, os, version, lastConnected, alertState, issues } = device;
  const alert = alertState === null ? undefined : ALERTS.get(alertState);
  const said = [
    statusText(active),
    blocked ? "🚫 blocked" : null,
    os === null ? null : short(os),
    version === null ? null : `version ${short(version)}`,
    alert,
    issues.length > 0 ? `⚠️ ${short(issues.join(", "))}` : null,
  ].filter((text) => text !== null && text !== undefined);
  const names = [name ?? "without a name", host !== null && host !== name ? `on ${short(host)}` : ""];
  const connected: Inline[] =
    lastConnected === null
      ? [plain(", never connected or not said")]
      : [plain(", last connected "), moment(new Date(lastConnected))];
  return [bold(short(names.filter(Boolean).join(" "))), plain(`: ${said.join(", ")}`), ...connected];
}

function statusText(active: boolean | null): string {
  if (active === null) return "status not said";
  return active ? "active" : "inactive";
}

function short(text: string): string {
  return shortened(text, LONGEST_TEXT);
}
