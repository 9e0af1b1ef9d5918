import { setTimeout as delay } from "node:timers/promises";
import { messageText } from "../supervisor/terminal/message-text.ts";
import { type Check, isSame } from "./check.ts";
import { countedLines } from "./counted-lines.ts";
import { newlySeen, type Observation, observe } from "./observation.ts";
import type { Printer } from "./printer.ts";
import type { TourContext } from "./tour-context.ts";
import type { TourStep, View } from "./tour-step.ts";

/** The result of a tour. */
export interface TourResult {
  readonly passed: boolean;
  readonly steps: number;
  readonly checks: number;
}

const POLL_MS = 25;

/**
 * Runs the steps in order, and stops at the first difference from the expectations. The checks of a step must hold
 * within `timeoutMs`; default 20 s.
 */
export async function runSteps(options: {
  steps: readonly TourStep[];
  context: TourContext;
  printer: Printer;
  timeoutMs?: number;
}): Promise<TourResult> {
  const { steps, context, printer, timeoutMs = 20_000 } = options;
  let checks = 0;
  for (const [index, step] of steps.entries()) {
    printer.step(index + 1, step.title);
    const before = observe(context);
    try {
      await step.act(context);
    } catch (error) {
      printer.failure(error instanceof Error ? error.message : String(error));
      return { passed: false, steps: index, checks };
    }
    const found = await settle(
      () => [...changesOf(step, before, observe(context)), ...step.expect(context)],
      timeoutMs,
    );
    for (const view of step.shows) show(view, { context, printer, before });
    printer.checks(found);
    checks += found.length;
    if (found.some(isDifferent)) return { passed: false, steps: index, checks };
  }
  return { passed: true, steps: steps.length, checks };
}

/** Repeats the checks until all of them hold or the time is over. Resolves to the last results. */
async function settle(look: () => readonly Check[], timeoutMs: number): Promise<readonly Check[]> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = look();
    if (!found.some(isDifferent) || performance.now() > deadline) return found;
    await delay(POLL_MS);
  }
}

function isDifferent({ difference }: Check): boolean {
  return difference !== null;
}

/** Compares the changes in the simulators with the changes that the step declares. */
function changesOf(step: TourStep, before: Observation, now: Observation): Check[] {
  const { seenBy, writes, audit } = step;
  const told = step.counted ? countedLines : (lines: readonly string[]) => lines;
  const newAudit = told(now.audit.slice(before.audit.length).map(({ text }) => text));
  const newWrites = told(now.writes.slice(before.writes.length));
  return [
    isSame(listed("The bot shows it to", seenBy, "nobody"), newlySeen(before, now), seenBy),
    isSame(listed("Written to Incydr", writes, "nothing"), newWrites, writes),
    isSame(listed("In the audit channel", audit, "nothing"), newAudit, audit),
  ];
}

/** A heading with its lines. Several lines begin below the heading. */
function listed(heading: string, lines: readonly string[], none: string): string {
  const [first = none, ...others] = lines;
  return `${heading}: ${others.length > 0 ? lines.map((line) => `\n  • ${line}`).join("") : first}`;
}

function show(view: View, options: { context: TourContext; printer: Printer; before: Observation }): void {
  const { context, printer, before } = options;
  const client = context.slack.as(view.person);
  const [name] = client.person.displayName.split(" ");
  if ("modal" in view) {
    printer.view(`${name} has this modal open`, client.modal()?.plain ?? "(none)");
    return;
  }
  const earlier = before.messages.get(view.channel)?.get(view.person);
  const news = client
    .sees(view.channel)
    .filter(({ isBot, ts, edits }) => isBot && !earlier?.has(`${ts} ${edits}`))
    // This message appears only if an answer takes longer than a second.
    .filter(({ plain }) => plain !== "Looking up…");
  printer.view(
    `${name} sees in #${view.channel}`,
    news.map((message) => beginning(messageText(message), view.lines)).join("\n") || "(nothing new)",
  );
}

/** The first lines of a text, without counting its heading. */
function beginning(text: string, count = Number.POSITIVE_INFINITY): string {
  const lines = text.split("\n");
  return lines.length > count + 1 ? [...lines.slice(0, count + 1), "  …"].join("\n") : text;
}
