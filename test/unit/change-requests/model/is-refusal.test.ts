import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { isRefusal } from "../../../../src/change-requests/index.ts";
import { AppError } from "../../../../src/kernel/errors.ts";

const SOURCE = path.join(import.meta.dirname, "../../../../src");
/** Modules that carry out what was asked, and answer nobody. */
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

it.each(MACHINERY)("no error of %s is an answer to what somebody asked", (module) => {
  const answers = codesIn(module).filter((code) => isRefusal(new SomeError(code, "")));
  expect(answers).toEqual([]);
});

it("an error of the domain is an answer, and one that was not foreseen is none", () => {
  expect(isRefusal(new SomeError("nothing_to_do", ""))).toBe(true);
  expect(isRefusal(new Error("nothing_to_do"))).toBe(false);
  expect(isRefusal(undefined)).toBe(false);
});

it.each(["job_unreadable", "subject_busy", "tries_exhausted"])(
  "an error of the domain's own work is no answer: %s",
  (code) => expect(isRefusal(new SomeError(code, ""))).toBe(false),
);
