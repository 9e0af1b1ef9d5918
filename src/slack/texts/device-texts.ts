import type { Answer, ListedDevice } from "../../change-requests/index.ts";
import { quotedUsername } from "../../kernel/quoted-name.ts";
import { count } from "./change-texts.ts";
import { bold, type Inline, moment, plain, shortened } from "./rich-text.ts";

type DeviceList = Extract<Answer, { readonly kind: "devices" }>;

/** Characters of a device's name, and of its other texts. */
const LONGEST_NAME = 60;
const LONGEST_TEXT = 40;

/** The number of devices; “at least” if the list may be incomplete. */
export function deviceListTitle(list: DeviceList): string {
  const { of, total, isComplete } = list;
  return `${isComplete ? "" : "At least "}${count(total, of)} of ${ownerOf(list)}`;
}

/** An empty list is no proof of “none” if it may be incomplete. */
export function noDevicesText(list: DeviceList): string {
  const none = `no ${list.of}s of ${ownerOf(list)}.`;
  return list.isComplete ? `Incydr lists ${none}` : `Incydr's list may be incomplete. It shows ${none}`;
}

function ownerOf({ username, isFiltered }: DeviceList): string {
  return `${quotedUsername(username)}${isFiltered ? " with these filters" : ""}`;
}

/** The devices that are not shown, and those that Incydr may have left out. */
export function restOfDevicesText({ of, items, total, isComplete }: DeviceList): string[] {
  const rest = total - items.length;
  return [
    ...(rest > 0 ? [`… and ${rest} more. Use filters such as --active.`] : []),
    ...(isComplete ? [] : [`Incydr's list may be incomplete. There may be more ${of}s.`]),
  ];
}

const ALERTS: ReadonlyMap<number, string> = new Map([
  [1, "⚠️ warning"],
  [2, "🔴 critical"],
]);

/** A device or an agent: its name, and the facts that Incydr gives. Texts of Incydr's stand in quotes. */
export function deviceLine(device: ListedDevice): Inline[] {
  const { name, host, active, blocked, os, version, lastConnected, alertState, issues } = device;
  const facts = [
    host === null || host === name ? null : `host ${quoted(host, LONGEST_NAME)}`,
    statusText(active),
    blocked ? "🚫 blocked" : null,
    os === null ? null : quoted(os),
    version === null ? null : `version ${quoted(version)}`,
    alertState === null ? null : ALERTS.get(alertState),
    issues.length > 0 ? `⚠️ ${quoted(issues.join(", "))}` : null,
  ].filter((fact) => fact !== null && fact !== undefined);
  const connected: Inline[] =
    lastConnected === null
      ? [plain(", last connection unknown")]
      : [plain(", last connected "), moment(new Date(lastConnected))];
  const title = name === null ? "Without a name" : quoted(name, LONGEST_NAME);
  return [bold(title), plain(`: ${facts.join(", ")}`), ...connected];
}

function statusText(active: boolean | null): string {
  if (active === null) return "status unknown";
  return active ? "active" : "inactive";
}

/** A text of Incydr's in quotes, so that it does not look like the words around it. */
function quoted(text: string, most = LONGEST_TEXT): string {
  return `“${shortened(text.replace(/[“”]/g, '"'), most)}”`;
}
