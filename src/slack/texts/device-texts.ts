import type { RawTextElement, RichTextBlock } from "@slack/types";
import type { Answer, DeviceOrder, ListedDevice } from "../../change-requests/index.ts";
import { quotedName, quotedUsername } from "../../kernel/quoted-name.ts";
import { count } from "./change-texts.ts";
import { lines, moment, richText, shortened } from "./rich-text.ts";

type DeviceList = Extract<Answer, { readonly kind: "devices" }>;

/** Characters of a device's name, and of its other texts: the blocks of a page must fit into one message. */
const LONGEST_NAME = 60;
const LONGEST_TEXT = 40;

/** The number of devices, and the shown ones; “at least” if the list may be incomplete. */
export function deviceListTitle(list: DeviceList): string {
  const { of, total, items, offset = 0, isComplete } = list;
  const title = `${isComplete ? "" : "At least "}${count(total, of)} of ${ownerOf(list)}`;
  if (items.length === total) return title;
  const [first, last] = [offset + 1, offset + items.length].map((each) => each.toLocaleString("en-US"));
  return `${title}, ${first === last ? first : `${first}–${last}`} shown`;
}

/** An empty list is no proof of “none” if it may be incomplete. */
export function noDevicesText(list: DeviceList): string {
  const none = `no ${list.of}s of ${ownerOf(list)}.`;
  return list.isComplete ? `Incydr lists ${none}` : `Incydr's list may be incomplete. It shows ${none}`;
}

function ownerOf({ username, isFiltered }: DeviceList): string {
  return `${quotedUsername(username)}${isFiltered ? " with these filters" : ""}`;
}

const ORDERS: Readonly<Record<DeviceOrder["by"], readonly [by: string, up: string, down: string]>> = {
  name: ["name", "A to Z", "Z to A"],
  os: ["operating system", "A to Z", "Z to A"],
  host: ["host name", "A to Z", "Z to A"],
  "last-connected": ["last connection", "oldest first", "newest first"],
};

/** The order of the list and its direction. */
export function deviceOrderText({ by, isDescending }: DeviceOrder): string {
  const [what, up, down] = ORDERS[by];
  return `Sorted by ${what}, ${isDescending ? down : up}.`;
}

/** The devices that no page shows, and those that Incydr may have left out. */
export function restOfDevicesText({ of, items, total, isComplete, order }: DeviceList): string[] {
  // Answers of earlier versions have no other pages.
  const rest = order === undefined ? total - items.length : 0;
  return [
    ...(rest > 0 ? [`… and ${rest} more. Use filters such as --active.`] : []),
    ...(isComplete ? [] : [`Incydr's list may be incomplete. There may be more ${of}s.`]),
  ];
}

type Cell = RawTextElement | RichTextBlock;

/** The first row of the table. */
export function deviceHeaders(of: DeviceList["of"]): Cell[] {
  const last = of === "device" ? "Alert" : "Health issues";
  return ["Name", "Host", "Status", "OS", "Version", "Last connected", last].map(cell);
}

/** The row of a device or an agent. */
export function deviceCells(of: DeviceList["of"], device: ListedDevice): Cell[] {
  const { name, host, os, version, lastConnected } = device;
  return [
    textCell(name, LONGEST_NAME),
    textCell(host, LONGEST_NAME),
    cell(statusText(of, device)),
    textCell(os),
    textCell(version),
    lastConnected === null ? cell(NOT_KNOWN) : richText(lines([moment(new Date(lastConnected))])),
    cell(of === "device" ? alertText(device) : issuesText(device)),
  ];
}

const NOT_KNOWN = "not known";

/** Slack reads no markup in such a cell, and takes no empty one. */
function cell(text: string): RawTextElement {
  return { type: "raw_text", text };
}

/** A text of Incydr's. A text that could look like the bot's own stands in quotes. */
function textCell(text: string | null, longest = LONGEST_TEXT): RawTextElement {
  if (text === null) return cell(NOT_KNOWN);
  const shown = fitting(text, longest);
  return cell(shown === NOT_KNOWN ? `“${shown}”` : shown);
}

/** The beginning of a text, in at most `longest` characters of JSON, and quotes if it could look like more. */
function fitting(text: string, longest = LONGEST_TEXT): string {
  const shown = shortened(text, longest);
  // JSON writes a backslash with two characters.
  const isFitting = JSON.stringify(shown).length - 2 <= longest;
  return quotedName((isFitting ? shown : shortened(text, longest / 2)).trim());
}

function statusText(of: DeviceList["of"], { active, blocked }: ListedDevice): string {
  const status = active === null ? "status not known" : active ? "active" : "inactive";
  // Incydr blocks devices, not agents.
  if (of === "agent" || blocked === false) return status;
  return `${status}, ${blocked ? "🚫 blocked" : "block not known"}`;
}

function alertText({ alertState }: ListedDevice): string {
  switch (alertState) {
    case null:
      return NOT_KNOWN;
    case 0:
      return "none";
    case 1:
      return "⚠️ warning";
    case 2:
      return "🔴 critical";
    default:
      return `${NOT_KNOWN}: state ${alertState}`;
  }
}

/** The most issues of an agent that are named. */
const MOST_ISSUES = 2;

/** Incydr's names for the issues, and the number of those that are not named. */
function issuesText({ issues, moreIssues = 0 }: ListedDevice): string {
  if (issues.length === 0) return "none named";
  const named = issues.slice(0, MOST_ISSUES).map((each) => fitting(each));
  const rest = issues.length - named.length + moreIssues;
  return `⚠️ ${named.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
