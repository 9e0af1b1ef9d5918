import { expect, it } from "vitest";
import {
  type PolicyRecord,
  type PolicySet,
  parsePolicies,
  recordLoaded,
} from "../../../src/authorization/index.ts";
import { shippedPolicies as shipped } from "../../support/shipped-policies.ts";

const AT = new Date("2026-11-01T09:00:00Z");

type Files = PolicySet["sources"]["files"];

/** The shipped policies with other files. */
function withFiles(edit: (files: Files) => Files): PolicySet {
  const { sources } = shipped;
  return parsePolicies({ ...sources, files: edit(sources.files) });
}

const withTextAdded = withFiles((files) => files.map((file) => ({ ...file, text: `${file.text}\n// more` })));

/** A record in memory. */
function memoryRecord(): PolicyRecord & { readonly versions: readonly string[] } {
  const versions: string[] = [];
  const kept = new Map<string, PolicySet["sources"]>();
  return {
    versions,
    current: async () => versions.at(-1) ?? null,
    read: async () => versions.at(-1) ?? null,
    wasRecorded: async (hash) => versions.includes(hash),
    record: async (hash) => void versions.push(hash),
    keep: async (hash, sources) => void kept.set(hash, sources),
    sources: async (hash) => kept.get(hash) ?? null,
  };
}

it("a set that never decided becomes the one that does, and its texts are kept", async () => {
  const record = memoryRecord();
  expect(await recordLoaded(record, shipped, AT)).toEqual({ outcome: "first" });
  expect(await recordLoaded(record, shipped, AT)).toEqual({ outcome: "agrees" });
  expect(await recordLoaded(record, withTextAdded, AT)).toEqual({ outcome: "recorded" });
  expect(await record.sources(withTextAdded.hash)).toEqual(withTextAdded.sources);
});

it("a set that was superseded doesn't come back by itself", async () => {
  const record = memoryRecord();
  for (const set of [shipped, withTextAdded]) await recordLoaded(record, set, AT);
  expect(await recordLoaded(record, shipped, AT)).toEqual({
    outcome: "superseded",
    current: withTextAdded.hash,
  });
  expect(record.versions).toEqual([shipped.hash, withTextAdded.hash]);
});

const FREEZE = "60-freeze.cedar";
const freezeText = shipped.sources.files.find(({ name }) => name === FREEZE)?.text ?? "";
const [firstRule = "", ...otherRules] = freezeText.split(/(?=@id\()/).slice(1);

it.each([
  ["as a folder that is being copied has, is not taken", ""],
  ["is not taken either if only some of its policies were moved to another", firstRule],
])("a set that has lost a file, %s", async (_title, movedText) => {
  expect(otherRules).not.toEqual([]);
  const record = memoryRecord();
  await recordLoaded(record, shipped, AT);
  const torn = withFiles((files) =>
    files
      .filter(({ name }) => name !== FREEZE)
      .map((file) =>
        file.name === "50-execute.cedar" ? { ...file, text: `${file.text}\n${movedText}` } : file,
      ),
  );
  expect(await recordLoaded(record, torn, AT)).toEqual({
    outcome: "incomplete",
    current: shipped.hash,
    lost: [FREEZE],
  });
  expect(record.versions).toEqual([shipped.hash]);
});

it("a file that was renamed, with its policies, is not lost", async () => {
  const record = memoryRecord();
  await recordLoaded(record, shipped, AT);
  const renamed = withFiles((files) =>
    files.map((file) => (file.name === FREEZE ? { ...file, name: "65-freeze.cedar" } : file)),
  );
  expect(await recordLoaded(record, renamed, AT)).toEqual({ outcome: "recorded" });
});

it("the texts of a set that decided before texts were kept are kept when it is loaded again", async () => {
  const record = memoryRecord();
  await record.record(shipped.hash, AT);
  expect(await recordLoaded(record, shipped, AT)).toEqual({ outcome: "agrees" });
  expect(await record.sources(shipped.hash)).toEqual(shipped.sources);
});
