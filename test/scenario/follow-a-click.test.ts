import { describe, expect, test } from "vitest";
import { verifyChain } from "../../src/audit/index.ts";
import { createAuditReader, openDatabase } from "../../src/persistence/index.ts";
import { answerToCommand } from "../support/scenario-effects.ts";
import { APPROVALS, emailOf, makeRequest, waitForCard } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const NADIA = emailOf("nadia.petrov");

describe.each(["http", "socket"] as const)("over %s", (delivery) => {
  const world = useWorld({ delivery });

  /** The correlation ids of the entries of one kind, each once. */
  async function idsOf(kind: string): Promise<string[]> {
    const { rows } = await world().db.query(
      "select distinct correlation_id as id from audit_entries where kind = $1",
      [kind],
    );
    return rows.map(({ id }) => id);
  }

  test("the jobs of a start carry one id", async () => {
    await untilQuiet(world());
    const { rows } = await world().db.query(
      `select data->>'correlationId' as id, array_agg(name order by name) as names from pgboss.job
       where name in ('prune', 'publish_audit') group by 1`,
    );
    expect(rows.map(({ names }) => names)).toContainEqual(["prune", "publish_audit"]);
  });

  test("the jobs, audit entries, log lines and requests to Incydr of one click carry its id, and nobody sees it", async () => {
    const { slack, incydr, db, log } = world();
    const theo = slack.as("theo");
    const { id: requestId, card } = await makeRequest(world(), { command: `/incydr deactivate ${NADIA}` });
    await untilQuiet(world());
    const [submission = ""] = await idsOf("request.created");
    // A message that can't be posted makes the bot log.
    const failing = slack.faults.add({ method: "chat.postMessage", kind: "http_error", status: 503 });
    await theo.click("Approve", { message: card });
    await failing.waitForHits(1);
    const [click = ""] = await expect
      .poll(() => idsOf("request.done"), { timeout: 20_000 })
      .toHaveLength(1)
      .then(() => idsOf("request.done"));
    const failures = () =>
      log.map((line) => JSON.parse(line)).filter(({ msg }) => /^A job failed because of an outage/.test(msg));
    await expect
      .poll(failures, { timeout: 20_000 })
      .toContainEqual(expect.objectContaining({ correlationId: click }));
    slack.faults.clear();
    await waitForCard(world(), { id: requestId, shows: "Done and verified." });
    await untilQuiet(world());

    expect(submission).toMatch(UUID);
    expect(click).toMatch(UUID);
    expect(click).not.toBe(submission);
    for (const kind of ["decision.approved", "request.approved", "target.executing", "target.verified"])
      expect([kind, await idsOf(kind)]).toEqual([kind, [click]]);
    const { rows } = await db.query(
      "select distinct name from pgboss.job where data->>'correlationId' = $1",
      [click],
    );
    expect(rows.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["decide", "execute", "announce", "publish_audit"]),
    );
    const requests = incydr.requestLog().filter((request) => request.requestId === click);
    expect(requests.map(({ route }) => route)).toContain("/v1/users/{userId}/deactivate");
    for (const name of ["theo", "maya"])
      for (const channel of [APPROVALS, "insider-risk-audit"])
        expect(JSON.stringify(slack.as(name).sees(channel))).not.toContain(click);
  });

  test("the audit entry of a look-up and its requests to Incydr carry one id", async () => {
    const { slack, incydr } = world();
    const asked = incydr.requestLog().length;
    const maya = slack.as("maya");
    await answerToCommand(maya, `/incydr user ${NADIA}`);
    await untilQuiet(world());
    const requests = incydr.requestLog().slice(asked);
    const { rows } = await world().db.query(
      "select correlation_id as id from audit_entries order by seq desc limit 1",
    );
    expect(requests.map((request) => request.requestId)).toContain(rows[0]?.id);
  });

  test("each audit entry and each request to Incydr carries an id", async () => {
    const { incydr, env } = world();
    await untilQuiet(world());
    for (const { route, requestId } of incydr.requestLog())
      expect([route, requestId]).toEqual([route, expect.stringMatching(UUID)]);
    await using database = openDatabase({ connectionString: env.DATABASE_URL ?? "", log: () => {} });
    const { all } = createAuditReader(database.db);
    for await (const { seq, correlationId } of all())
      expect([seq, correlationId]).toEqual([seq, expect.stringMatching(UUID)]);
    expect((await verifyChain(all())).faults).toEqual([]);
  });
});
