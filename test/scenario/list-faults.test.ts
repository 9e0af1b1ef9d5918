import { afterEach, describe, expect, test } from "vitest";
import type { FaultInput } from "../../sandbox/incydr/control/faults.ts";
import { answerToCommand, expectNoEffect } from "../support/scenario-effects.ts";
import { emailOf } from "../support/scenario-requests.ts";
import { useWorld } from "../support/scenario-world.ts";

const NADIA = emailOf("nadia.petrov");
const world = useWorld();
const ask = (line: string) => answerToCommand(world().slack.as("maya"), `/incydr ${line}`);

/** Commands that read a list live, and the request that reads it. */
const LISTS = [
  { line: `devices ${NADIA}`, on: "GET /v1/users/*/devices", action: "lookup" },
  { line: `agents ${NADIA}`, on: "GET /v1/agents", action: "lookup" },
  { line: "role Alert Emails", on: "GET /v1/users/roles", action: "list" },
] as const;

/** Faults that last, and the answer to the person. */
const FAULTS: readonly (readonly [string, FaultInput, string])[] = [
  [
    "is broken",
    { kind: "status", status: 500 },
    "Incydr isn't available. Nothing was changed. Try again in a minute.",
  ],
  [
    "answers with a broken page",
    { kind: "status", status: 502, body: "html" },
    "Incydr isn't available. Nothing was changed. Try again in a minute.",
  ],
  [
    "answers with a login page",
    { kind: "status", status: 200, body: "html" },
    "the answer is not from the Incydr API",
  ],
  [
    "does not answer",
    { kind: "drop" },
    "Incydr isn't available. Nothing was changed. Try again in a minute.",
  ],
  [
    "cuts its answers short",
    { kind: "cut_short" },
    "Incydr isn't available. Nothing was changed. Try again in a minute.",
  ],
  [
    "refuses the API client",
    { kind: "status", status: 403 },
    "Incydr doesn't let the bot do this. Ask an administrator to check the bot's API client.",
  ],
];

afterEach(() => world().incydr.control.clearFaults());

describe.each(LISTS)("$line", ({ line, on, action }) => {
  test.for(FAULTS)(
    "from an Incydr that %s is answered with that, and claims nothing",
    async ([, fault, told]) => {
      const placed = world().incydr.control.addFault({ ...fault, on });
      const attempt = { by: "maya", rejected: { action } } as const;
      const { plain } = await expectNoEffect(world(), attempt, () => ask(line));
      expect(placed.struck).toBeGreaterThan(0);
      expect(plain).toContain(told);
      expect(plain).toContain(`You typed /incydr ${line}`);
      expect(plain).not.toMatch(/lists no|no role|\d+ (device|agent)s? of|The bot can add/i);
    },
  );

  test("is answered as always once Incydr answers again", async () => {
    world().incydr.control.addFault({ kind: "status", status: 503, on, times: 1 });
    expect((await ask(line)).plain).toMatch(/\d+ (device|agent)s? of|The bot can add this role/);
  });
});

// A rate limit holds for every later call of a bot. The bot reads roles by itself too, and could begin the limit before.
describe.each(LISTS.filter(({ action }) => action === "lookup"))(
  "a bot whose first list is $line",
  ({ line, action, on }) => {
    const limited = useWorld();

    test("says during a long rate limit of Incydr that Incydr limits it, and claims nothing", async () => {
      limited().incydr.control.addFault({ kind: "too_many_requests", on, retryAfterSeconds: 3_600 });
      const attempt = { by: "maya", rejected: { action } } as const;
      const maya = limited().slack.as("maya");
      const { plain } = await expectNoEffect(limited(), attempt, () =>
        answerToCommand(maya, `/incydr ${line}`),
      );
      expect(plain).toBe(
        `Incydr is limiting the bot's requests. Nothing was changed. Try again in a minute.\nYou typed /incydr ${line}`,
      );
    });
  },
);
