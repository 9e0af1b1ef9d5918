import { expect, test } from "vitest";
import { ForbiddenError, loadPolicies } from "../../src/authorization/index.ts";
import { acceptPolicies, createProgram, verifyAudit } from "../../src/cli/program.ts";
import { setDatabaseClock } from "../support/database-clock.ts";
import { forbidEverything } from "../support/entry-point-fixtures.ts";
import { auditLog } from "../support/stored-rows.ts";
import { useTestStore } from "../support/use-store.ts";

// Enter each new command here that reads or changes stored data.
const COMMANDS = {
  "audit verify": verifyAudit,
  "policy accept": acceptPolicies,
} as const;

/** These commands only read policy files, so they need no permission. */
const READING_FILES = ["policy check", "policy test", "policy explain"];

const store = useTestStore();

const entries = () => auditLog(store);

test("each command of the command line is tried here, or only reads policy files", () => {
  const commands = createProgram({}).commands.flatMap((group) =>
    group.commands.map((command) => `${group.name()} ${command.name()}`),
  );
  expect(commands.sort()).toEqual([...Object.keys(COMMANDS), ...READING_FILES].sort());
});

test("each command is refused by the policies that decide, whatever those that it is given permit", async () => {
  await using forbidden = await forbidEverything();
  const { hash, sources } = await loadPolicies(forbidden.folder);
  await store.uow.run(async ({ policies }) => {
    await policies.keep(hash, sources);
    await policies.record(hash, new Date());
  });
  for (const command of Object.values(COMMANDS)) {
    const error = await command("policies", store.connectionString).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ForbiddenError);
  }
  expect(await entries()).toMatchObject(
    ["read_audit", "set_policies"].map((action) => ({
      kind: "attempt.forbidden",
      actor: { slackUserId: expect.stringMatching(/^cli:/) },
      policyHash: hash,
      details: { action, policies: ["nobody"] },
    })),
  );
  expect(await store.uow.run(({ policies }) => policies.current({ forChange: false }))).toBe(hash);
});

test("each command does its work if the policies that decide permit it", async () => {
  await store.database.lockPool.query("truncate policy_versions");
  for (const command of Object.values(COMMANDS))
    expect(await command("policies", store.connectionString)).toMatchObject({ ok: true });
});

test("accepted policies decide, their texts are kept, and one audit entry names the person who accepted them", async () => {
  await store.database.lockPool.query("truncate policy_versions, policy_texts");
  const { hash, sources } = await loadPolicies("policies");
  const before = (await entries()).length;
  const accept = async () => (await acceptPolicies("policies", store.connectionString)).text;
  expect(await accept()).toBe(`The policies with hash ${hash} are now in force.`);
  expect(await accept()).toBe(`The policies with hash ${hash} are already in force.`);
  expect(await store.uow.read(({ policies }) => policies.read())).toBe(hash);
  expect(await store.uow.read(({ policies }) => policies.sources(hash))).toEqual(sources);
  const audited = (await entries()).slice(before);
  expect(audited).toMatchObject([
    {
      kind: "policies.recorded",
      actor: { slackUserId: expect.stringMatching(/^cli:/), email: null },
      policyHash: hash,
      details: { groups: expect.arrayContaining(["insider-risk-leads"]) },
    },
  ]);
});

test("policies are accepted at the time of the database, not of the machine", async () => {
  await store.database.lockPool.query("truncate policy_versions, policy_texts");
  const hour = 3_600_000;
  await setDatabaseClock(store.database.lockPool, hour);
  await acceptPolicies("policies", store.connectionString);
  await setDatabaseClock(store.database.lockPool, 0);
  const { rows } = await store.database.lockPool.query("select recorded_at from policy_versions");
  expect(rows[0]?.recorded_at.getTime()).toBeGreaterThan(Date.now() + hour / 2);
  expect((await entries()).at(-1)?.at).toEqual(rows[0]?.recorded_at);
});

test("the verification of an altered audit log fails, and names each altered entry", async () => {
  const [entry] = await entries();
  await store.database.lockPool.query(
    `set session_replication_role = replica;
     update audit_entries set actor_email = 'somebody.else@harborlight.example' where seq = ${entry?.seq};
     set session_replication_role = origin`,
  );
  expect(await verifyAudit("policies", store.connectionString)).toEqual({
    text: `Entry ${entry?.seq} was altered.`,
    ok: false,
  });
});
