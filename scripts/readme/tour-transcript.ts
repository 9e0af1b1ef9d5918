const BEGIN = "<!-- tour -->";
const END = "<!-- /tour -->";

/** Steps of the tour that the README shows at once; the rest is folded away. */
const SHOWN_STEPS = [3, 4];

/**
 * A README with the tour's transcript between its marks.
 * @throws if the marks are missing, or the transcript isn't one.
 */
export function withTranscript(readme: string, transcript: string): string {
  const [before, , after] = split(readme);
  return `${before}${BEGIN}\n${shown(transcript)}\n${END}${after}`;
}

function split(readme: string): [string, string, string] {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`The README has no ${BEGIN} … ${END}.`);
  return [readme.slice(0, begin), readme.slice(begin, end), readme.slice(end + END.length)];
}

function shown(transcript: string): string {
  const steps = transcript.split(/(?=^ ?\d+ {2}\S)/m);
  const sample = steps.filter((step) => SHOWN_STEPS.includes(Number.parseInt(step, 10)));
  if (sample.length !== SHOWN_STEPS.length) throw new Error("The transcript lacks the steps that are shown.");
  return [
    "```text",
    sample.join("").trimEnd(),
    "```",
    "",
    "<details>",
    "<summary>The whole of it</summary>",
    "",
    "```text",
    transcript.trim(),
    "```",
    "",
    "</details>",
  ].join("\n");
}
