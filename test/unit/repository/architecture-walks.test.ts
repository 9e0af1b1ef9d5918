import { describe, expect, it } from "vitest";
import { filesOfWalk, unreachedFiles, WALKS } from "../../support/architecture-walks.ts";

describe.each(WALKS)("the walk “%s” of docs/architecture.md", (name) => {
  const walk = filesOfWalk(name);

  it("leads to each file by an import, or by an object that the composition passes in", () => {
    expect(unreachedFiles(walk)).toEqual([]);
  });

  it("is refused in the reverse order", () => {
    expect(unreachedFiles(walk.toReversed()).length).toBeGreaterThan(walk.length / 2);
  });
});

it.each([
  ["command", "change-requests/drafting/submit-form.ts", "change-requests/lifecycle/create-request.ts"],
  ["approval", "change-requests/execution/write-attempt.ts", "change-requests/execution/write-change.ts"],
  ["audit", "persistence/audit-repository.ts", "audit/chain.ts"],
] as const)(
  "a walk is refused without a file that alone leads to the next one: %s, %s, %s",
  (name, left, next) => {
    expect(unreachedFiles(filesOfWalk(name).filter((file) => file !== left))).toContain(next);
  },
);

it("a walk with a file that does not exist is refused", () => {
  expect(unreachedFiles(["app/create-app.ts", "app/no-such-file.ts"])).toEqual(["app/no-such-file.ts"]);
});
