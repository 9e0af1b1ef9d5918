import { describe, expect, it } from "vitest";
import { compareGroup, type Group, type KnownGroup } from "../../../src/authorization/index.ts";

const handle = "insider-risk-leads";
const EARLIER = new Date("2026-11-01T09:00:00Z");
const LATER = new Date("2026-11-01T10:00:00Z");
const at = { handle, readAt: LATER };

/** Theo was there from the first reading on, Priya came later. */
const known: KnownGroup = {
  handle,
  groupId: "S0LEADS",
  readAt: EARLIER,
  isGone: false,
  members: new Map([
    ["U0THEO", null],
    ["U0PRIYA", EARLIER],
  ]),
};
const read = (memberIds: readonly string[], groupId = "S0LEADS"): Group => ({ handle, groupId, memberIds });

describe("a reading of a group", () => {
  it("that is the first takes everybody for members of long standing, and tells nothing", () => {
    const { next, change } = compareGroup(null, read(["U0THEO", "U0LENA"]), at);
    expect([...(next?.members ?? [])]).toEqual([
      ["U0THEO", null],
      ["U0LENA", null],
    ]);
    expect(change).toBeNull();
  });

  it("that shows no such group is remembered, so that whoever is in it when it is made is new, which is told", () => {
    const absent = compareGroup(null, null, { handle, readAt: EARLIER });
    expect(absent).toMatchObject({ next: { groupId: "", isGone: false, members: new Map() }, change: null });
    expect(compareGroup(absent.next, null, at)).toEqual({ next: absent.next, change: null });
    const { next, change } = compareGroup(absent.next, read(["U0LENA"]), at);
    expect([...next.members]).toEqual([["U0LENA", LATER]]);
    expect(change).toEqual({ handle, what: "created", added: ["U0LENA"], removed: [] });
  });

  it("that shows the same changes nothing", () => {
    const { next, change } = compareGroup(known, read(["U0PRIYA", "U0THEO"]), at);
    expect(next?.members).toEqual(known.members);
    expect(change).toBeNull();
  });

  it("tells who came and who went, and whoever came is in it since then", () => {
    const { next, change } = compareGroup(known, read(["U0THEO", "U0LENA"]), at);
    expect([...(next?.members ?? [])]).toEqual([
      ["U0THEO", null],
      ["U0LENA", LATER],
    ]);
    expect(change).toEqual({ handle, what: "members", added: ["U0LENA"], removed: ["U0PRIYA"] });
  });

  it("that shows it gone leaves nobody in it, and tells so once", () => {
    const first = compareGroup(known, null, at);
    expect(first.next).toMatchObject({ isGone: true, members: new Map() });
    expect(first.change).toEqual({ handle, what: "gone", added: [], removed: ["U0THEO", "U0PRIYA"] });
    expect(compareGroup(first.next, null, at).change).toBeNull();
  });

  it("that shows it back, or another group under its handle, makes everybody new", () => {
    for (const before of [
      { ...known, isGone: true, members: new Map() },
      { ...known, groupId: "S0OTHER" },
    ]) {
      const { next, change } = compareGroup(before, read(["U0THEO"]), at);
      expect([...(next?.members ?? [])]).toEqual([["U0THEO", LATER]]);
      expect(next?.isGone).toBe(false);
      expect(change?.what).toBe("replaced");
    }
  });
});
