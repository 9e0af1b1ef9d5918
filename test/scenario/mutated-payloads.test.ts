import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { watchEffects } from "../support/entry-point-effects.ts";
import { forbidEverything } from "../support/entry-point-fixtures.ts";
import { deliver, everyPayload } from "../support/raw-deliveries.ts";
import { APPROVALS } from "../support/scenario-requests.ts";
import { untilQuiet } from "../support/scenario-world.ts";
import { startWorld } from "../support/world.ts";

/** Of each way to deliver; `npm run payloads` sends 5,000. */
const MUTATIONS = Number(process.env.MUTATED_PAYLOADS ?? 150);
/** Sent at the same time. */
const AT_ONCE = 25;
/** After this number of payloads, the test waits until all their effects are over. */
const SETTLED_AFTER = 250;
/** After this number of payloads, the test measures the memory for the first time. */
const WARM = Math.min(1_000, MUTATIONS / 2);
/** The megabytes by which the heap may grow, with the simulator's records of the payloads. */
const MOST_MEMORY_MB = 30;
/** A time limit in milliseconds that only a hanging test reaches. */
const TIMEOUT_MS = 900_000;

let forbidden: Awaited<ReturnType<typeof forbidEverything>>;
beforeAll(async () => {
  forbidden = await forbidEverything();
});
afterAll(() => forbidden[Symbol.asyncDispose]());

describe.each(["http", "socket"] as const)("over %s", (delivery) => {
  test(`${MUTATIONS} mutated payloads are each answered, none has an effect, and memory stays`, {
    timeout: TIMEOUT_MS,
  }, async () => {
    // Otherwise a mutation of a field that the bot ignores would let the action have its effect.
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
      // Otherwise the audit channel would be thousands of entries behind.
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
    // The bot still works.
    const maya = slack.as("maya");
    const earlier = maya.sees(APPROVALS).length;
    await maya.command("/incydr help", { in: APPROVALS });
    await maya.waitForMessage(APPROVALS, () => maya.sees(APPROVALS).length > earlier);

    /** Each payload gets new ids. Otherwise the bot would treat it as a repeated delivery. */
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

type Payload = Readonly<Record<string, unknown>>;
type Random = () => number;

/** Values that replace any field. */
const VALUES: readonly unknown[] = [
  null,
  undefined,
  "",
  " ",
  "\u0000",
  "\uD83D",
  "a\u202Eb\r\nc",
  "constructor",
  "__proto__",
  "x".repeat(5_000),
  "9".repeat(400),
  0,
  -1,
  1.5,
  Number.MAX_SAFE_INTEGER,
  true,
  false,
  [],
  {},
  [null],
  [[]],
  { id: null },
  { value: { value: [] } },
  "U0NOBODY",
  "C0NOWHERE",
  "1.1",
  "../../etc/passwd",
  "http://127.0.0.1:9/none",
  "' or 1=1 --",
  "<!channel>",
];

/** A text and an object that are larger than anything Slack sends. Rare, since they take long to send. */
const HUGE: readonly unknown[] = ["\u{1F600}".repeat(100_000), nested(2_000)];

/** Makes the function that spoils a payload in one to three places, the same way for the same seed. */
function createMutations({ seed }: { seed: number }): (payload: Payload) => Payload {
  const random = createRandom(seed);
  return (payload) => {
    const spoilt = structuredClone(payload) as Record<string, unknown>; // a payload is plain data
    for (let times = 1 + Math.floor(random() * 3); times > 0; times -= 1) spoil(spoilt, random);
    return spoilt;
  };
}

function spoil(payload: Record<string, unknown>, random: Random): void {
  const fields = fieldsOf(payload);
  const [parent, key] = pick(fields, random) ?? [payload, "type"];
  const { [key]: value } = parent;
  const other = pick(fields, random);
  switch (Math.floor(random() * 8)) {
    case 0:
      delete parent[key];
      return;
    case 1:
      parent[`${key}_`] = value;
      delete parent[key];
      return;
    case 2:
      parent[key] = Array.isArray(value) ? Object.fromEntries(value.entries()) : [value];
      return;
    case 3:
      parent[key] = other ? structuredClone(other[0][other[1]]) : null;
      return;
    case 4:
      // A field without a value must not become the word that the test searches for.
      parent[key] = typeof value === "string" ? `${value}${value}` : String(value ?? null);
      return;
    case 5:
      parent[key] = random() < 0.05 ? pick(HUGE, random) : structuredClone(pick(VALUES, random));
      return;
    default:
      parent[key] = structuredClone(pick(VALUES, random));
  }
}

/** Every field at any depth, as the object or array that holds it and its name. */
function fieldsOf(value: Record<string, unknown>): [parent: Record<string, unknown>, key: string][] {
  const fields: [Record<string, unknown>, string][] = [];
  const waiting = [value];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const [key, member] of Object.entries(next)) {
      fields.push([next, key]);
      // Arrays are objects whose keys are numbers. A field that was replaced may be too large to search.
      if (typeof member === "object" && member !== null && fields.length < 500)
        waiting.push(member as Record<string, unknown>);
    }
  }
  return fields;
}

function nested(depth: number): unknown {
  let value: unknown = "deep";
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { value };
  return value;
}

function pick<T>(values: readonly T[], random: Random): T | undefined {
  return values[Math.floor(random() * values.length)];
}

/** Numbers from 0 to 1 that depend on the seed alone (mulberry32). */
function createRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
