import { expect, test, vi } from "vitest";
import {
  createWriteAttempts,
  type ReadBack,
  type Write,
} from "../../../../src/change-requests/execution/write-attempt.ts";
import type { Change } from "../../../../src/change-requests/model/change.ts";
import { IncydrError, RolesChangedError } from "../../../../src/incydr/index.ts";
import type { SubjectEffect } from "../../../../src/subjects/index.ts";
import { clockAt } from "../../../support/stub-ports.ts";

const AT = new Date("2026-11-01T09:00:00Z");
const [ALERTS, READER] = [
  { id: "alert-emails", name: "Alert Emails" },
  { id: "reader", name: "Reader" },
] as const;
const BEFORE: SubjectEffect = { active: true, orgGuid: "org-research", roles: [] };
const AFTER: SubjectEffect = { ...BEFORE, active: false };
const away = () => new IncydrError("unavailable", "Incydr is away.", { sent: "no" });

/** The write of a change. Incydr shows these effects one after the other; the last one repeats. */
function setting({ reads = [BEFORE], change = { kind: "deactivate" }, ...rest }: Setting = {}) {
  const left = [...reads];
  const effect = vi.fn(async (): Promise<SubjectEffect> => {
    const next = left.length > 1 ? left.shift() : left[0];
    if (!next || next instanceof Error) throw next;
    return next;
  });
  const send = vi.fn(rest.send ?? (async () => {}));
  const sleep = vi.fn(async () => {});
  const users = { deactivate: send, move: send, addRoles: send } as never; // nothing else is written
  const subjects = { effect, state: () => Promise.reject(new Error("Nobody asks for it.")) };
  const clock = { ...clockAt(AT), sleep };
  const attempts = createWriteAttempts({ users, subjects, isFrozen: async () => false, clock });
  const write: Write = { userId: "300000000000000001", change, rolesBefore: [], lane: "emergency" };
  const attempt = (isConclusive = ({ shows }: ReadBack) => shows === "all") =>
    attempts.attempt({
      assertHeld: async () => {},
      claim: async () => ({
        claimed: "CR-1",
        write,
        expectedRoleIds: [],
        deadlineAt: new Date(AT.getTime() + 7_000),
      }),
      isConclusive,
    });
  return { attempts, attempt, write, effect, send, sleep };
}

interface Setting {
  readonly reads?: readonly (SubjectEffect | Error)[];
  readonly change?: Change;
  readonly send?: () => Promise<void>;
}

test.each<[string, Setting, string, number]>([
  ["that Incydr never shows is read three times, a second apart", {}, "nothing", 3],
  ["that Incydr shows at once is read once without a pause", { reads: [AFTER] }, "all", 1],
  ["is read again a second after Incydr was away", { reads: [away(), AFTER] }, "all", 2],
])("an answered write %s", async (_what, given, shows, reads) => {
  const { attempt, effect, sleep } = setting(given);
  expect(await attempt()).toMatchObject({ kind: "answered", readBack: { shows } });
  expect(effect).toHaveBeenCalledTimes(reads);
  expect(sleep.mock.calls).toEqual(Array.from({ length: reads - 1 }, () => [1_000]));
});

test("a write and its read-back have the lane of the request and the remaining time of the claim", async () => {
  const { attempt, effect, send } = setting({ reads: [AFTER] });
  await attempt();
  expect(send).toHaveBeenCalledWith(
    "300000000000000001",
    expect.objectContaining({ lane: "emergency", deadlineMs: 7_000 }),
  );
  expect(effect).toHaveBeenCalledExactlyOnceWith("300000000000000001", "emergency");
});

test.each([
  ["of a user whom Incydr does not have", "gone", new IncydrError("not_found", "Gone.", { sent: "yes" })],
  ["that Incydr refuses", "unreadable", new IncydrError("invalid", "Refused.", { sent: "yes" })],
  ["that the API client may not make", "away", new IncydrError("forbidden", "No.", { sent: "yes" })],
  ["without an answer", "away", away()],
])("a read-back %s shows: %s", async (_what, shows, error) => {
  const { attempts, write } = setting({ reads: [error] });
  expect(await attempts.readBack(write)).toMatchObject({ shows });
});

test("a fault of the program during a read-back is not an answer of Incydr", async () => {
  const { attempts, attempt, write } = setting({ reads: [new TypeError("A mistake.")] });
  await expect(attempts.readBack(write)).rejects.toThrow("A mistake.");
  await expect(attempt()).rejects.toThrow("A mistake.");
});

test("a move is not judged by a user whose organization Incydr leaves empty", async () => {
  const change: Change = { kind: "move", org: { guid: "org-leavers", name: "Leavers" } };
  const { attempts, write } = setting({ change, reads: [{ ...BEFORE, orgGuid: "" }] });
  expect(await attempts.readBack(write)).toEqual({ shows: "away" });
});

test("only roles that the subject did not hold before are a part of a change of roles", async () => {
  const change: Change = { kind: "add_roles", roles: [ALERTS, READER] };
  const { attempts, write } = setting({ change, reads: [{ ...BEFORE, roles: [ALERTS] }] });
  expect(await attempts.readBack(write)).toMatchObject({ shows: "part" });
  expect(await attempts.readBack({ ...write, rolesBefore: [ALERTS] })).toMatchObject({ shows: "nothing" });
});

test.each([
  ["that did not reach Incydr", away, { waitingFor: "incydr", until: new Date(AT.getTime() + 5_000) }],
  [
    "to a subject whose roles had changed",
    () => new RolesChangedError("The roles have changed.", [], []),
    { waitingFor: null, until: AT },
  ],
])("a write %s is tried again at a given time", async (_what, error, retry) => {
  const { attempt, effect } = setting({ send: () => Promise.reject(error()) });
  expect(await attempt()).toMatchObject({ kind: "without_effect", claimed: "CR-1", retry });
  expect(effect).not.toHaveBeenCalled();
});

test("a write without an answer is read once", async () => {
  const send = () => Promise.reject(new IncydrError("timed_out", "No answer.", { sent: "unknown" }));
  const { attempt, effect, sleep } = setting({ send });
  expect(await attempt()).toMatchObject({ kind: "timed_out", readBack: { shows: "nothing" } });
  expect([effect.mock.calls.length, sleep.mock.calls.length]).toEqual([1, 0]);
});

test("a write may be under way until its deadline and no longer", () => {
  const { attempts } = setting();
  const until = (ms: number) => attempts.onItsWayUntil({ at: AT, deadlineAt: new Date(AT.getTime() + ms) });
  expect([until(1), until(0)]).toEqual([new Date(AT.getTime() + 1), null]);
  expect(attempts.onItsWayUntil(null)).toBeNull();
});
