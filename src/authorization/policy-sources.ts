import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../kernel/errors.ts";
import { PolicyError } from "./authorization-errors.ts";

/** The texts that a set of policies is made of, as they are kept. */
export interface PolicySources {
  readonly schema: string;
  /** In order of their names. */
  readonly files: readonly PolicyFile[];
}

export interface PolicyFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Reads `schema.cedarschema` and every `*.cedar` file of a folder.
 * @throws {PolicyError} when they can't be read, or there is none.
 */
export async function readSources(folder: string): Promise<PolicySources> {
  const schema = await readText(join(folder, "schema.cedarschema"));
  const names = (await listFiles(folder)).filter((name) => name.endsWith(".cedar")).sort();
  if (names.length === 0) throw new PolicyError([`${folder} holds no policy (*.cedar).`]);
  const files = await Promise.all(
    names.map(async (name) => ({ name, text: await readText(join(folder, name)) })),
  );
  return { schema, files };
}

/** SHA-256 of the schema and every policy file, hexadecimal. */
export function hashOf({ schema, files }: PolicySources): string {
  const hash = createHash("sha256").update(schema);
  for (const { name, text } of files) hash.update(`\0${name}\0${text}`);
  return hash.digest("hex");
}

async function listFiles(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    throw new PolicyError([`The folder ${folder} can't be read: ${messageOf(error)}`]);
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new PolicyError([`${path} can't be read: ${messageOf(error)}`]);
  }
}

/** One policy of the files, with what people are told about it. */
export interface Policy {
  readonly id: string;
  readonly file: string;
  /** Where it begins in the file, from 1. */
  readonly line: number;
  readonly text: string;
  readonly effect: "permit" | "forbid";
  /** The reason that a person reads when this policy stops them; only a `forbid` needs one. */
  readonly reason: string | null;
  /** The group whose members a `permit` is for. */
  readonly group: string | null;
  /** The actions it speaks of; empty means all. */
  readonly actions: readonly string[];
  /** Texts and terms for people; never a condition. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** A whole set of policies that agrees with its schema. */
export interface PolicySet {
  readonly schema: string;
  readonly policies: readonly Policy[];
  /** SHA-256 of the schema and every policy file, hexadecimal: names the set in audit entries. */
  readonly hash: string;
  /** The sources of the policies. */
  readonly sources: PolicySources;
}
