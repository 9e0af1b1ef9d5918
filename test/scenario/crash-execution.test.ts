import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Message } from "../../sandbox/slack/driver.ts";
import { startBotProcess } from "../support/bot-process.ts";
import {
  askForDeactivation,
  CRASH_WORLD,
  expectDoneOnce,
  type InterruptedRequest,
  storedState,
  writesTo,
} from "../support/crash-recovery.ts";
import { auditKindsOf, CARRIED_OUT } from "../support/scenario-audit.ts";
import { emailOf, newestRequest, waitForCard } from "../support/scenario-requests.ts";
import { giveTemporaryRole, type TemporaryRole } from "../support/temporary-role.ts";
import { startWorld, type World } from "../support/world.ts";

const WAIT = { timeout: 30_000 };
const EXECUTING = { request: "executing", target: "executing" };
/** The subject of each request. The keys name the step that the request has reached when the bot is killed. */
const POINTS = {
  acked: "rolf.brandt",
  decided: "pär.öberg",
  inEffect: "nadia.petrov",
  answered: "ann.karlsson",
  arriving: "annette.karlsson",
  lost: "sam.ortega",
} as const;
type Point = keyof typeof POINTS;

// All requests share one kill, because the start of a bot and the deadline of a write take seconds.
describe("a kill -9 of the bot", () => {
  const opened = new AsyncDisposableStack();
  let world: World;
  const requests = new Map<Point, InterruptedRequest & { readonly card: Message; readonly userId: string }>();
  const states = new Map<Point, unknown>();
  let temporary: TemporaryRole;

  beforeAll(async () => {
    world = opened.use(await startWorld({ ...CRASH_WORLD, delivery: "socket" }));
    const { slack, incydr, db } = world;
    temporary = await giveTemporaryRole(world, emailOf("dario.conti"));
    const removal = incydr.control.hold(`PUT /v1/users/${temporary.userId}/roles`, { when: "after" });
    const killed = opened.use(await startBotProcess(world));
    for (const point of Object.keys(POINTS) as Point[]) {
      const username = emailOf(POINTS[point]);
      await askForDeactivation(world, username);
      const id = await newestRequest(world);
      const card = await waitForCard(world, { id });
      requests.set(point, { id, card, username, userId: incydr.tenant.user(username).userId });
    }
    const hold = (point: Point, what: "write" | "read", when: "before" | "after", times = 1) => {
      const user = `/v1/users/${requestAt(point).userId}`;
      return incydr.control.hold(what === "write" ? `POST ${user}/deactivate` : `GET ${user}`, {
        when,
        times,
      });
    };
    const approve = (point: Point) => slack.as("theo").click("Approve", { message: requestAt(point).card });

    // When the bot is killed, the decision waits for the lock of the request's row.
    const holder = await db.connect();
    await holder.query("begin");
    await holder.query("select 1 from change_requests where id = $1 for update", [requestAt("acked").id]);
    expect(await approve("acked")).toMatchObject({ acked: true });
    const waiting =
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    await vi.waitUntil(async () => (await db.query(waiting)).rowCount, WAIT);

    // The click waits for Incydr for two seconds. Then it is decided without an answer of Incydr.
    const reads = hold("decided", "read", "before", 100);
    await approve("decided");
    await vi.waitUntil(
      async () => (await storedState(world, requestAt("decided").id)).request === "approved",
      WAIT,
    );

    const answer = hold("inEffect", "write", "after");
    await approve("inEffect");
    await answer.arrived;

    const answered = hold("answered", "write", "after");
    await approve("answered");
    await answered.arrived;
    const readBack = hold("answered", "read", "before");
    answered.release();
    await readBack.arrived;

    const arriving = hold("arriving", "write", "before");
    await approve("arriving");
    await arriving.arrived;

    const { userId } = requestAt("lost");
    const fault = { kind: "hang", when: "before", times: 1 } as const;
    incydr.control.addFault({ ...fault, on: `POST /v1/users/${userId}/deactivate` });
    await approve("lost");
    await vi.waitUntil(() => incydr.requestLog().some(({ fault }) => fault === "hang"), WAIT);

    await removal.arrived;
    await killed.kill9();
    await holder.query("rollback");
    holder.release();
    for (const held of [reads, answer, readBack, removal]) held.release();
    for (const [point, { id }] of requests) states.set(point, await storedState(world, id));

    // The restarted bot reads that Incydr shows no change yet. It must not conclude that the write has failed.
    const early = hold("arriving", "read", "after");
    opened.use(await startBotProcess(world));
    await early.arrived;
    early.release();
    arriving.release();
  });
  afterAll(() => opened.disposeAsync());

  function requestAt(point: Point) {
    const request = requests.get(point);
    if (!request) throw new Error(`Nobody has asked for ${point} yet.`);
    return request;
  }

  const cases: readonly (readonly [string, Point, unknown])[] = [
    [
      "a click that was acked before a kill is decided after the restart",
      "acked",
      { request: "pending", target: "waiting" },
    ],
    [
      "a request that was approved right before a kill is carried out after the restart",
      "decided",
      { request: "approved", target: "waiting" },
    ],
    [
      "a write that took effect before a kill is not repeated if its answer is missing",
      "inEffect",
      EXECUTING,
    ],
    ["a write that was answered before a kill is read back, and not repeated", "answered", EXECUTING],
    ["a write that arrives after the restart is not repeated", "arriving", EXECUTING],
  ];
  test.for(cases)("%s", async ([, point, state]) => {
    expect(states.get(point)).toEqual(state);
    const entries = await expectDoneOnce(world, requestAt(point));
    expect(entries.map(({ kind }) => kind)).toEqual(CARRIED_OUT);
    expect(writesTo(world, requestAt(point).userId)).toHaveLength(1);
  });

  test("a removal of a temporary role that a kill interrupts is read back, and not written again", async () => {
    const { requestId, userId } = temporary;
    await waitForCard(world, { id: requestId, shows: "↩️ Removed ", timeoutMs: 40_000 });
    expect(writesTo(world, userId)).toMatchObject([{ kind: "set_roles", applied: true }]);
    expect(world.incydr.tenant.rolesOf(userId)).not.toContain("alert-emails");
    expect(await auditKindsOf(world, `CR-${requestId}`)).toEqual(["grant.revoking", "grant.revoked"]);
  });

  test("a write that never arrives after a kill is written again once it can't arrive any more", async () => {
    expect(states.get("lost")).toEqual(EXECUTING);
    const entries = await expectDoneOnce(world, requestAt("lost"));
    expect(entries.map(({ kind }) => kind)).toEqual([
      ...CARRIED_OUT.slice(0, 5),
      "target.waiting",
      "target.executing",
      ...CARRIED_OUT.slice(5),
    ]);
    const [claimed, , again] = entries.slice(4);
    expect(Number(again?.at) - Number(claimed?.at)).toBeGreaterThanOrEqual(20_000);
    const { userId } = requestAt("lost");
    expect(writesTo(world, userId).map(({ applied }) => applied)).toEqual([false, true]);
  });
});
