import { join, resolve } from "node:path";
import { Command, Option } from "commander";

/** The options of the sandbox. */
export interface SandboxOptions {
  /** Whether to run the scenario and stop, instead of waiting for input. */
  readonly tour: boolean;
  /** How Slack reaches the bot: Socket Mode, or signed HTTP requests. */
  readonly delivery: "socket" | "http";
  /** The folder of the database and the logs; absolute. */
  readonly dataDir: string;
}

/** The clone of this sandbox. */
export const CLONE = join(import.meta.dirname, "../..");

/**
 * Reads the command line. For `--help` and unknown options, prints a message and ends the process. The default delivery
 * is HTTP for the tour, and otherwise Socket Mode, as in `manifest.yml`.
 */
export function readOptions(argv: readonly string[]): SandboxOptions {
  const program = new Command("npm run sandbox --")
    .description("Runs the real bot between a simulated Slack and a simulated Incydr, on a real PostgreSQL.")
    .option("--tour", "runs the main scenario, checks every step of it, and stops", false)
    .addOption(
      new Option(
        "--delivery <how>",
        "how Slack reaches the bot (default: http for the tour, else socket)",
      ).choices(["socket", "http"]),
    )
    .option("--data <folder>", "the folder of the database and the logs", join(CLONE, ".sandbox"))
    .allowExcessArguments(false)
    .parse(argv);
  // The type of the options declared above.
  const given = program.opts() as {
    tour: boolean;
    delivery?: "socket" | "http";
    data: string;
  };
  const { tour, delivery = tour ? "http" : "socket" } = given;
  return { tour, delivery, dataDir: resolve(given.data) };
}
