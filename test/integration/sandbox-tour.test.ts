import { join } from "node:path";
import { expect, test } from "vitest";
import { type IncydrSimulator, startIncydrSimulator } from "../../sandbox/incydr/incydr-simulator.ts";
import { type SlackSimulator, startSlackSimulator } from "../../sandbox/slack/slack-simulator.ts";
import { PLAIN_STYLE } from "../../sandbox/supervisor/terminal/style.ts";
import { hasParts } from "../../sandbox/tour/check.ts";
import { createPrinter } from "../../sandbox/tour/printer.ts";
import { runSteps, type TourResult } from "../../sandbox/tour/run-steps.ts";
import { createTourContext } from "../../sandbox/tour/tour-context.ts";
import type { TourStep } from "../../sandbox/tour/tour-step.ts";

const NADIA = "nadia.petrov@harborlight.example";
const QUIET: TourStep = {
  title: "Nothing happens",
  act: async () => {},
  shows: [],
  seenBy: [],
  writes: [],
  audit: [],
  expect: () => [],
};

test("a step that goes as expected is followed by the next", async () => {
  await using world = await startTestContext();
  expect(await world.play([QUIET, QUIET])).toMatchObject({ passed: true, steps: 2 });
});

test.each<[what: string, step: (world: TestContext) => Partial<TourStep>, shown: string]>([
  [
    "a write that was expected and is missing",
    () => ({ writes: [`deactivate ${NADIA}: active → inactive`] }),
    `missing:    deactivate ${NADIA}: active → inactive`,
  ],
  [
    "a write that was not expected",
    ({ incydr }) => ({ act: () => deactivate(incydr, NADIA) }),
    `unexpected: deactivate ${NADIA}: active → inactive`,
  ],
  [
    "a message that more people see than expected",
    ({ slack }) => ({
      act: () => postAsBot(slack, "C0INC4712", "About Dario"),
      seenBy: ["#inc-4712: theo, jonas"],
    }),
    "unexpected: #inc-4712: theo, jonas, dario",
  ],
  [
    "a text that a person doesn't see",
    ({ slack }) => ({
      act: () => postAsBot(slack, "C0INC4711", "Mumble"),
      seenBy: ["#inc-4711: maya, theo, jonas"],
      expect: ({ newestMessage }) => [
        hasParts("It speaks clearly", newestMessage("theo", "inc-4711", "umble")?.plain, [
          "Done and verified.",
        ]),
      ],
    }),
    "✗ It speaks clearly\n        missing:    Done and verified.\n        the text is:\n          Mumble",
  ],
  [
    "an action that can't be done",
    () => ({ act: ({ as }) => as("theo").submits() }),
    "✗ Theo Okafor has no modal open.",
  ],
  [
    "a command that is not acknowledged",
    ({ slack }) => {
      slack.setRequestUrl("http://127.0.0.1:1/");
      return { act: ({ as }) => as("maya").types("/incydr help", { in: "general" }) };
    },
    "✗ /incydr help was not acknowledged (unreachable",
  ],
])("%s fails the tour, is shown, and ends it", async (_what, step, shown) => {
  await using world = await startTestContext();
  const played: string[] = [];
  const next = { ...QUIET, act: async () => void played.push("later") };
  expect(await world.play([{ ...QUIET, ...step(world) }, next])).toMatchObject({ passed: false, steps: 0 });
  expect(world.transcript()).toContain(shown);
  expect(played).toEqual([]);
});

test("writes that differ in the user alone are counted if a step says so", async () => {
  await using world = await startTestContext();
  const act = async () => {
    for (const user of [NADIA, "sam.ortega@harborlight.example"]) await deactivate(world.incydr, user);
  };
  const step = { ...QUIET, act, counted: true };
  const writes = ["2 × deactivate (a user): active → inactive"];
  expect(await world.play([{ ...step, writes }])).toMatchObject({ passed: true });
  expect(await world.play([{ ...step, writes }])).toMatchObject({ passed: false });
});

interface TestContext extends AsyncDisposable {
  readonly slack: SlackSimulator;
  readonly incydr: IncydrSimulator;
  transcript(): string;
  play(steps: readonly TourStep[]): Promise<TourResult>;
}

/** The simulators without a bot. The conditions of a step must hold within a short time. */
async function startTestContext(): Promise<TestContext> {
  await using opened = new AsyncDisposableStack();
  const manifest = join(import.meta.dirname, "../../manifest.yml");
  const slack = opened.use(await startSlackSimulator({ manifest, delivery: "http" }));
  const incydr = opened.use(await startIncydrSimulator());
  const written: string[] = [];
  const write = (text: string) => void written.push(text);
  const printer = createPrinter({ write, style: PLAIN_STYLE });
  const runCli = async () => ({ exitCode: 0, output: "" });
  const context = createTourContext({ slack, incydr, printer, runCli });
  const running = opened.move();
  return {
    slack,
    incydr,
    transcript: () => written.join(""),
    play: (steps) => runSteps({ steps, context, printer, timeoutMs: 50 }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function postAsBot({ apiUrl, botToken }: SlackSimulator, channel: string, text: string): Promise<void> {
  const headers = { authorization: `Bearer ${botToken}`, "content-type": "application/json" };
  await fetch(`${apiUrl}chat.postMessage`, {
    method: "POST",
    headers,
    body: JSON.stringify({ channel, text }),
  });
}

async function deactivate(
  { url, clientId, clientSecret, tenant }: IncydrSimulator,
  who: string,
): Promise<void> {
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  const asked = await fetch(`${url}/v1/oauth`, {
    method: "POST",
    headers: { authorization: `Basic ${basic}` },
  });
  // The token endpoint answers with a token.
  const { access_token: token } = (await asked.json()) as { access_token: string };
  const headers = { authorization: `Bearer ${token}` };
  await fetch(`${url}/v1/users/${tenant.user(who).userId}/deactivate`, { method: "POST", headers });
}
