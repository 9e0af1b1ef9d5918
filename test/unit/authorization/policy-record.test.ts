import { beforeAll, expect, it } from "vitest";
import {
  loadPolicies,
  type PolicyRecord,
  type PolicySet,
  parsePolicies,
  recordLoaded,
} from "../../../src/authorization/index.ts";

const AT = new Date("2026-11-01T09:00:00Z");

let shipped: PolicySet;
beforeAll(async () => {
  shipped = await loadPolicies("policies");
});

/** The shipped policies with other files. */
function withFiles(edit: (files: PolicySet["sources"]["files"]) => PolicySet["sources"]["files"]): PolicySet {
  return parsePolicies({ ...shipped.sources, files: edit(shipped.sources.files) });
}

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
  const stricter = withFiles((files) => files.map((file) => ({ ...file, text: `${file.text}\n// more` })));
  expect(await recordLoaded(record, shipped, AT)).toEqual({ outcome: "first" });
  expect(await recordLoaded(record, shipped, AT)).toEqual({ outcome: "agrees" });
  expect(await recordLoaded(record, stricter, AT)).toEqual({ outcome: "recorded" });
  expect(await record.sources(stricter.hash)).toEqual(stricter.sources);
});

it("a set that was superseded doesn't come back by itself", async () => {
  const record = memoryRecord();
  const newer = withFiles((files) => files.map((file) => ({ ...file, text: `${file.text}\n// more` })));
  for (const set of [shipped, newer]) await recordLoaded(record, set, AT);
  expect(await recordLoaded(record, shipped, AT)).toEqual({ outcome: "superseded", current: newer.hash });
  expect(record.versions).toEqual([shipped.hash, newer.hash]);
});

it("a set that has lost a file, as a folder that is being copied has, is not taken", async () => {
  const record = memoryRecord();
  await recordLoaded(record, shipped, AT);
  const torn = withFiles((files) => files.filter(({ name }) => name !== "60-freeze.cedar"));
  expect(await recordLoaded(record, torn, AT)).toEqual({
    outcome: "incomplete",
    current: shipped.hash,
    lost: ["60-freeze.cedar"],
  });
  expect(record.versions).toEqual([shipped.hash]);
});

it("a file that was renamed, with its policies, is not lost", async () => {
  const record = memoryRecord();
  await recordLoaded(record, shipped, AT);
  const renamed = withFiles((files) =>
    files.map((file) => (file.name === "60-freeze.cedar" ? { ...file, name: "65-freeze.cedar" } : file)),
  );
  expect(await recordLoaded(record, renamed, AT)).toEqual({ outcome: "recorded" });
});

it("a set that has lost a file is not taken either if only some of the file's policies were moved to another", async () => {
  const record = memoryRecord();
  await recordLoaded(record, shipped, AT);
  const freeze = shipped.sources.files.find(({ name }) => name === "60-freeze.cedar")?.text ?? "";
  const [moved = "", ...left] = freeze.split(/(?=@id\()/).slice(1);
  expect(left).not.toEqual([]);
  const torn = withFiles((files) =>
    files.flatMap((file) => {
      if (file.name === "60-freeze.cedar") return [];
      return file.name === "50-execute.cedar" ? [{ ...file, text: `${file.text}\n${moved}` }] : [file];
    }),
  );
  expect(await recordLoaded(record, torn, AT)).toEqual({
    outcome: "incomplete",
    current: shipped.hash,
    lost: ["60-freeze.cedar"],
  });
  expect(record.versions).toEqual([shipped.hash]);
});

it("of a set that decided before its texts were kept, they are kept when it is loaded again", async () => {
  const record = memoryRecord();
  await record.record(shipped.hash, AT);
  expect(await recordLoaded(record, shipped, AT)).toEqual({ outcome: "agrees" });
  expect(await record.sources(shipped.hash)).toEqual(shipped.sources);
});
