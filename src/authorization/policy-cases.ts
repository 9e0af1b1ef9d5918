import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { messageOf } from "../kernel/errors.ts";
import { CHANGE_ACTIONS, isChangeAction, TENANT_ACTIONS } from "./actions-and-kinds.ts";
import { PolicyError } from "./authorization-errors.ts";
import {
  type CaseFixtures,
  caseFixturesShape,
  changeOf,
  changeShape,
  personOf,
  subjectOf,
  subjectPatch,
  whoPatch,
} from "./case-fixtures.ts";
import type { PolicyEngine } from "./policy-engine.ts";
import type { Question } from "./questions.ts";

/** A question that the policies must allow or deny, from a file of `ALLOW/` or `DENY/`. */
export interface PolicyCase {
  /** Such as `DENY/guest-looks-up.json`. */
  readonly file: string;
  readonly allowed: boolean;
  readonly question: Question;
  /** The sorted ids of all policies that forbid it; `null` if the case does not say. */
  readonly because: readonly string[] | null;
}

/** The cases of a folder of policies, with their people and subjects. */
export interface PolicyCases {
  readonly fixtures: CaseFixtures;
  readonly cases: readonly PolicyCase[];
}

const caseShape = z.strictObject({
  who: z.union([z.string(), whoPatch]),
  action: z.enum([...TENANT_ACTIONS, ...CHANGE_ACTIONS]),
  subject: z.union([z.string(), subjectPatch]).optional(),
  change: changeShape.optional(),
  because: z.array(z.string()).optional(),
});

/**
 * Reads `fixtures.json` and every file of `ALLOW/` and `DENY/` in a folder of policies.
 * @throws {PolicyError} with every file that cannot be read, or is no valid case
 */
export async function loadCases(folder: string): Promise<PolicyCases> {
  const fixtures = await readFixtures(folder);
  const files = (await Promise.all(["ALLOW", "DENY"].map((each) => caseFiles(folder, each)))).flat();
  const read = await Promise.allSettled(files.map((file) => readCase(folder, fixtures, file)));
  const faults = read.flatMap((each) => (each.status === "rejected" ? faultsIn(each.reason) : []));
  if (faults.length > 0) throw new PolicyError(faults);
  return { fixtures, cases: read.flatMap((each) => (each.status === "fulfilled" ? [each.value] : [])) };
}

/** Reads one file of a folder of policies. @throws {PolicyError} if the file is no valid case */
export async function loadCase(folder: string, file: string): Promise<PolicyCase> {
  return readCase(folder, await readFixtures(folder), file);
}

function faultsIn(error: unknown): readonly string[] {
  if (error instanceof PolicyError) return error.faults;
  throw error;
}

/** Reads `fixtures.json`, or `cast.json`, its name in earlier versions. */
async function readFixtures(folder: string): Promise<CaseFixtures> {
  const names = await readdir(folder).catch((): string[] => []);
  const isOlder = names.includes("cast.json") && !names.includes("fixtures.json");
  return readJson(folder, isOlder ? "cast.json" : "fixtures.json", caseFixturesShape);
}

async function caseFiles(folder: string, expectation: string): Promise<string[]> {
  const names = await readdir(join(folder, expectation)).catch(() => []);
  return names
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => `${expectation}/${name}`);
}

async function readJson<T>(folder: string, file: string, shape: z.ZodType<T>): Promise<T> {
  try {
    const parsed = shape.safeParse(JSON.parse(await readFile(join(folder, file), "utf8")));
    if (parsed.success) return parsed.data;
    throw new PolicyError(
      parsed.error.issues.map((issue) => `${file}: ${issue.path.join(".")}: ${issue.message}`),
    );
  } catch (error) {
    throw error instanceof PolicyError ? error : new PolicyError([`${file}: ${messageOf(error)}`]);
  }
}

async function readCase(folder: string, fixtures: CaseFixtures, file: string): Promise<PolicyCase> {
  const raw = await readJson(folder, file, caseShape);
  try {
    const { action } = raw;
    const because = raw.because ? [...raw.because].sort() : null;
    const principal = personOf(fixtures, raw.who);
    const about =
      raw.subject === undefined
        ? {}
        : {
            subject: subjectOf(fixtures, raw.subject, principal),
            change: changeOf(fixtures, raw.change ?? {}, principal),
          };
    const isAboutChange = isChangeAction(action);
    if (isAboutChange === (raw.subject === undefined)) {
      throw new Error(
        isAboutChange
          ? `the action ${action} needs a subject.`
          : `the action ${action} has no subject; remove it.`,
      );
    }
    // The engine itself denies an impossible question, such as an approval at the command line.
    const question = { principal, action, ...about } as Question;
    return { file, allowed: file.startsWith("ALLOW/"), question, because };
  } catch (error) {
    throw new PolicyError([`${file}: ${messageOf(error)}`]);
  }
}

/** Why the policies fail a case; `null` if they pass the case. */
export function faultOfCase(
  engine: PolicyEngine,
  { file, allowed, question, because }: PolicyCase,
): string | null {
  const decision = engine.decide(question);
  if (decision.allowed) {
    return allowed ? null : `${file}: allowed by ${decision.policyIds.join(", ")}, but must be denied.`;
  }
  const { policyIds, reasons } = decision.denial;
  const stopped = causeOf(policyIds);
  if (allowed) return `${file}: denied ${stopped} (${reasons.join(" ")}), but must be allowed.`;
  if (because && [...policyIds].sort().join() !== because.join()) {
    return `${file}: denied ${stopped}, but must be denied ${causeOf(because)}.`;
  }
  return null;
}

function causeOf(policyIds: readonly string[]): string {
  return policyIds.length > 0 ? `by ${policyIds.join(", ")}` : "because no policy permits it";
}
