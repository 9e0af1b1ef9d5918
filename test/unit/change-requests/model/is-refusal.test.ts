import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { DirectoryUnavailableError, ForbiddenError } from "../../../../src/authorization/index.ts";
import { isRefusal, refusalOf } from "../../../../src/change-requests/index.ts";
import { OutcomeUnknownError } from "../../../../src/incydr/index.ts";
import { AppError } from "../../../../src/kernel/errors.ts";

const SOURCE = path.join(import.meta.dirname, "../../../../src");
/** Modules that answer no person. */
const MACHINERY = ["persistence", "jobs", "slack", "app", "audit"];

class SomeError extends AppError {}

/** The codes of the errors that a module defines. */
function codesIn(module: string): string[] {
  const folder = path.join(SOURCE, module);
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) =>
      [...readFileSync(path.join(folder, name), "utf8").matchAll(/extends AppError<"(\w+)">/g)].map(
        ([, code = ""]) => code,
      ),
    );
}

describe("a refusal", () => {
  it.each(MACHINERY)("no error of the module %s is a refusal", (module) => {
    const answers = codesIn(module).filter((code) => isRefusal(new SomeError(code, "")));
    expect(answers).toEqual([]);
  });

  it("an error of the domain is a refusal", () => {
    expect(isRefusal(new SomeError("nothing_to_do", ""))).toBe(true);
  });

  it.each<[string, unknown]>([
    ["an unforeseen error", new Error("nothing_to_do")],
    ["no error", undefined],
    ["an unreadable job", new SomeError("job_unreadable", "")],
    ["a busy subject", new SomeError("subject_busy", "")],
    ["the end of all tries", new SomeError("tries_exhausted", "")],
    ["an unknown outcome", new OutcomeUnknownError("No answer.", { sent: "yes" })],
  ])("%s is not a refusal", (_what, error) => {
    expect(isRefusal(error)).toBe(false);
  });

  it("a denial whose cause is an outage of Slack is told as that outage", () => {
    const denial = {
      action: "approve",
      policyIds: [],
      reasons: ["No."],
      whoCould: [],
      policyHash: "p",
    } as const;
    const cause = new DirectoryUnavailableError(null);
    expect(refusalOf(new ForbiddenError(denial, { cause }))).toEqual(refusalOf(cause));
    expect(refusalOf(new ForbiddenError(denial))).toMatchObject({ code: "forbidden" });
  });
});
