import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { type AuditEntry, type AuditEvent, link, verifyChain } from "../../src/audit/index.ts";
import { verifyAudit } from "../../src/cli/program.ts";
import type { Json } from "../../src/kernel/canonical-json.ts";
import { correlationId, withCorrelation } from "../../src/kernel/correlation.ts";
import { auditLog, someAuditEvent } from "../support/stored-rows.ts";
import { useTestStore } from "../support/use-store.ts";

const MAYA = { slackUserId: "U0MAYA", email: "maya.lindqvist@harborlight.example" };

const store = useTestStore();

const event = (patch: Partial<AuditEvent> = {}) => someAuditEvent({ actor: MAYA, ...patch });
const readAll = () => auditLog(store);

async function append(patch: Partial<AuditEvent> = {}): Promise<AuditEntry> {
  await store.uow.run((tx) => tx.audit.append(event(patch)));
  const entry = (await readAll()).at(-1);
  if (!entry) throw new Error("Nothing was appended.");
  return entry;
}

describe("the audit log", () => {
  test("gives back what was appended, in its place in the chain", async () => {
    const [first, second] = [await append({ actor: "bot" }), await append({ requestId: "CR-1" })];
    expect(first).toMatchObject(event({ actor: "bot" }));
    expect(second).toMatchObject(event({ requestId: "CR-1" }));
    expect(second).toMatchObject({ seq: first.seq + 1, prevHash: first.hash });
  });

  test("stays a chain without gaps after twenty transactions at once on two replicas", async () => {
    await using other = store.openReplica();
    const before = (await readAll()).length;
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 ? other : store).uow.run(async (tx) => {
          await tx.audit.append(event({ details: { index } }));
          await tx.audit.append(event({ details: { index, second: true } }));
        }),
      ),
    );
    const entries = await readAll();
    expect(entries).toHaveLength(before + 40);
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
    expect((await verifyChain(entries)).faults).toEqual([]);
    // The entries of one transaction are adjacent.
    const added = entries.slice(before).map(({ details }) => details.index);
    for (let index = 0; index < added.length; index += 2) expect(added[index]).toBe(added[index + 1]);
  });

  test("takes entries of others while a transaction that has appended goes on", async () => {
    const before = (await readAll()).length;
    await store.uow.run(async (tx) => {
      await tx.audit.append(event({ details: { first: true } }));
      await append({ details: { second: true } });
    });
    expect((await readAll()).slice(before).map(({ details }) => details)).toEqual([
      { second: true },
      { first: true },
    ]);
  });

  test("has no gap after a transaction that was rolled back", async () => {
    const before = (await readAll()).length;
    const rolledBack = store.uow.run(async (tx) => {
      await tx.audit.append(event());
      throw new Error("rolled back");
    });
    await expect(rolledBack).rejects.toThrow("rolled back");
    expect((await append()).seq).toBe(before + 1);
  });

  test("keeps every text and every value so that the chain can be verified", async () => {
    const text = fc.string({ unit: "binary" });
    const details = fc.dictionary(text, fc.jsonValue() as fc.Arbitrary<Json>); // JSON by construction
    const any = fc.record({
      at: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date("2100-01-01") }),
      actor: fc.record({ slackUserId: text, email: fc.option(text) }),
      requestId: fc.option(text),
      subject: fc.option(text),
      details,
    });
    await fc.assert(
      fc.asyncProperty(any, async (patch) => {
        await store.uow.run((tx) => tx.audit.append(event(patch)));
      }),
      { numRuns: 150 },
    );
    expect((await verifyChain(await readAll())).faults).toEqual([]);
  });

  test("is read page by page, however long it is", async () => {
    await store.uow.run(async (tx) => {
      for (let count = 0; count < 510; count++) await tx.audit.append(event({ details: { count } }));
    });
    const entries = await readAll();
    expect(entries.length).toBeGreaterThan(510);
    expect((await verifyChain(entries)).faults).toEqual([]);
  });
});

describe("the correlation id of an entry", () => {
  const ID = "5d1f0c9e-8f0b-4c55-9a53-2d0f4f3c6a11";

  test("is that of the work that appends it", async () => {
    expect(await withCorrelation(ID, () => append())).toMatchObject({ correlationId: ID });
  });

  test("is a new one for the whole transaction if the work has none", async () => {
    const before = (await readAll()).length;
    const ids = await store.uow.run(async (tx) => {
      await tx.audit.append(event());
      await tx.audit.append(event());
      return [correlationId(), correlationId()];
    });
    expect((await readAll()).slice(before).map((entry) => entry.correlationId)).toEqual(ids);
    expect(ids[0]).toMatch(/^[\da-f-]{36}$/);
    expect((await append()).correlationId).not.toBe(ids[0]);
  });

  test("may be missing in an entry of an earlier version, behind which the chain goes on", async () => {
    const { hash, seq } = await append();
    const earlier = link({ seq, hash }, event({ details: { earlier: true } }));
    await store.database.lockPool.query(
      `insert into audit_entries
         (seq, kind, at, actor_slack_id, actor_email, request_id, subject, policy_hash, details, prev_hash, hash)
       select $1, kind, at, actor_slack_id, actor_email, request_id, subject, policy_hash, $2, hash, $3
       from audit_entries where seq = $4`,
      [earlier.seq, earlier.details, earlier.hash, seq],
    );
    await append();
    const entries = await readAll();
    expect(entries.at(-2)).toEqual(earlier);
    expect((await verifyChain(entries)).faults).toEqual([]);
  });
});

describe("an entry", () => {
  let query: (text: string) => Promise<unknown>;
  beforeEach(async () => {
    await append();
    query = (text) => store.database.lockPool.query(text);
  });

  test.each([
    ["be changed", "update audit_entries set subject = 'somebody else' where seq = 1"],
    ["be deleted", "delete from audit_entries where seq = 1"],
    ["be cleared with all the others", "truncate audit_entries"],
    ["take the place of another", "insert into audit_entries select * from audit_entries where seq = 1"],
  ])("can't %s", async (_what, statement) => {
    const before = await readAll();
    await expect(query(statement)).rejects.toThrow(/never changed or deleted|duplicate key/);
    expect(await readAll()).toEqual(before);
  });

  test("can't be altered by the owner of the table without the verification telling", async () => {
    const { connectionString } = store;
    expect(await verifyAudit("policies", connectionString)).toMatchObject({
      ok: true,
      text: expect.stringMatching(
        /^The audit log is intact\. It has \d+ entries; the hash of the last is [0-9a-f]{64}\.$/,
      ),
    });
    await query("alter table audit_entries disable trigger all");
    await query("update audit_entries set subject = 'somebody else' where seq = 2");
    await query("delete from audit_entries where seq = 4");
    await query("update audit_entries set correlation_id = gen_random_uuid()::text where seq = 6");
    await query("update audit_entries set correlation_id = null where seq = 7");
    expect(await verifyAudit("policies", connectionString)).toEqual({
      ok: false,
      text: "Entry 2 was altered.\nEntry 5 comes after a gap: entry 4 is missing.\nEntry 5 does not have the hash of the entry before it.\nEntry 6 was altered.\nEntry 7 was altered.",
    });
  });
});
