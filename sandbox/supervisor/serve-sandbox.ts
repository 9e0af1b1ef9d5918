import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openPrompt } from "./prompt/open-prompt.ts";
import { isUnfinished } from "./prompt/parse-line.ts";
import { createPromptSession } from "./prompt/prompt-session.ts";
import type { Sandbox } from "./start-sandbox.ts";
import { aborted } from "./stop-signal.ts";
import { summary } from "./summary.ts";
import { createStyle } from "./terminal/style.ts";

/**
 * Lets a person use a running sandbox from the terminal, until the person or a signal stops it. Meanwhile a file has
 * the bot's environment for its command line in another terminal.
 */
export async function serveSandbox(options: {
  sandbox: Sandbox;
  dataDir: string;
  signal: AbortSignal;
}): Promise<void> {
  const { sandbox, dataDir, signal } = options;
  const style = createStyle(process.stdout);
  const envFile = join(dataDir, "bot.env");
  await writeFile(envFile, envFileText(sandbox.env), { mode: 0o600 });
  process.stdout.write(`\n${summary({ sandbox, dataDir, envFile, style })}\n\n`);

  const prompt = openPrompt({ input: process.stdin, output: process.stdout });
  const session = createPromptSession({ sandbox, print: prompt.print });
  sandbox.bot.onDeath(({ how, lastWords }) => {
    const death = style.bad(`The bot has ended (${how}).`);
    prompt.print(`${death} Type restart to start it again. Its log ends with:\n${lastWords}`);
  });
  let isOver = false;
  void sandbox.postgres.ended.then(() => {
    if (!isOver) prompt.print(style.bad("PostgreSQL has ended. Stop the sandbox and start it again."));
  });

  await Promise.race([prompt.serve(session.run, isUnfinished), aborted(signal)]);
  isOver = true;
  session.close();
  prompt.close();
  process.stdout.write("\nStopping …\n");
  await rm(envFile, { force: true });
}

/** Formats variables as `NAME='value'` lines. No value of the sandbox has a quote. */
function envFileText(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join("");
}
