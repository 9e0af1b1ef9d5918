import { expect, it } from "vitest";
import { compareGroup, type Group, type KnownGroup } from "../../../src/authorization/index.ts";

const handle = "insider-risk-leads";
const EARLIER = new Date("2026-11-01T09:00:00Z");
const LATER = new Date("2026-11-01T10:00:00Z");

const read = (...memberIds: readonly string[]): Group => ({ handle, groupId: "S0LEADS", memberIds });
/** Theo was in it at the first reading; Priya joined later. */
const KNOWN: KnownGroup = {
  handle,
  groupId: "S0LEADS",
  readAt: EARLIER,
  isGone: false,
  members: new Map([
    ["U0THEO", null],
    ["U0PRIYA", EARLIER],
  ]),
};
const GONE: KnownGroup = { ...KNOWN, isGone: true, members: new Map() };
const NEVER: KnownGroup = { ...KNOWN, groupId: "", members: new Map() };

/** The members, the state and the change after a reading. */
function after(known: KnownGroup | null, reading: Group | null) {
  const { next, change } = compareGroup(known, reading, { handle, readAt: LATER });
  return { members: Object.fromEntries(next.members), isGone: next.isGone, change };
}

it("the first reading shows members of long standing, and tells nothing", () => {
  const members = { U0THEO: null, U0LENA: null };
  expect(after(null, read("U0THEO", "U0LENA"))).toEqual({ members, isGone: false, change: null });
});

it("readings without the group remember that it never was, and tell nothing", () => {
  const absent = compareGroup(null, null, { handle, readAt: EARLIER });
  expect(absent).toEqual({ next: NEVER, change: null });
  expect(compareGroup(NEVER, null, { handle, readAt: LATER })).toEqual(absent);
});

it("a group that is made after its first reading has new members, which is told", () => {
  const change = { handle, what: "created", added: ["U0LENA"], removed: [] };
  expect(after(NEVER, read("U0LENA"))).toEqual({ members: { U0LENA: LATER }, isGone: false, change });
});

it("a reading of the same members changes nothing", () => {
  const members = Object.fromEntries(KNOWN.members);
  expect(after(KNOWN, read("U0PRIYA", "U0THEO"))).toEqual({ members, isGone: false, change: null });
});

it("a member who joined counts from the reading that shows it, and members who join or leave are told", () => {
  const change = { handle, what: "members", added: ["U0LENA"], removed: ["U0PRIYA"] };
  const members = { U0THEO: null, U0LENA: LATER };
  expect(after(KNOWN, read("U0THEO", "U0LENA"))).toEqual({ members, isGone: false, change });
});

it("a group that is gone has no members, which is told once", () => {
  const change = { handle, what: "gone", added: [], removed: ["U0THEO", "U0PRIYA"] };
  expect(after(KNOWN, null)).toEqual({ members: {}, isGone: true, change });
  expect(after(GONE, null)).toEqual({ members: {}, isGone: true, change: null });
});

it.each([
  ["is back after it was gone", GONE, ["U0THEO", "U0PRIYA"]],
  ["took over the handle of another with the same members", { ...KNOWN, groupId: "S0OTHER" }, []],
])("a group that %s has new members, which is told", (_how, known, added) => {
  const change = { handle, what: "replaced", added, removed: [] };
  const members = { U0THEO: LATER, U0PRIYA: LATER };
  expect(after(known, read("U0THEO", "U0PRIYA"))).toEqual({ members, isGone: false, change });
});
