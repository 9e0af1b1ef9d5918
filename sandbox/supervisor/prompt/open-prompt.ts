import { createInterface } from "node:readline";

/** A prompt at which somebody types, and over which others can print. */
export interface Prompt {
  /** Prints a text without breaking what is being typed. */
  print(text: string): void;
  /**
   * Hands each line to `run`, one after the other, and prints its answer; resolves when that is null, or at the end of
   * the input if somebody sits at a terminal. The end of any other input stops nothing.
   */
  serve(run: (line: string) => Promise<string | null>): Promise<void>;
  close(): void;
}

/** Opens a prompt. Ctrl-C at a terminal reaches the process as the signal it would be without a prompt. */
export function openPrompt(streams: { input: NodeJS.ReadStream; output: NodeJS.WriteStream }): Prompt {
  const { input, output } = streams;
  const isTerminal = input.isTTY === true && output.isTTY === true;
  const lines = createInterface({
    input,
    output,
    terminal: isTerminal,
    prompt: isTerminal ? "sandbox> " : "",
  });
  let isClosed = false;
  let isAsking = false;
  const ask = () => {
    isAsking = !isClosed;
    if (isAsking) lines.prompt();
  };
  lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  lines.once("close", () => {
    isClosed = true;
  });

  return {
    print: (text) => {
      // The line that is being typed makes room, and stands below the text afterwards.
      if (isTerminal && isAsking) output.write("\r\u001b[K");
      output.write(`${text}\n`);
      if (isTerminal && isAsking && !isClosed) lines.prompt(true);
    },
    serve: async (run) => {
      ask();
      for await (const line of lines) {
        isAsking = false;
        const answer = await run(line);
        if (answer === null) return;
        if (answer !== "") output.write(`${answer}\n\n`);
        ask();
      }
      if (!isTerminal) await new Promise(() => undefined);
    },
    close: () => lines.close(),
  };
}
