import type { Style } from "../supervisor/terminal/style.ts";
import { behindBar } from "../supervisor/terminal/wrap.ts";
import type { Check } from "./check.ts";
import { steadyText } from "./steady-text.ts";

/** Prints the tour in a terminal. A passing tour has the same output in every run. */
export interface Printer {
  /** Prints the heading of a step. */
  step(number: number, title: string): void;
  /** Prints an action of a person. */
  action(name: string, what: string): void;
  /** Prints the current view of a person. */
  view(heading: string, text: string): void;
  checks(checks: readonly Check[]): void;
  /** Prints a failure that ends the tour. */
  failure(message: string): void;
  /** Prints the final line. */
  end(text: string): void;
}

const MARGIN = "    ";

/** Creates a printer that writes to `write`. */
export function createPrinter(options: { write: (text: string) => void; style: Style }): Printer {
  const { write, style } = options;
  const line = (text: string) => write(`${text}\n`);
  /** Formats a marked text, coloured after wrapping. */
  const marked = (mark: string, text: string, paint: (wrapped: string) => string) =>
    line(paint(behindBar(steadyText(`${mark} ${text}`), MARGIN)));
  const failure = (text: string) => marked("✗", text, style.bad);
  return {
    step: (number, title) => line(`\n${style.strong(`${String(number).padStart(2)}  ${title}`)}\n`),
    action: (name, what) => marked("▸", `${name} ${what}`, (text) => text.replace(name, style.name(name))),
    view: (heading, text) => {
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
