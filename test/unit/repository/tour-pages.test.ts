import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { TOUR_PAGES } from "../../../scripts/tour/tour-pages.ts";

const root = path.join(import.meta.dirname, "../../..");
const page = readFileSync(path.join(root, "docs/tour.md"), "utf8");
const [, transcript = ""] = /<!-- tour -->\n+```text\n(.*?)\n```/s.exec(page) ?? [];

describe.each(TOUR_PAGES)("the part of $page that the tour makes", ({ page, withTour }) => {
  const text = readFileSync(path.join(root, page), "utf8");

  it("comes from the transcript of a complete tour", () => {
    expect(withTour(text, `${transcript}\n`)).toBe(text);
  });

  it.each([
    ["no text, as of a tour that doesn't start", ""],
    ["another text", "npm error Missing script\n"],
    ["a tour that ends before its last step", transcript.slice(0, transcript.length / 2)],
    [
      "a tour whose last step fails",
      transcript.replace(/All 26 steps.*$/, "Step 26 of 26 went otherwise than it should."),
    ],
  ])("is not replaced by %s", (_what, other) => {
    expect(() => withTour(text, other)).toThrow(/no transcript of a tour/);
  });
});
