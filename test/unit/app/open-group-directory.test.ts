import { WebAPIPlatformError, type WebClient } from "@slack/web-api";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openGroupDirectory } from "../../../src/app/open-group-directory.ts";
import type { AuditEvent } from "../../../src/audit/index.ts";
import { type KnownGroup, type PolicyEngine, RECENT } from "../../../src/authorization/index.ts";
import type { Transaction, UnitOfWork } from "../../../src/change-requests/index.ts";
import type { Config } from "../../../src/config/index.ts";
import { systemClock } from "../../../src/kernel/clock.ts";
import { correlationId, withCorrelation } from "../../../src/kernel/correlation.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout"] }));
afterEach(() => void vi.useRealTimers());

const LEADS = "insider-risk-leads";
const PLAN_WITHOUT_GROUPS = new WebAPIPlatformError({ ok: false, error: "paid_teams_only" });

/** The groups of a workspace whose answer the test sets, with the audit entries and log lines about them. */
async function open() {
  const known = new Map<string, KnownGroup>();
  const audited: AuditEvent[] = [];
  const logged: string[] = [];
  /** The correlation ids under which it was audited or logged. */
  const ids: (string | null)[] = [];
  const slack: { members: readonly string[]; error: Error | null; asked: number } = {
    ...{ members: ["U0THEO", "U0MAYA"], error: null, asked: 0 },
  };
  const list = async () => {
    slack.asked += 1;
    if (slack.error) throw slack.error;
    return { ok: true, usergroups: [{ id: "S0LEADS", handle: LEADS, users: slack.members }] };
  };
  const tx = {
    groups: {
      known: async () => [...known.values()],
      save: async (group: KnownGroup) => void known.set(group.handle, group),
    },
    audit: {
      append: async (event: AuditEvent) => {
        audited.push(event);
        ids.push(correlationId());
      },
    },
  } as unknown as Transaction; // nothing else is asked
  const uow: UnitOfWork = { run: (work) => work(tx), read: (work) => work(tx) };
  const start = () =>
    openGroupDirectory({
      config: { groupMembers: new Map() } as unknown as Config, // nothing else is asked
      engine: { groups: [LEADS] } as unknown as PolicyEngine, // nothing else is asked
      client: { usergroups: { list } } as unknown as WebClient, // nothing else is asked
      uow,
      ...{ clock: systemClock, ages: systemClock },
      log(what) {
        logged.push(what);
        ids.push(correlationId());
      },
    });
  return { slack, audited, logged, ids, start };
}

it("a change of a group is audited with the members who came and went", async () => {
  const { slack, audited, start } = await open();
  using directory = await start();
  slack.members = ["U0THEO", "U0PRIYA"];
  await directory.refresh();
  expect(audited).toMatchObject([
    {
      kind: "group.changed",
      actor: "bot",
      details: { group: LEADS, what: "members", added: ["U0PRIYA"], removed: ["U0MAYA"] },
    },
  ]);
});

it("a change of a group that a click finds has no correlation id of the click", async () => {
  const { slack, ids, start } = await open();
  using directory = await start();
  slack.members = ["U0THEO"];
  const ofClick = "3e7f0a4c-5b1d-4c2e-9f6a-8d7b6c5a4e3f";
  await withCorrelation(ofClick, () => directory.refresh());
  expect(ids).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  expect(ids).not.toContain(ofClick);
});

it("the groups are read at the start and every five minutes without a caller, until the directory is disposed of", async () => {
  const { slack, start } = await open();
  const directory = await start();
  expect(slack.asked).toBe(1);
  await vi.advanceTimersByTimeAsync(900_000);
  expect(slack.asked).toBe(4);
  directory[Symbol.dispose]();
  await vi.advanceTimersByTimeAsync(900_000);
  expect(slack.asked).toBe(4);
});

it("groups that can't be read don't keep the bot from starting, and the remedy is told until they can be read", async () => {
  const { slack, logged, start } = await open();
  slack.error = PLAN_WITHOUT_GROUPS;
  using directory = await start();
  expect(logged).toEqual(["The bot could not read the user groups from Slack. It tries again."]);
  expect(directory.remedy()).toMatchObject({ kind: "user_groups_unavailable" });
  slack.error = new TypeError("a bug");
  await expect(directory.groups(RECENT)).rejects.toThrow();
  expect(directory.remedy()).toBeNull();
  slack.error = PLAN_WITHOUT_GROUPS;
  await expect(directory.refresh()).rejects.toThrow();
  slack.error = null;
  await directory.refresh();
  expect(directory.remedy()).toBeNull();
});

it("each reading of the groups without a caller has a correlation id of its own", async () => {
  const { slack, ids, start } = await open();
  slack.error = PLAN_WITHOUT_GROUPS;
  using _directory = await start();
  await vi.advanceTimersByTimeAsync(300_000);
  expect(ids).toEqual([expect.any(String), expect.any(String)]);
  expect(ids[0]).not.toBe(ids[1]);
});
