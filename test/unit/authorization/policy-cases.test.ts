import { cp, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { testPolicies } from "../../../src/cli/program.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "incydr-chatops-cases-"));
  await cp("policies", folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

const write = (file: string, content: unknown) =>
  writeFile(path.join(folder, file), typeof content === "string" ? content : JSON.stringify(content));

it("the shipped policies pass all their cases", async () => {
  expect(await testPolicies("policies")).toEqual({
    ok: true,
    text: expect.stringMatching(/^All \d+ cases pass\.$/),
  });
});

it("a case that had to be denied fails with the policy that allowed it", async () => {
  await write("DENY/lead-approves.json", { who: "lead", action: "approve", subject: "employee" });
  const { ok, text } = await testPolicies(folder);
  expect(ok).toBe(false);
  expect(text).toContain("DENY/lead-approves.json: allowed by leads-decide, but must be denied.");
  expect(text).toMatch(/^1 of \d+ cases fail\.$/m);
});

it("a case that had to be allowed fails with the policy that denied it, and the reason", async () => {
  await write("ALLOW/guest.json", { who: "guest", action: "lookup" });
  await write("ALLOW/nobody.json", { who: "colleague", action: "lookup" });
  const { text } = await testPolicies(folder);
  expect(text).toContain(
    "ALLOW/guest.json: denied by no-guests (Guests can't use this bot. Ask an administrator.)",
  );
  expect(text).toContain("ALLOW/nobody.json: denied because no policy permits it");
});

it("a case fails if it is denied by other policies than it says", async () => {
  await write("DENY/guest.json", { who: "guest", action: "lookup", because: ["no-bots"] });
  expect((await testPolicies(folder)).text).toContain(
    "DENY/guest.json: denied by no-guests, but must be denied by no-bots.",
  );
});

it.each([
  ["no JSON", "{", /DENY\/x\.json: .*JSON/],
  ["a word that no case has", { who: "lead", action: "lookup", whom: "x" }, /DENY\/x\.json: .*whom/],
  ["an action that doesn't exist", { who: "lead", action: "destroy" }, /DENY\/x\.json: action: /],
  ["a person that the fixtures don't have", { who: "ghost", action: "lookup" }, /no person named “ghost”/],
  [
    "a subject that the fixtures don't have",
    { who: "lead", action: "deny", subject: "ghost" },
    /no subject named “ghost”/,
  ],
  ["no subject for an action that needs one", { who: "lead", action: "approve" }, /approve needs a subject/],
  [
    "a subject for an action that has none",
    { who: "lead", action: "freeze", subject: "employee" },
    /action freeze has no subject/,
  ],
])("a file with %s is a fault, and is not skipped", async (_what, content, fault) => {
  await write("DENY/x.json", content);
  await expect(testPolicies(folder)).rejects.toThrow(fault);
});

it("a test of policies without fixtures fails with the name of the missing file", async () => {
  await rm(path.join(folder, "fixtures.json"));
  await expect(testPolicies(folder)).rejects.toThrow("fixtures.json: ");
});

it("the fixtures may have their older name, cast.json", async () => {
  await rename(path.join(folder, "fixtures.json"), path.join(folder, "cast.json"));
  expect((await testPolicies(folder)).ok).toBe(true);
});
