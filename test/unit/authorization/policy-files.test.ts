import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { loadPolicies, PolicyError } from "../../../src/authorization/index.ts";

const PERMIT = `@id("analysts-look-up")
permit (principal in Incydr::Group::"insider-risk-analysts", action == Incydr::Action::"lookup", resource);`;
const FORBID = `@id("no-guests")
@reason("Guests may not.")
forbid (principal is Incydr::Person, action, resource) when { principal.guest };`;

const EMPTY = "10-people.cedar: the file has no policy; write one, or delete the file.";
const conditional = (condition: string) =>
  `// A comment.\n@id("typo")\n@reason("x")\nforbid (principal is Incydr::Person, action, resource) when { ${condition} };`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "incydr-chatops-policies-"));
  await write("schema.cedarschema", await readFile("policies/schema.cedarschema", "utf8"));
});
afterEach(() => rm(folder, { recursive: true }));

function write(name: string, text: string): Promise<void> {
  return writeFile(path.join(folder, name), text);
}

/** The faults of a file with this text, beside a valid file. */
async function faultsOf(text: string): Promise<readonly string[]> {
  await write("00-sound.cedar", FORBID);
  await write("10-people.cedar", text);
  const error = await loadPolicies(folder).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PolicyError);
  return error instanceof PolicyError ? error.faults : [];
}

it("every policy is read with its effect, group, actions and reason, in the order of the files' names", async () => {
  await write("20.cedar", PERMIT);
  await write("10.cedar", FORBID);
  await write("notes.txt", "not a policy");
  const { policies, hash } = await loadPolicies(folder);
  expect(policies).toMatchObject([
    {
      id: "no-guests",
      file: "10.cedar",
      effect: "forbid",
      group: null,
      actions: [],
      reason: "Guests may not.",
    },
    {
      id: "analysts-look-up",
      file: "20.cedar",
      effect: "permit",
      group: "insider-risk-analysts",
      actions: ["lookup"],
      reason: null,
    },
  ]);
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
});

it("the hash depends on each policy, on the schema and on the files' names", async () => {
  await write("10.cedar", PERMIT);
  const before = (await loadPolicies(folder)).hash;
  expect((await loadPolicies(folder)).hash).toBe(before);
  await write("10.cedar", PERMIT.replace("lookup", "list"));
  const afterPolicy = (await loadPolicies(folder)).hash;
  await write("schema.cedarschema", `${await readFile("policies/schema.cedarschema", "utf8")}\n// more`);
  const afterSchema = (await loadPolicies(folder)).hash;
  await write("11.cedar", PERMIT.replace("lookup", "list"));
  await rm(path.join(folder, "10.cedar"));
  const afterName = (await loadPolicies(folder)).hash;
  expect(new Set([before, afterPolicy, afterSchema, afterName]).size).toBe(4);
});

it.each([
  [
    "a policy without a name",
    `${PERMIT}\n${FORBID.replace('@id("no-guests")\n', "")}`,
    '10-people.cedar:3: the policy has no id; write @id("…") above it.',
  ],
  [
    "a forbid without a reason",
    `\n\n${FORBID.replace("no-guests", "no-others").replace(/@reason.*\n/, "")}`,
    '10-people.cedar:3: policy no-others forbids without a reason; write @reason("…") above it.',
  ],
  [
    "a permit for all people",
    PERMIT.replace(/principal in [^,]+/, "principal"),
    '10-people.cedar:1: policy analysts-look-up permits without a group; write (principal in Incydr::Group::"…", …).',
  ],
  [
    "a permit for one person",
    PERMIT.replace(/principal in [^,]+/, 'principal == Incydr::Person::"U0MAYA"'),
    '10-people.cedar:1: policy analysts-look-up permits without a group; write (principal in Incydr::Group::"…", …).',
  ],
  [
    "a name that another file uses",
    FORBID,
    '10-people.cedar: @id("no-guests") is already used in 00-sound.cedar.',
  ],
  [
    "a template",
    '@id("t")\n@reason("x")\nforbid (principal == ?principal, action, resource);',
    "10-people.cedar: policy templates are not supported; write a policy instead.",
  ],
  ["a file that is empty while an editor writes it", "", EMPTY],
  ["a file of comments", "// nothing yet\n", EMPTY],
])("%s is the one fault of its file", async (_what, text, fault) => {
  expect(await faultsOf(text)).toEqual([fault]);
});

it.each([
  [
    "a syntax error",
    `${PERMIT}\n\n// next\npermit (principal action, resource);`,
    /^10-people\.cedar:5: unexpected token/,
  ],
  [
    "an unknown action",
    PERMIT.replace("lookup", "look-up"),
    /^10-people\.cedar:1: analysts-look-up: .*look-up/,
  ],
  [
    "an attribute that people don't have",
    conditional("principal.gest"),
    /^10-people\.cedar:2: typo: .*gest.*did you mean `guest`/,
  ],
  [
    "an attribute that may be absent",
    conditional('principal.email == "x"'),
    /^10-people\.cedar:2: typo: .*email/,
  ],
  [
    "a deadline that is no number",
    `@expiryHours("soon")\n${PERMIT}`,
    /^10-people\.cedar:1: policy analysts-look-up: @expiryHours must be a number above 0, such as @expiryHours\("24"\)\.$/,
  ],
  [
    "a deadline of no time",
    `@ratifyWithinHours("0")\n${PERMIT}`,
    /: policy analysts-look-up: @ratifyWithinHours must be a number above 0/,
  ],
  [
    "an escalation to no group",
    `@escalateTo(" ")\n${PERMIT}`,
    /: policy analysts-look-up: @escalateTo names no group/,
  ],
  [
    "an annotation without a meaning",
    `@expires("24")\n${PERMIT}`,
    /: policy analysts-look-up: @expires is not known; use one of @id, @reason/,
  ],
])("%s is a fault with its file and line", async (_what, text, fault) => {
  expect(await faultsOf(text)).toEqual([expect.stringMatching(fault)]);
});

it("a schema that can't be read is a fault", async () => {
  await write("schema.cedarschema", "entity Person = {");
  expect(await faultsOf(PERMIT)).toEqual([expect.stringMatching(/^schema\.cedarschema: /)]);
});

it("the faults of all files are listed at once, each on a line", async () => {
  await write("20.cedar", "permit (");
  await write("10-people.cedar", FORBID.replace(/@reason.*\n/, ""));
  await write("00-sound.cedar", FORBID);
  await expect(loadPolicies(folder)).rejects.toThrow(
    /\n {2}10-people\.cedar:1: .*\n {2}20\.cedar:1: .*\n {2}10-people\.cedar: @id/,
  );
});

it("a folder without policies or a schema is a fault, and so is a missing folder", async () => {
  await expect(loadPolicies(folder)).rejects.toThrow("has no policy file (*.cedar).");
  await rm(path.join(folder, "schema.cedarschema"));
  await expect(loadPolicies(folder)).rejects.toThrow(/A policy file can't be read: .*schema\.cedarschema/);
  await expect(loadPolicies(path.join(folder, "gone"))).rejects.toThrow(PolicyError);
});
