import type { Style } from "../supervisor/terminal/style.ts";
import { behindBar } from "../supervisor/terminal/wrap.ts";
import type { Check } from "./check.ts";
import { steadyText } from "./steady-text.ts";

/** Tells the story in a terminal. What it writes of a story that goes well is the same in every run. */
export interface Narrator {
  /** Begins a step. */
  step(number: number, title: string): void;
  /** Somebody does something. */
  deed(name: string, what: string): void;
  /** What somebody sees now. */
  sight(heading: string, text: string): void;
  checks(checks: readonly Check[]): void;
  /** Something that keeps the story from going on. */
  failure(message: string): void;
  /** The last word. */
  end(text: string): void;
}

const MARGIN = "    ";

/** Creates a narrator that writes to `write`. */
export function createNarrator(options: { write: (text: string) => void; style: Style }): Narrator {
  const { write, style } = options;
  const line = (text: string) => write(`${text}\n`);
  /** A marked line of text, coloured after it is wrapped. */
  const marked = (mark: string, text: string, paint: (wrapped: string) => string) =>
    line(paint(behindBar(steadyText(`${mark} ${text}`), MARGIN)));
  const failure = (text: string) => marked("✗", text, style.bad);
  return {
    step: (number, title) => line(`\n${style.strong(`${String(number).padStart(2)}  ${title}`)}\n`),
    deed: (name, what) => marked("▸", `${name} ${what}`, (text) => text.replace(name, style.name(name))),
    sight: (heading, text) => {
      line(`\n${MARGIN}${heading}`);
      line(behindBar(steadyText(text), `${MARGIN}│ `, style.faint));
    },
    checks: (checks) => {
      line("");
      for (const { says, difference } of checks) {
        if (difference === null) marked("✓", says, (text) => text.replace("✓", style.good("✓")));
        else {
          failure(says);
          line(behindBar(difference, `${MARGIN}    `));
        }
      }
    },
    failure: (message) => {
      line("");
      failure(message);
    },
    end: (text) => line(`\n${style.strong(text)}`),
  };
}
