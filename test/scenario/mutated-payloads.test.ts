import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { watchEffects } from "../support/entry-point-effects.ts";
import { forbidEverything } from "../support/entry-point-fixtures.ts";
import { createMutations } from "../support/mutated-payloads.ts";
import { deliver, everyPayload } from "../support/raw-deliveries.ts";
import { APPROVALS } from "../support/scenario-requests.ts";
import { untilQuiet } from "../support/scenario-world.ts";
import { startWorld } from "../support/world.ts";

/** Of each way to deliver; `npm run payloads` sends 5,000. */
const MUTATIONS = Number(process.env.MUTATED_PAYLOADS ?? 500);
/** Sent at the same time. */
const AT_ONCE = 25;
/** After so many everything that came of them is waited for. */
const SETTLED_AFTER = 250;
/** After so many the memory is measured for the first time. */
const WARM = Math.min(1_000, MUTATIONS / 2);
/** Megabytes by which the heap may differ; the simulator's own records of what it was sent included. */
const MOST_MEMORY_MB = 30;
/** Milliseconds that only end a test which hangs. */
const TIMEOUT_MS = 900_000;

let forbidden: Awaited<ReturnType<typeof forbidEverything>>;
beforeAll(async () => {
  forbidden = await forbidEverything();
});
afterAll(() => forbidden[Symbol.asyncDispose]());

describe.each(["http", "socket"] as const)("over %s,", (delivery) => {
  test(`${MUTATIONS} mutated payloads are each answered, none has an effect, and memory stays`, {
    timeout: TIMEOUT_MS,
  }, async () => {
    // Otherwise a mutation that only spoils what nobody reads would do what it says.
    await using world = await startWorld({ delivery, env: { POLICIES_DIR: forbidden.folder } });
    const { slack, db } = world;
    await untilQuiet(world);
    const watch = await watchEffects(world);
    const origin = new URL(slack.apiUrl).origin;
    const payloads = everyPayload({
      ...{
        slackUserId: "U0MAYA",
        channelId: "C0APPROVE",
        privateMetadata: "0b0f5a5e-0000-4000-8000-000000000000",
      },
      responseUrl: `${origin}/actions/T0HARBOR/1/none`,
    });
    const mutate = createMutations({ seed: delivery === "http" ? 1 : 2 });
    watch.beginsCase("maya");
    const heaps: number[] = [];
    const bad: unknown[] = [];
    for (let sent = 0; sent < MUTATIONS; sent += AT_ONCE) {
      // Or the audit channel would be thousands of entries behind.
      if (sent % SETTLED_AFTER === 0) await untilQuiet(world);
      if (sent === WARM) heaps.push(await settledHeap());
      const batch = Array.from({ length: AT_ONCE }, (_, index) => {
        const each = payloads[(sent + index) % payloads.length];
        if (!each) throw new Error("There is no payload.");
        return { ...each, payload: mutate(anew(each.payload, sent + index)) };
      });
      await Promise.all(
        batch.map(async (each) => {
          const { status } = await deliver(slack, each).catch(() => ({ status: null }));
          if (status !== 200 && status !== 400) bad.push({ status, ...each });
        }),
      );
    }
    expect(bad).toEqual([]);
    heaps.push(await settledHeap());
    const [early = 0, late = 0] = heaps;
    expect((late - early) / 2 ** 20).toBeLessThan(MOST_MEMORY_MB);

    await untilQuiet(world);
    const effects = await watch.takeEffects();
    expect(effects).toEqual({ writes: 0, tables: [], audit: [], isSeen: false });
    expect((await db.query("select name, output from pgboss.job where state = 'failed'")).rows).toEqual([]);
    const { rows: undefineds } = await db.query(
      "select kind, details from audit_entries where actor_slack_id is null and kind like 'attempt.%' or details::text like '%undefined%'",
    );
    expect(undefineds).toEqual([]);
    // It still does its work.
    const maya = slack.as("maya");
    const earlier = maya.sees(APPROVALS).length;
    await maya.command("/incydr help", { in: APPROVALS });
    await maya.waitForMessage(APPROVALS, () => maya.sees(APPROVALS).length > earlier);

    /** With ids of its own, or it would be the same delivery once more. */
    function anew(payload: Readonly<Record<string, unknown>>, count: number): Record<string, unknown> {
      const { trigger_id, actions } = payload;
      const stamped = { action_ts: `1700000000.${String(count).padStart(6, "0")}` };
      return {
        ...payload,
        ...(trigger_id === undefined ? {} : { trigger_id: `${count}.1.abc` }),
        ...(Array.isArray(actions)
          ? { actions: actions.map((each: object) => ({ ...each, ...stamped })) }
          : {}),
      };
    }

    /** The size of the heap, without the records that this test itself makes the world keep. */
    async function settledHeap(): Promise<number> {
      await untilQuiet(world);
      for (const record of [world.log, slack.apiCalls, slack.deliveries]) (record as unknown[]).length = 0;
      setFlagsFromString("--expose-gc");
      const collectGarbage: () => void = runInNewContext("gc");
      collectGarbage();
      return process.memoryUsage().heapUsed;
    }
  });
});
