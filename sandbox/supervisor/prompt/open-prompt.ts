import { createInterface } from "node:readline";

/** A prompt for a person's input. Other parts can print meanwhile. */
export interface Prompt {
  /** Prints a text without breaking the line that is being typed. */
  print(text: string): void;
  /**
   * Passes each input to `run`, one after the other, and prints the answer. An input has one line, or several while
   * `isUnfinished` is true. Resolves at a `null` answer, or at the end of a terminal's input. The end of any other
   * input has no effect.
   */
  serve(
    run: (input: string) => Promise<string | null>,
    isUnfinished: (input: string) => boolean,
  ): Promise<void>;
  close(): void;
}

const PROMPT = "sandbox> ";
const CONTINUATION = "       > ";

/** Opens a prompt. Ctrl-C at a terminal discards an unfinished input. Otherwise the process gets the usual signal. */
export function openPrompt(streams: {
  input: NodeJS.ReadableStream & { isTTY?: boolean };
  output: NodeJS.WritableStream & { isTTY?: boolean };
}): Prompt {
  const { input, output } = streams;
  const isTerminal = input.isTTY === true && output.isTTY === true;
  const lines = createInterface({ input, output, terminal: isTerminal });
  let isClosed = false;
  let isAsking = false;
  /** The first lines of an unfinished input. */
  let begun: readonly string[] = [];
  /** For each line that waits to be read, whether it arrived before the prompt asked for it. */
  const cameEarly: boolean[] = [];
  const ask = () => {
    isAsking = !isClosed;
    if (!isAsking) return;
    lines.setPrompt(!isTerminal ? "" : begun.length > 0 ? CONTINUATION : PROMPT);
    lines.prompt();
  };
  // Pasted lines arrive together. The first answers the prompt; the others are early.
  lines.on("line", () => {
    cameEarly.push(!isAsking);
    isAsking = false;
  });
  lines.on("SIGINT", () => {
    if (begun.length === 0) return void process.kill(process.pid, "SIGINT");
    begun = [];
    // Moves the cursor to the end of the typed line.
    lines.write(null, { ctrl: true, name: "e" });
    lines.write(null, { ctrl: true, name: "u" });
    output.write("\n");
    ask();
  });
  lines.once("close", () => {
    isClosed = true;
  });

  return {
    print: (text) => {
      // The unfinished line is removed, and printed again below the text.
      if (isTerminal && isAsking) output.write("\r\u001b[K");
      output.write(`${text}\n`);
      if (isTerminal && isAsking && !isClosed) lines.prompt(true);
    },
    serve: async (run, isUnfinished) => {
      ask();
      for await (const line of lines) {
        isAsking = false;
        // The terminal has shown an early line already. It is printed again beside its answer.
        if (cameEarly.shift() && isTerminal) output.write(`${line}\n`);
        begun = [...begun, line];
        const typed = begun.join("\n");
        if (!isUnfinished(typed)) {
          begun = [];
          const answer = await run(typed);
          if (answer === null) return;
          if (answer !== "") output.write(`${answer}\n\n`);
        }
        ask();
      }
      if (!isTerminal) await new Promise(() => undefined);
    },
    close: () => lines.close(),
  };
}
