import type { Button, KnownBlock } from "@slack/types";
import { beforeAll, expect, test } from "vitest";
import { checkBlocks } from "../../sandbox/slack/blocks/validate-blocks.ts";
import type { AuditEvent } from "../../src/audit/index.ts";
import { createDirectoryStore, createTenantDirectory } from "../../src/persistence/index.ts";
import { LISTENERS } from "../../src/slack/listeners/listeners.ts";
import { writePageValue } from "../../src/slack/messages/user-list-page.ts";
import { createUserList, type DirectoryUser, USERS_ON_A_PAGE } from "../../src/subjects/index.ts";
import { somePerson } from "../support/domain-objects.ts";
import { setUpListeners } from "../support/heard-listeners.ts";
import { shippedEngine } from "../support/shipped-policies.ts";
import { someAuthorizer } from "../support/stub-authorizer.ts";
import { useTestStore } from "../support/use-store.ts";
import { directoryOf } from "../unit/subjects/incydr-bench.ts";

const EVERYBODY = { text: null, active: null, blocked: null, org: null, role: null };
const LONGEST_BLOCKS = 13_200;
const AT = new Date("2026-11-01T09:00:00Z");
const HOSTILE = [
  "\u202Eנועה לוי",
  "x".repeat(255),
  '"\\'.repeat(120),
  "a\nOrganization Sales",
  "🧊".repeat(100),
];
const ORGS = ["Sales EMEA", "Sales US", "Research"];

/** The roles of the first 600 users were read. Every third of them is an auditor. */
const USERS_WITH_ROLES = 600;

const USERS = Array.from(
  { length: 10_000 },
  (_, index): DirectoryUser => ({
    ...{ userId: String(300_000 + index), username: `staff${index}@harborlight.example`, readAt: AT },
    // Many users have the same name, so that the order of the pages needs more than the name.
    displayName: index % 7 === 0 ? `Staff ${HOSTILE[index % HOSTILE.length]}` : `Staff ${index % 50}`,
    ...{ active: index % 3 !== 0, blocked: index % 11 === 0 },
    ...{ orgGuid: `org-${index % 3}`, orgName: ORGS[index % 3] ?? null },
  }),
);

const store = useTestStore();

beforeAll(async () => {
  const rows = createDirectoryStore(store.database.db);
  const reading = await rows.beginReading("users", AT);
  for (let at = 0; at < USERS.length; at += 500) await rows.saveUsers(USERS.slice(at, at + 500));
  await rows.noteProgress(reading, { readCount: USERS.length, totalCount: USERS.length });
  await rows.finishReading(reading, { isComplete: true, finishedAt: AT });
  for (const [index, { userId }] of USERS.slice(0, USERS_WITH_ROLES).entries())
    await rows.saveRoles(userId, index % 3 === 0 ? [{ id: "auditor", name: "Auditor" }] : [], AT);
});

interface Page {
  readonly ids: readonly string[];
  readonly title: string;
  readonly text: string;
  readonly next: string | undefined;
}

/** A person who types `/incydr users` and clicks Next. */
function setUp() {
  const recorded: AuditEvent[] = [];
  const people = directoryOf(somePerson());
  const userList = createUserList({
    ...{ authorizer: someAuthorizer({ engine: shippedEngine, directory: people }), people },
    directory: createTenantDirectory(store.database.db),
    record: async (event) => void recorded.push(event),
    clock: { now: () => AT },
  });
  const { hear } = setUpListeners({ parts: () => ({ userList }) });

  async function pageAfter(listener: unknown, delivery: object): Promise<Page> {
    const { done } = await hear(listener, delivery);
    const [, message] = done.findLast(([name]) => name === "respond") ?? [];
    const { text: title, blocks } = message as { text: string; blocks: KnownBlock[] }; // the listener answers so
    expect(checkBlocks(blocks, { surface: "message" })).toMatchObject({ ok: true });
    expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(LONGEST_BLOCKS);
    const ids = blocks.flatMap(({ type, block_id = "" }) =>
      type === "section" ? [block_id.replace("user:", "")] : [],
    );
    const buttons = blocks.flatMap((block) => (block.type === "actions" ? block.elements : [])) as Button[];
    const next = buttons.find(({ text }) => text.text === "Next")?.value;
    return { ids, title, text: JSON.stringify(blocks), next };
  }

  const pageOf = (value: string) =>
    pageAfter(LISTENERS.buttons.subject_list_next, {
      body: { user: { id: "U0MAYA" }, channel: { id: "C0INC" }, container: { is_ephemeral: true } },
      action: { action_id: "subject_list_next", value },
    });

  /** The pages from the first on, by clicks on Next. */
  async function pagesFrom(filter: string, { most = Number.POSITIVE_INFINITY } = {}): Promise<Page[]> {
    const command = { user_id: "U0MAYA", channel_id: "C0INC", text: `users ${filter}`, trigger_id: "1" };
    const pages = [await pageAfter(LISTENERS.commands["/incydr"], { command })];
    for (let value = pages[0]?.next; value && pages.length < most; value = pages.at(-1)?.next)
      pages.push(await pageOf(value));
    return pages;
  }
  const pageAt = (offset: number) => pageOf(writePageValue({ filter: EVERYBODY, offset }));
  return { pageAt, pagesFrom, recorded };
}

