import { withParts } from "../pages/page-parts.ts";

/**
 * The pages with a part from the tour's transcript. `withTour` throws if the text is not the transcript of a tour
 * without failed checks.
 */
export const TOUR_PAGES: readonly {
  readonly page: string;
  readonly withTour: (text: string, transcript: string) => string;
}[] = [
  {
    page: "docs/tour.md",
    withTour: (text, transcript) => withParts("docs/tour.md", text, { tour: block(whole(transcript)) }),
  },
  {
    page: "README.md",
    withTour: (text, transcript) => withParts("README.md", text, { tour: block(picture(whole(transcript))) }),
  },
];

/** The steps of the tour that the README shows: the card that asks for approval, and the card after it. */
const SHOWN_STEPS = [3, 4];

function whole(transcript: string): string {
  const text = transcript.trim();
  if (/\nAll \d+ steps went as they should: \d+ checks hold\.$/.test(text)) return text;
  throw new Error(
    "The input is no transcript of a tour without failed checks. Run: npm run sandbox -- --tour",
  );
}

/** The shown steps with only their titles, their cards, and the final write. */
function picture(transcript: string): string {
  const steps = transcript.split(/(?=^ ?\d+ {2}\S)/m);
  const shown = SHOWN_STEPS.map((number) => {
    const step = steps.find((text) => Number.parseInt(text, 10) === number);
    if (step === undefined) throw new Error(`The transcript lacks step ${number}.`);
    return step;
  });
  const writes = shown.map((step) => lineWith(step, "✓ Written to Incydr")).slice(-1);
  const cards = shown.map((step) => [step.split("\n", 1)[0], ...card(step)].join("\n"));
  return [cards.join("\n\n"), ...writes].join("\n");
}

/** The line that says who sees the first message of a step, and that message without the name of its author. */
function card(step: string): string[] {
  const lines = step.split("\n");
  const from = lines.findIndex((line) => / sees in #/.test(line));
  const message = lines.slice(from + 2);
  const to = message.findIndex((line) => !line.startsWith("    │   ") || line.trim() === "│   …");
  if (from < 0 || to < 1) throw new Error("A step of the transcript shows no card.");
  return [lines[from] ?? "", ...message.slice(0, to)];
}

function lineWith(step: string, words: string): string {
  const line = step.split("\n").find((text) => text.includes(words));
  if (line === undefined) throw new Error(`A step of the transcript has no “${words}”.`);
  return line;
}

function block(text: string): string {
  return ["```text", text, "```"].join("\n");
}
