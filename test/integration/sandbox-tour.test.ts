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

const NOTHING = { shows: [], seenBy: [], writes: [], audit: [], expect: () => [] };

test("a step that goes as expected is followed by the next", async () => {
  await using world = await startTestContext();
  const quiet: TourStep = { ...NOTHING, title: "Nothing happens", act: async () => {} };
  expect(await world.play([quiet, quiet])).toMatchObject({ passed: true, steps: 2 });
});

test("a write that was expected and is missing fails the tour", async () => {
  await using world = await startTestContext();
  const step = {
    ...NOTHING,
    title: "Nadia leaves",
    act: async () => {},
    writes: [`deactivate ${NADIA}: active → inactive`],
  };
  expect(await world.play([step])).toMatchObject({ passed: false, steps: 0 });
  expect(world.transcript()).toContain(`missing:    deactivate ${NADIA}: active → inactive`);
});

test("a write that nobody expected fails the tour", async () => {
  await using world = await startTestContext();
  const act = () => deactivate(world.incydr, NADIA);
  expect(await world.play([{ ...NOTHING, title: "Somebody is overeager", act }])).toMatchObject({
    passed: false,
  });
  expect(world.transcript()).toContain(`unexpected: deactivate ${NADIA}: active → inactive`);
});

test("writes that differ in the user alone are counted if a step says so", async () => {
  await using world = await startTestContext();
  const act = async () => {
    for (const user of [NADIA, "sam.ortega@harborlight.example"]) await deactivate(world.incydr, user);
  };
  const step = { ...NOTHING, title: "Two leave", act, counted: true };
  const writes = ["2 × deactivate (a user): active → inactive"];
  expect(await world.play([{ ...step, writes }])).toMatchObject({ passed: true });
  expect(await world.play([{ ...step, writes }])).toMatchObject({ passed: false });
});

test("a message that more people see than expected fails the tour", async () => {
  await using world = await startTestContext();
  const act = () => postAsBot(world.slack, "C0INC4712", "About Dario");
  const step = { ...NOTHING, title: "The bot chatters", act, seenBy: ["#inc-4712: theo, jonas"] };
  expect(await world.play([step])).toMatchObject({ passed: false });
  expect(world.transcript()).toContain("unexpected: #inc-4712: theo, jonas, dario");
});

test("a text that a person doesn't see fails the tour, which then shows the text that they do see", async () => {
  await using world = await startTestContext();
  const step: TourStep = {
    ...NOTHING,
    title: "The bot mumbles",
    act: () => postAsBot(world.slack, "C0INC4711", "Mumble"),
    seenBy: ["#inc-4711: maya, theo, jonas"],
    expect: ({ newestMessage }) => [
      hasParts("It speaks clearly", newestMessage("theo", "inc-4711", "umble")?.plain, [
        "Done and verified.",
      ]),
    ],
  };
  expect(await world.play([step])).toMatchObject({ passed: false });
  expect(world.transcript()).toContain(
    "✗ It speaks clearly\n        missing:    Done and verified.\n        the text is:\n          Mumble",
  );
});

test("a step that can't be done ends the tour, and no later step is played", async () => {
  await using world = await startTestContext();
  const played: string[] = [];
  const broken: TourStep = {
    ...NOTHING,
    title: "Theo submits nothing",
    act: ({ as }) => as("theo").submits(),
  };
  const next: TourStep = { ...NOTHING, title: "Later", act: async () => void played.push("later") };
  expect(await world.play([broken, next])).toMatchObject({ passed: false, steps: 0 });
  expect(world.transcript()).toContain("✗ Theo Okafor has no modal open.");
  expect(played).toEqual([]);
});

test("a command that nobody acknowledges ends the tour", async () => {
  await using world = await startTestContext();
  world.slack.setRequestUrl("http://127.0.0.1:1/");
  const act: TourStep["act"] = ({ as }) => as("maya").types("/incydr help", { in: "general" });
  expect(await world.play([{ ...NOTHING, title: "Nobody listens", act }])).toMatchObject({ passed: false });
  expect(world.transcript()).toContain("✗ /incydr help was not acknowledged (unreachable");
});

const NADIA = "nadia.petrov@harborlight.example";

interface TestContext extends AsyncDisposable {
  readonly slack: SlackSimulator;
  readonly incydr: IncydrSimulator;
  transcript(): string;
  play(steps: readonly TourStep[]): Promise<TourResult>;
}

/** The simulators without a bot; a step's expectations have to hold within a moment. */
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