const inOrg = (part: string) => (user: DirectoryUser) => user.orgName?.includes(part) ?? false;
const isAuditor = ({ userId }: DirectoryUser) => {
  const index = Number(userId) - 300_000;
  return index < USERS_WITH_ROLES && index % 3 === 0;
};

test("the pages of all 10,000 users have each user once, and the first and the last fit into a message", async () => {
  const { pageAt, pagesFrom } = setUp();
  const directory = createTenantDirectory(store.database.db);
  const found: string[] = [];
  for (let offset = 0; offset < USERS.length; offset += 100) {
    const page = await directory.users(EVERYBODY, { offset, limit: 100 });
    expect(page).toMatchObject({ offset, total: 10_000, mayMatch: 0 });
    found.push(...page.users.map(({ userId }) => userId));
  }
  expect(found).toHaveLength(10_000);
  expect(new Set(found)).toEqual(new Set(USERS.map(({ userId }) => userId)));
  const [first] = await pagesFrom("", { most: 1 });
  expect(first?.title).toBe("10,000 users, 1–10 shown");
  expect(first?.ids).toEqual(found.slice(0, USERS_ON_A_PAGE));
  const last = await pageAt(1_000_000);
  expect(last).toMatchObject({ title: "10,000 users, 9,991–10,000 shown", next: undefined });
  expect(last.ids).toEqual(found.slice(-USERS_ON_A_PAGE));
});

test.for<[filter: string, matches: (user: DirectoryUser) => boolean, mayMatch: number]>([
  ["--inactive --org Sales EMEA", ({ active, orgName }) => !active && orgName === "Sales EMEA", 0],
  ["--inactive --blocked", ({ active, blocked }) => !active && blocked === true, 0],
  [
    "staff12 --active --org Sales",
    (user) => user.username.startsWith("staff12") && user.active === true && inOrg("Sales")(user),
    0,
  ],
  ["--org org-2 --blocked", (user) => user.blocked === true && inOrg("Research")(user), 0],
  [
    "--role auditor --unblocked",
    (user) => isAuditor(user) && user.blocked === false,
    USERS.slice(USERS_WITH_ROLES).filter(({ blocked }) => !blocked).length,
  ],
])(
  "the pages of /incydr users %s have each of the matching of 10,000 users once, with the right total",
  async ([filter, matches, mayMatch]) => {
    const { pagesFrom, recorded } = setUp();
    const expected = USERS.filter(matches).map(({ userId }) => userId);
    const pages = await pagesFrom(filter);
    const found = pages.flatMap(({ ids }) => ids);
    expect(pages).toHaveLength(Math.ceil(expected.length / USERS_ON_A_PAGE));
    expect(found).toHaveLength(expected.length);
    expect(found.toSorted()).toEqual(expected.toSorted());
    const total = expected.length.toLocaleString("en-US");
    for (const { title, text } of pages) {
      expect(title.startsWith(`${total} users`)).toBe(true);
      expect(text.includes(`${mayMatch.toLocaleString("en-US")} more users may match`)).toBe(mayMatch > 0);
    }
    expect(recorded).toMatchObject([{ kind: "users.listed", details: { count: expected.length } }]);
  },
);
