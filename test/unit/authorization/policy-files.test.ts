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

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "incydr-chatops-policies-"));
  await write("schema.cedarschema", await readFile("policies/schema.cedarschema", "utf8"));
});
afterEach(() => rm(folder, { recursive: true }));

function write(name: string, text: string): Promise<void> {
  return writeFile(path.join(folder, name), text);
}

/** The faults that are found in one file of this text, beside a sound one. */
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

it("refuses an empty file, as one is while it is written, because its rules would not hold", async () => {
  expect(await faultsOf("")).toEqual(["10-people.cedar: it holds no policy; remove it if that is meant."]);
  expect(await faultsOf("// nothing yet\n")).toHaveLength(1);
});

it("reads every policy with its effect, group, actions and reason, in order of the files' names", async () => {
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

it("accepts the policies that come with the product", async () => {
  await expect(loadPolicies("policies")).resolves.toMatchObject({ policies: expect.any(Array) });
});

it("hashes whatever changes the meaning: a policy, the schema, a file's name", async () => {
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

it("names the file and the line of a syntax error", async () => {
  const [fault] = await faultsOf(`${PERMIT}\n\n// next\npermit (principal action, resource);`);
  expect(fault).toMatch(/^10-people\.cedar:5: unexpected token/);
});

it("names the file and the line of a policy without a name", async () => {
  expect(await faultsOf(`${PERMIT}\n${FORBID.replace('@id("no-guests")\n', "")}`)).toEqual([
    '10-people.cedar:3: the policy has no name; write @id("…") above it.',
  ]);
});

it("names the file and the line of a forbid without a reason", async () => {
  const text = FORBID.replace("no-guests", "no-others").replace(/@reason.*\n/, "");
  expect(await faultsOf(`\n\n${text}`)).toEqual([
    '10-people.cedar:3: no-others forbids without saying why; write @reason("…") above it.',
  ]);
});

it.each([
  ["everybody", "principal"],
  ["one person", 'principal == Incydr::Person::"U0MAYA"'],
])("names the file and the line of a permit for %s instead of a group", async (_whom, principal) => {
  const text = PERMIT.replace('principal in Incydr::Group::"insider-risk-analysts"', principal);
  expect(await faultsOf(text)).toEqual([
    '10-people.cedar:1: analysts-look-up permits without a group; write principal in Incydr::Group::"…".',
  ]);
});

it("names the file in which a name is used again, and where it was before", async () => {
  expect(await faultsOf(FORBID)).toEqual([
    '10-people.cedar: @id("no-guests") is already used in 00-sound.cedar.',
  ]);
});

it("refuses templates, which nothing would ever fill in", async () => {
  const text = '@id("t")\n@reason("x")\nforbid (principal == ?principal, action, resource);';
  expect(await faultsOf(text)).toEqual(["10-people.cedar: templates are not supported."]);
});

it.each([
  [
    "an attribute that people don't have",
    "principal.gest",
    /^10-people\.cedar:2: typo: .*gest.*did you mean `guest`/,
  ],
  ["an attribute that may be absent", 'principal.email == "x"', /^10-people\.cedar:2: typo: .*email/],
])("finds what disagrees with the schema: %s", async (_what, condition, fault) => {
  const text = `// A comment.\n@id("typo")\n@reason("x")\nforbid (principal is Incydr::Person, action, resource) when { ${condition} };`;
  expect(await faultsOf(text)).toEqual([expect.stringMatching(fault)]);
});

it.each([
  [
    "a deadline that is no number",
    '@expiryHours("soon")',
    '@expiryHours has to be a number above 0, such as @expiryHours("24").',
  ],
  ["a deadline of nothing", '@ratifyWithinHours("0")', "@ratifyWithinHours has to be a number above 0"],
  ["nobody to ask", '@escalateTo(" ")', "@escalateTo names no group"],
  ["an annotation that nothing reads", '@expires("24")', "@expires means nothing; write one of @id, @reason"],
])("finds %s", async (_what, annotation, fault) => {
  const faults = await faultsOf(`${annotation}\n${PERMIT}`);
  expect(faults).toEqual([expect.stringContaining(`10-people.cedar:1: analysts-look-up: ${fault}`)]);
});

it("finds an action that doesn't exist", async () => {
  const [fault] = await faultsOf(PERMIT.replace("lookup", "look-up"));
  expect(fault).toMatch(/^10-people\.cedar:1: analysts-look-up: .*look-up/);
});

it("finds a schema that can't be read", async () => {
  await write("schema.cedarschema", "entity Person = {");
  const [fault] = await faultsOf(PERMIT);
  expect(fault).toMatch(/^schema\.cedarschema: /);
});

it("lists the faults of every file at once", async () => {
  await write("20.cedar", "permit (");
  const faults = await faultsOf(FORBID.replace(/@reason.*\n/, ""));
  expect(faults.map((fault) => fault.split(":")[0])).toEqual([
    "10-people.cedar",
    "20.cedar",
    "10-people.cedar",
  ]);
});

it("finds a folder without policies, without a schema, and no folder at all", async () => {
  await expect(loadPolicies(folder)).rejects.toThrow("holds no policy (*.cedar).");
  await rm(path.join(folder, "schema.cedarschema"));
  await expect(loadPolicies(folder)).rejects.toThrow("schema.cedarschema can't be read");
  await expect(loadPolicies(path.join(folder, "gone"))).rejects.toThrow(PolicyError);
});
