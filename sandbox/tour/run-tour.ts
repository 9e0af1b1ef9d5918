import { execFile } from "node:child_process";
import { join } from "node:path";
import { CLONE } from "../supervisor/sandbox-options.ts";
import type { Sandbox } from "../supervisor/start-sandbox.ts";
import type { Style } from "../supervisor/terminal/style.ts";
import { createPrinter } from "./printer.ts";
import { runSteps, type TourResult } from "./run-steps.ts";
import { createScenario } from "./scenario.ts";
import { createTourContext, type ProgramResult } from "./tour-context.ts";

/** Runs the whole scenario in a newly started sandbox. */
export async function runTour(options: {
  sandbox: Sandbox;
  write: (text: string) => void;
  style: Style;
}): Promise<TourResult> {
  const { sandbox, write, style } = options;
  const { slack, incydr, env } = sandbox;
  const printer = createPrinter({ write, style });
  const context = createTourContext({ slack, incydr, printer, runCli: (args) => runCli(args, env) });
  const steps = createScenario();
  const result = await runSteps({ steps, context, printer });
  printer.end(
    result.passed
      ? `All ${result.steps} steps went as they should: ${result.checks} checks hold.`
      : `Step ${result.steps + 1} of ${steps.length} failed.`,
  );
  return result;
}

function runCli(args: readonly string[], env: Readonly<Record<string, string>>): Promise<ProgramResult> {
  const program = join(CLONE, "src/cli/cli.ts");
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...args], { env }, (_error, stdout, stderr) =>
      resolve({ exitCode: child.exitCode, output: `${stdout}${stderr}`.trim() }),
    );
  });
}
