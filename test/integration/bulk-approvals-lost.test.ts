import { expect, test } from "vitest";
import type { PeopleDirectory } from "../../src/authorization/index.ts";
import { snapshotOf } from "../../src/change-requests/model/snapshot.ts";
import { createIdentify, createPreflight } from "../../src/subjects/index.ts";
import { someChannels, someLead, somePerson, someTarget } from "../support/domain-objects.ts";
import { useExecutionBench } from "../support/execution-bench.ts";
import { directoryOf } from "../unit/subjects/incydr-bench.ts";

const [NADIA, SAM] = ["nadia.petrov@harborlight.example", "sam.ortega@harborlight.example"];

const current = useExecutionBench();

test.each([
  ["begun", "executing", { state: "done", targets: [{ state: "verified" }, { state: "skipped" }] }],
  [
    "still approved",
    "approved",
    { state: "pending", targets: [{ state: "verified" }, { state: "waiting" }] },
  ],
] as const)(
  "a bulk that is %s when the approvals of its last user turn out to be lost lets nobody wait for ever",
  async (_what, state, outcome) => {
    const { store, bench, executorOn, approved, stored } = current();
    const preflight = createPreflight({ incydr: bench.incydr, protectedUsernames: new Set() });
    const targets = await Promise.all(
      [NADIA, SAM].map(async (username, position) => {
        const facts = await preflight(await bench.user(username));
        return someTarget({ facts, snapshot: snapshotOf("deactivate", facts), position, slackUserIds: [] });
      }),
    );
    const id = await approved(NADIA, { targets });
    const asked = directoryOf(somePerson(), someLead({ groups: [] }));
    const directory: PeopleDirectory = {
      ...asked,
      // While this target is judged, another worker carries out the other one.
      async person(slackUserId, freshness) {
        await store.uow.run(async (tx) => {
          await tx.requests.update(id, { state });
          await tx.requests.updateTarget(id, 0, { state: "verified" });
        });
        return asked.person(slackUserId, freshness);
      },
    };
    const identify = createIdentify({ incydr: bench.incydr, operatorMap: new Map() });
    await (await executorOn(store)).executeTarget(id, 1, { directory, channels: someChannels(), identify });
    expect(bench.simulator.writeLog()).toEqual([]);
    expect(await stored(id)).toMatchObject(outcome);
    expect((await stored(id)).targets[1]?.explanation).toBe("An approver is no longer entitled to approve.");
  },
);
