import { createInterface } from "node:readline";
import type { PromptSession } from "./prompt-session.ts";

/** Where somebody types, and where they read. */
export interface PromptStreams {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

/** A prompt over which others can print, too. */
export interface Prompt {
  /** Prints a text without breaking what is being typed. */
  print(text: string): void;
  /** Resolves when somebody has asked to stop; where nobody sits at a terminal, the end of the input is no such wish. */
  readonly done: Promise<void>;
  close(): void;
}

/**
 * Reads lines, does what they say one after the other, and prints what came of each. Ctrl-C at a terminal reaches the
 * process as the signal it would be without a prompt.
 */
export function runPrompt(session: PromptSession, { input, output }: PromptStreams): Prompt {
  const isTerminal = input.isTTY === true && output.isTTY === true;
  const lines = createInterface({ input, output, terminal: isTerminal, prompt: isTerminal ? "sandbox> " : "" });
  let isClosed = false;
  const ask = (keepTyped?: boolean) => {
    if (!isClosed) lines.prompt(keepTyped);
  };
  const print = (text: string) => {
    if (isTerminal) output.write("\r\u001b[K");
    output.write(`${text}\n`);
    ask(true);
  };
  lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  lines.once("close", () => {
    isClosed = true;
  });

  const isAskedToStop = async () => {
    ask();
    for await (const line of lines) {
      const answer = await session.run(line);
      if (answer === null) return true;
      if (answer !== "") output.write(`${answer}\n\n`);
      ask();
    }
    return isTerminal;
  };
  const done = new Promise<void>((resolve, reject) => {
    isAskedToStop().then((asked) => asked && resolve(), reject);
  });
  return { print, done, close: () => lines.close() };
}
