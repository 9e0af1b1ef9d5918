import { readFileSync } from "node:fs";
import { parse } from "dotenv";
import { describe, expect, it } from "vitest";
import { envSchema } from "../../../src/config/env-schema.ts";
import { loadConfig } from "../../../src/config/index.ts";
import { type Variable, variableGroups } from "../../../src/config/variable.ts";

interface Entry {
  readonly group: string;
  readonly name: string;
  readonly value: string;
  readonly isCommentedOut: boolean;
  readonly comment: string;
}

const variables = Object.entries<Variable>(envSchema);
const entries = readEntries(readFileSync(new URL("../../../.env.example", import.meta.url), "utf8"));

/** Entries are separated by blank lines; a block is comment lines and, at its end, the variable. */
function readEntries(text: string): Entry[] {
  let group = "";
  return text.split(/\n{2,}/).flatMap((block) => {
    const lines = block.trim().split("\n");
    const heading = /^## (.+)$/.exec(lines[0] ?? "")?.[1];
    if (heading) group = heading;
    const [, mark, name, value = ""] = /^(# )?([A-Z][A-Z_]+)=(.*)$/.exec(lines.at(-1) ?? "") ?? [];
    if (!name) return [];
    const comment = lines.slice(0, -1).map((line) => line.replace(/^# /, ""));
    return [{ group, name, value, isCommentedOut: mark !== undefined, comment: comment.join(" ") }];
  });
}

it("has every variable of the schema once, in its order and under its group", () => {
  expect(entries.map(({ group, name }) => `${group}: ${name}`)).toEqual(
    variables.map(([name, variable]) => `${variable.group}: ${name}`),
  );
  expect([...new Set(entries.map((entry) => entry.group))]).toEqual([...variableGroups]);
});

describe.each(variables)("%s", (name, variable) => {
  const entry = entries.find((candidate) => candidate.name === name);

  it("is described as in the schema, with an example unless the default is one", () => {
    expect(entry?.comment).toContain(variable.description);
    expect(entry?.comment.includes(" A secret.")).toBe(variable.secret === true);
    if (!variable.default) expect(entry?.comment).toContain(`Example: ${inEnvFile(variable.example)}`);
  });

  it("is commented out unless it must be set, and then shows its default", () => {
    expect(entry?.isCommentedOut).toBe(variable.need !== "required" && variable.need !== "socket");
    expect(entry?.value).toBe(variable.default ?? "");
  });

  it("has an example, and a default, that its own schema accepts", () => {
    expect(variable.schema.safeParse(variable.example).success).toBe(true);
    expect(variable.need === undefined).toBe(variable.default !== undefined);
    if (variable.default !== undefined)
      expect(variable.schema.safeParse(variable.default).success).toBe(true);
  });
});

it("makes a configuration that loads when each variable has its example", () => {
  const lines = variables.map(([name, variable]) => `${name}=${inEnvFile(variable.example)}`);
  expect(loadConfig(parse(lines.join("\n"))).userLinkTemplate).toBe(envSchema.USER_LINK_TEMPLATE.example);
});

function inEnvFile(text: string): string {
  return text.includes("#") ? `"${text}"` : text;
}
