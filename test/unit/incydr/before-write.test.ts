import { describe, expect, test } from "vitest";
import {
  createLimiter,
  type IncydrClient,
  parseOrgGuid,
  type RoleWriteOptions,
  type SlotSource,
} from "../../../src/incydr/index.ts";
import { openSlot } from "../../../src/incydr/rate-limit/open-slot.ts";
import { createManualClock } from "./manual-clock.ts";
import { refusal, someUser, startIncydr, startIncydrWithClock } from "./recorded-incydr.ts";
import type { Responder } from "./recording-server.ts";
import { startRoles } from "./role-tenant.ts";

/**
 * A client that records the use of its slots, which have no distance; `isVoid` says whether the nth slot was kept too
 * long.
 */
async function startWithSlots(responder?: Responder, isVoid: (nth: number) => boolean = () => false) {
  const events: string[] = [];
  let taken = 0;
  const slots: SlotSource = {
    requestsPerMinute: 60,
    next: async () => {
      taken += 1;
      const nth = taken;
      const { slot } = openSlot({ isVoid: () => isVoid(nth) });
      return {
        ...slot,
        started: () => void events.push(`${nth} started`),
        release: () => void events.push(`${nth} released`),
      };
    },
    close: async () => undefined,
  };
  const limiter = createLimiter({ slots, clock: createManualClock() });
  return { ...(await startIncydr(responder, { limiter })), events };
}

describe("beforeWrite", () => {
  test("is called once a write has its slot, before each sending, and for no reading", async () => {
    await using incydr = await startWithSlots((_, nth) =>
      nth === 2 ? { status: 401 } : { json: { userId: someUser } },
    );
    const beforeWrite = async () => void incydr.events.push("before");
    await incydr.users.getUser(someUser, { beforeWrite });
    await incydr.users.deactivate(someUser, { beforeWrite });
    expect(incydr.events).toEqual([
      "1 started",
      "2 started",
      "before",
      "3 started",
      "4 started",
      "before",
      "5 started",
    ]);
  });

  test.each([
    ["rejects", () => Promise.reject(new Error("frozen")), "aborted"],
    ["hangs until the deadline", () => new Promise<void>(() => undefined), "timed_out"],
  ])("that %s ends the call, and gives the slot back", async (_, beforeWrite, code) => {
    await using incydr = await startWithSlots();
    const error = await refusal(incydr.users.activate(someUser, { beforeWrite, deadlineMs: 60 }));
    expect(error).toMatchObject({ code, sent: "no" });
    expect(incydr.requests).toEqual([]);
    expect(incydr.events).toEqual(["1 started", "2 released"]);
  });

  test("that took too long for the slot is called again once the write has another slot", async () => {
    await using incydr = await startWithSlots(undefined, (nth) => nth === 2);
    await incydr.users.activate(someUser, { beforeWrite: async () => void incydr.events.push("before") });
    expect(incydr.events).toEqual(["1 started", "before", "2 released", "before", "3 started"]);
    expect(incydr.requests).toHaveLength(1);
  });

  type Write = (users: IncydrClient["users"], options: RoleWriteOptions) => Promise<unknown>;
  test.each<[string, Write]>([
    ["activate", (users, options) => users.activate(someUser, options)],
    ["deactivate", (users, options) => users.deactivate(someUser, options)],
    [
      "deactivate without repetition",
      (users, options) => users.deactivate(someUser, { ...options, repeatIfUnknown: false }),
    ],
    ["move", (users, options) => users.move(someUser, parseOrgGuid("org-1"), options)],
    ["addRoles", (users, options) => users.addRoles(someUser, "alerts", options)],
    ["removeRoles", (users, options) => users.removeRoles(someUser, "proe", options)],
    ["updateRoles", (users, options) => users.updateRoles(someUser, ["desktop"], options)],
  ])("that rejects is the last step of %s, which sends nothing", async (_name, write) => {
    await using tenant = await startRoles();
    let readsBefore = 0;
    const beforeWrite = () => {
      readsBefore = tenant.requests.length;
      return Promise.reject(new Error("frozen"));
    };
    const error = await refusal(write(tenant.users, { beforeWrite }));
    expect(error).toMatchObject({ code: "aborted", sent: "no", cause: { message: "frozen" } });
    expect(tenant.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(tenant.requests).toHaveLength(readsBefore);
  });

  test("that stops a repetition leaves the outcome unknown, for the first sending may have taken effect", async () => {
    await using incydr = await startIncydrWithClock(() => "drop");
    let sendings = 0;
    const beforeWrite = async () => {
      sendings += 1;
      if (sendings === 2) throw new Error("frozen");
    };
    const error = await refusal(incydr.users.deactivate(someUser, { beforeWrite }));
    expect(error).toMatchObject({ code: "outcome_unknown", sent: "unknown" });
    expect(incydr.requests).toHaveLength(1);
  });
});
