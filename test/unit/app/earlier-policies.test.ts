import { beforeAll, expect, it } from "vitest";
import { createEarlierPolicies } from "../../../src/app/follow-policies.ts";
import {
  FRESH,
  type Freshness,
  type GroupDirectory,
  GroupGoneError,
  type KnownGroup,
  loadPolicies,
  type PolicySet,
  type PolicySources,
} from "../../../src/authorization/index.ts";
import type { Transaction, UnitOfWork } from "../../../src/change-requests/index.ts";

let set: PolicySet;
beforeAll(async () => {
  set = await loadPolicies("policies");
});

const group = (handle: string, isGone = false): KnownGroup => ({
  ...{ handle, groupId: `S0${handle}`, isGone },
  ...{ readAt: new Date(0), members: new Map() },
});

/** Stored policies by their hashes, and the present groups; `asked` records the calls in order. */
function setting(options: { kept: () => PolicySources | null; groups?: readonly KnownGroup[] }) {
  const asked: string[] = [];
  const policies = {
    sources: async (hash: string) => {
      asked.push(`sources ${hash}`);
      return options.kept();
    },
  };
  const tx = { policies } as unknown as Transaction; // nothing else is asked
  const uow: UnitOfWork = { run: (work) => work(tx), read: (work) => work(tx) };
  const read: Freshness[] = [];
  const groups = {
    readAlso: (handles: readonly string[]) => void asked.push(`read also ${[...handles].sort().join(" ")}`),
    groups: async (freshness: Freshness) => {
      asked.push("groups");
      read.push(freshness);
      return options.groups ?? [];
    },
  } as unknown as GroupDirectory; // nothing else is asked
  return { asked, read, earlierPolicies: createEarlierPolicies({ uow, groups }) };
}

it("the groups that earlier policies name are read with the current groups before these policies decide", async () => {
  const { asked, read, earlierPolicies } = setting({ kept: () => set.sources });
  const engine = await earlierPolicies(set.hash);
  expect(engine?.hash).toBe(set.hash);
  expect(engine?.groups).not.toEqual([]);
  const named = `read also ${[...(engine?.groups ?? [])].sort().join(" ")}`;
  expect(asked).toEqual([`sources ${set.hash}`, named, "groups"]);
  expect(read).toEqual([FRESH]);
});

it("earlier policies are made once, and their groups have to be there each time", async () => {
  const found: KnownGroup[] = [];
  const { asked, earlierPolicies } = setting({ kept: () => set.sources, groups: found });
  const engine = await earlierPolicies(set.hash);
  expect(await earlierPolicies(set.hash)).toBe(engine);
  expect(asked.filter((what) => what.startsWith("sources"))).toHaveLength(1);
  const [handle = ""] = engine?.groups ?? [];
  found.push(group(handle, true));
  await expect(earlierPolicies(set.hash)).rejects.toThrow(GroupGoneError);
});

it("a group that is gone and that the earlier policies don't name is none of theirs", async () => {
  const { earlierPolicies } = setting({ kept: () => set.sources, groups: [group("chess-club", true)] });
  expect((await earlierPolicies(set.hash))?.hash).toBe(set.hash);
});

it("policies that aren't kept, or that this version can't read, aren't found, and policies kept later are", async () => {
  let kept: PolicySources | null = null;
  const { earlierPolicies } = setting({ kept: () => kept });
  expect(await earlierPolicies(set.hash)).toBeNull();
  kept = { ...set.sources, files: [{ name: "10.cedar", text: "permit everything" }] };
  expect(await earlierPolicies(set.hash)).toBeNull();
  kept = set.sources;
  expect((await earlierPolicies(set.hash))?.hash).toBe(set.hash);
});

it("a failure to read the earlier policies is no answer", async () => {
  const broken = () => {
    throw new Error("connection lost");
  };
  await expect(setting({ kept: broken }).earlierPolicies("h")).rejects.toThrow("connection lost");
});
