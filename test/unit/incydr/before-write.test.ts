import { describe, expect, test } from "vitest";
import {
  createLimiter,
  type IncydrClient,
  type Limiter,
  parseOrgGuid,
  type RoleWriteOptions,
} from "../../../src/incydr/index.ts";
import { createUnlimitedBucket } from "./hand-bucket.ts";
import { createManualClock } from "./manual-clock.ts";
import { refusal, someUser, startIncydr, startIncydrWithClock } from "./recorded-incydr.ts";
import type { Responder } from "./recording-server.ts";
import { startRoles } from "./role-tenant.ts";

/** A client without a limit that notes its grants and sendings. A grant comes after `waitMs` of the clock. */
async function startNoting(responder?: Responder, waitMs: (nth: number) => number = () => 0) {
  const events: string[] = [];
  const clock = createManualClock();
  const limiter = createLimiter({ bucket: createUnlimitedBucket(clock), clock });
  let taken = 0;
  const acquire: Limiter["acquire"] = async (request) => {
    taken += 1;
    if (waitMs(taken) > 0) await clock.advance(waitMs(taken));
    events.push(`grant ${taken}${request.front ? " at the front" : ""}`);
    return await limiter.acquire(request);
  };
  const hooks = { onRequest: () => void events.push("sent") };
  return {
    ...(await startIncydr(responder, { limiter: { ...limiter, acquire }, clock, hooks })),
    events,
    clock,
    limiter,
  };
}

describe("beforeWrite", () => {
  test("is called once a write may start, before each sending, and for no reading", async () => {
    await using incydr = await startNoting((_, nth) =>
      nth === 2 ? { status: 401 } : { json: { userId: someUser } },
    );
    const beforeWrite = async () => void incydr.events.push("before");
    await incydr.users.getUser(someUser, { beforeWrite });
    await incydr.users.deactivate(someUser, { beforeWrite });
    const token = ["grant 1 at the front", "sent"];
    const reading = ["grant 2", "sent"];
    const refused = ["grant 3", "before", "sent"];
    const nextToken = ["grant 4 at the front", "sent"];
    const repeated = ["grant 5 at the front", "before", "sent"];
    expect(incydr.events).toEqual([token, reading, refused, nextToken, repeated].flat());
  });

  test.each([
    ["rejects", () => Promise.reject(new Error("frozen")), "aborted"],
    ["hangs until the deadline", () => new Promise<void>(() => undefined), "timed_out"],
  ])("that %s ends the call, and nothing is sent", async (_, beforeWrite, code) => {
    await using incydr = await startIncydr();
    const error = await refusal(incydr.users.activate(someUser, { beforeWrite, deadlineMs: 60 }));
    expect(error).toMatchObject({ code, sent: "no" });
    expect(incydr.requests).toEqual([]);
  });

  test("that outlasts the grant is not called again if the next grant comes within 2 s", async () => {
    await using incydr = await startNoting(undefined, (nth) => (nth === 3 ? 2000 : 0));
    const beforeWrite = async () => {
      incydr.events.push("before");
      await incydr.clock.advance(5000);
    };
    await incydr.users.activate(someUser, { beforeWrite });
    expect(incydr.events.slice(2)).toEqual(["grant 2", "before", "grant 3 at the front", "sent"]);
  });

  test("that is older than 2 s at the next grant is called again before the write", async () => {
    await using incydr = await startNoting(undefined, (nth) => (nth === 3 ? 2001 : 0));
    let calls = 0;
    const beforeWrite = async () => {
      incydr.events.push("before");
      calls += 1;
      if (calls === 1) await incydr.clock.advance(300);
    };
    await incydr.users.activate(someUser, { beforeWrite });
    const rest = ["grant 2", "before", "grant 3 at the front", "grant 4 at the front", "before", "sent"];
    expect(incydr.events.slice(2)).toEqual(rest);
  });

  test("is called again if a pause begins while it runs", async () => {
    await using incydr = await startNoting();
    let calls = 0;
    const beforeWrite = async () => {
      incydr.events.push("before");
      calls += 1;
      if (calls > 1) return;
      incydr.limiter.pause(500);
      setImmediate(() => incydr.clock.advance(500));
    };
    await incydr.users.activate(someUser, { beforeWrite });
    const rest = ["grant 2", "before", "grant 3 at the front", "grant 4 at the front", "before", "sent"];
    expect(incydr.events.slice(2)).toEqual(rest);
  });

  test("that is always slow holds no write back, not even one that depends on a reading", async () => {
    await using tenant = await startRoles();
    let calls = 0;
    const beforeWrite = async () => {
      calls += 1;
      await new Promise((resolve) => setTimeout(resolve, 300));
    };
    await tenant.users.addRoles(someUser, "alerts", { beforeWrite });
    expect(tenant.requests.filter(({ method }) => method === "PUT")).toHaveLength(1);
    expect(calls).toBe(1);
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
