import { beforeAll, expect, it } from "vitest";

let regexFaults: typeof import("../../../scripts/regexes/regex-faults.ts").regexFaults;
beforeAll(async () => {
  process.env.RECHECK_BACKEND = "pure";
  ({ regexFaults } = await import("../../../scripts/regexes/regex-faults.ts"));
});

it("the check of regular expressions reports each that takes more than linear time, in any place of a file", () => {
  const text = [
    "interface A { readonly a: RegExp }",
    "export const a: A = { a: /^(?:a+)+b$/ };",
    "export function f<T extends string>(text: T): boolean {",
    "  return text.replace(/x/g, '').split(/[a-z]+@/i).length > 1;",
    "}",
    "const c = new RegExp('(a|a)*b', 'u');",
  ].join("\n");
  expect(regexFaults(text)).toEqual([
    expect.stringMatching(/^2: \/\^\(\?:a\+\)\+b\$\/ takes exponential time, for instance on /),
    expect.stringMatching(/^4: .* takes 2nd degree polynomial time/),
    expect.stringMatching(/^6: .* takes exponential time/),
  ]);
});

it("the check of regular expressions reports a pattern that is made at run time, because it can't judge it", () => {
  expect(regexFaults("const a = (b: string) => RegExp(b);")).toEqual([
    "1: a pattern that is made at run time can't be judged; write a loop",
  ]);
});

it("the check of regular expressions accepts those of linear time, and text that only looks like one", () => {
  const text = "const a = /^[a-z]+$/u; const b = 6 / 2 / 1; // /(a+)+b/\nconst c = '/(a+)+b/';";
  expect(regexFaults(text)).toEqual([]);
});
