import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../kernel/errors.ts";
import { PolicyError } from "./authorization-errors.ts";

/** The texts of a set of policies, as they are stored. */
export interface PolicySources {
  readonly schema: string;
  /** Sorted by name. */
  readonly files: readonly PolicyFile[];
}

export interface PolicyFile {
  readonly name: string;
  readonly text: string;
}

/** Reads `schema.cedarschema` and all `*.cedar` files of a folder. @throws {PolicyError} if there is none. */
export async function readSources(folder: string): Promise<PolicySources> {
  const schema = await readText(join(folder, "schema.cedarschema"));
  const names = (await listFiles(folder)).filter((name) => name.endsWith(".cedar")).sort();
  if (names.length === 0) throw new PolicyError([`${folder} has no policy file (*.cedar).`]);
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
    throw new PolicyError([`The folder of the policies can't be read: ${messageOf(error)}`]);
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new PolicyError([`A policy file can't be read: ${messageOf(error)}`]);
  }
}

export interface Policy {
  readonly id: string;
  readonly file: string;
  /** The policy's first line in the file, from 1. */
  readonly line: number;
  readonly text: string;
  readonly effect: "permit" | "forbid";
  /** The sentence for a person whom the policy stops; only a `forbid` needs one. */
  readonly reason: string | null;
  /** The group whose members a `permit` names. */
  readonly group: string | null;
  /** The actions that the policy names; empty means all. */
  readonly actions: readonly string[];
  /** Reasons and deadlines. Cedar ignores annotations when it decides. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** A set of policies that agrees with its schema. */
export interface PolicySet {
  readonly schema: string;
  readonly policies: readonly Policy[];
  /** See `hashOf`; identifies the set in audit entries. */
  readonly hash: string;
  readonly sources: PolicySources;
}
