import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { followPolicies, type OpenPolicies, openPolicies } from "../../../src/app/follow-policies.ts";
import type { AuditEvent } from "../../../src/audit/index.ts";
import type { PolicySources } from "../../../src/authorization/index.ts";
import type { Transaction, UnitOfWork } from "../../../src/change-requests/index.ts";
import { systemClock } from "../../../src/kernel/clock.ts";
import { correlationId } from "../../../src/kernel/correlation.ts";
import type { Logger } from "../../../src/observability/index.ts";

let folder: string;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  folder = await mkdtemp(join(tmpdir(), "incydr-chatops-policies-"));
  for (const name of await readdir("policies"))
    if (/\.cedar(?:schema)?$/.test(name))
      await writeFile(join(folder, name), await readFile(join("policies", name)));
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true });
});

/** Follows a folder with a record of policies in memory; `decided` has the hashes that decided, in order. */
async function following({
  decided = [] as string[],
  policies,
}: {
  decided?: string[];
  policies: OpenPolicies;
}) {
  const audited: AuditEvent[] = [];
  const logged: string[] = [];
  /** The correlation ids under which it was audited or logged. */
  const ids: (string | null)[] = [];
  const replaced: string[] = [];
  let tries = 0;
  const kept = new Map<string, PolicySources>();
  const tx = {
    policies: {
      current: async () => {
        tries += 1;
        return decided.at(-1) ?? null;
      },
      wasRecorded: async (hash: string) => decided.includes(hash),
      record: async (hash: string) => void decided.push(hash),
      keep: async (hash: string, sources: PolicySources) => void kept.set(hash, sources),
      sources: async (hash: string) => kept.get(hash) ?? null,
    },
    audit: {
      append: async (event: AuditEvent) => {
        audited.push(event);
        ids.push(correlationId());
      },
    },
  } as unknown as Transaction; // nothing else is asked
  const uow: UnitOfWork = { run: (work) => work(tx), read: (work) => work(tx) };
  const logger = {
    error: (_what: object, text: string) => {
      logged.push(text);
      ids.push(correlationId());
    },
    debug: () => {},
  } as unknown as Logger; // nothing else is logged
  const handle = await followPolicies({
    ...{ policies, folder, uow, clock: systemClock, logger },
    onReplaced: async () => void replaced.push(policies.live.hash),
  });
  return { audited, logged, ids, replaced, decided, tries: () => tries, handle };
}

/** Puts a whole file into the folder at once, so that no reading finds a part of it. */
async function put(name: string, text: string): Promise<void> {
  const path = join(folder, name);
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

/** Adds a file; resolves to the hash of the policies with this file. */
async function addRule(): Promise<string> {
  const rule =
    '@id("more") @reason("No.")\nforbid (principal, action == Incydr::Action::"freeze", resource);\n';
  await put("99-more.cedar", rule);
  return (await openPolicies(folder)).set.hash;
}

const passTime = () => vi.advanceTimersByTimeAsync(1_000);
const replacedLater = (followed: { readonly replaced: readonly string[] }) => async () => {
  await passTime();
  return followed.replaced;
};
const liveLater = (policies: OpenPolicies) => async () => {
  await passTime();
  return policies.live.hash;
};

it("changed policies are audited under their own hash and decide before their groups are read, while the first policies are no change", async () => {
  const policies = await openPolicies(folder);
  const { hash } = policies.set;
  const followed = await following({ policies });
  await using _handle = followed.handle;
  expect(followed.decided).toEqual([hash]);
  const next = await addRule();
  await expect.poll(replacedLater(followed), { interval: 5 }).toEqual([next]);
  expect(policies.live.hash).toBe(next);
  expect(followed.decided).toEqual([hash, next]);
  expect(followed.audited).toMatchObject([
    {
      kind: "policies.recorded",
      policyHash: next,
      details: { groups: expect.arrayContaining(["insider-risk-leads"]) },
    },
  ]);
});

it("policies that don't decide at the start are refused once, however often they are tried, and decide as soon as they may", async () => {
  const policies = await openPolicies(folder);
  const { hash } = policies.set;
  const followed = await following({ policies, decided: [hash, "newer"] });
  await using _handle = followed.handle;
  const triesLater = async () => {
    await passTime();
    return followed.tries();
  };
  await expect.poll(triesLater, { interval: 5 }).toBeGreaterThanOrEqual(4);
  expect(followed.audited.map(({ kind }) => kind)).toEqual(["policies.refused"]);
  expect(followed.logged).toEqual([
    "Changed policies were refused. This replica keeps the policies in `kept`.",
  ]);
  // The line of the log and the entry have one correlation id.
  expect(followed.ids).toEqual([expect.any(String), followed.ids[0]]);
  expect(followed.replaced).toEqual([]);
  // Records the set like `policy accept`.
  followed.decided.push(hash);
  await expect.poll(replacedLater(followed), { interval: 5 }).toEqual([hash]);
});

it("broken policies are audited under the policies that stay, each fault once until the files are sound again", async () => {
  const policies = await openPolicies(folder);
  const { hash } = policies.set;
  const followed = await following({ policies });
  await using _handle = followed.handle;
  const broken = "98-broken.cedar";
  const kinds = async () => {
    await passTime();
    return followed.audited.map(({ kind }) => kind);
  };
  await put(broken, "permit everything");
  await expect.poll(kinds, { interval: 5 }).toEqual(["policies.refused"]);
  expect(followed.audited[0]).toMatchObject({ actor: "bot", policyHash: hash });
  await vi.advanceTimersByTimeAsync(90_000);
  expect(followed.audited).toHaveLength(1);
  await rm(join(folder, broken));
  const next = await addRule();
  await expect.poll(liveLater(policies), { interval: 5 }).toBe(next);
  await put(broken, "permit everything");
  await expect
    .poll(kinds, { interval: 5 })
    .toEqual(["policies.refused", "policies.recorded", "policies.refused"]);
});
