import { describe, expect, it } from "vitest";
import {
  type PeopleDirectory,
  type Person,
  UnknownPersonError,
} from "../../../../src/authorization/index.ts";
import {
  type BulkDraft,
  type ChangeRequest,
  createBulkReports,
  type Job,
} from "../../../../src/change-requests/index.ts";
import { someFacts, somePerson, someRequest, someTarget } from "../../../support/domain-objects.ts";
import { someBulkDraft } from "../../../support/draft-objects.ts";
import { uowOf } from "../../../support/stub-ports.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const MAYA = somePerson();
const MAYAS_ADDRESS = MAYA.email ?? "";

interface Setting {
  /** Maya, who asked for the bulk, as Slack shows her now; `null` if Slack doesn't know her. */
  readonly maya?: Partial<Person> | null;
  /** The accounts that Slack finds by any address. */
  readonly idsByEmail?: readonly string[];
  readonly outcome?: "delivered" | "unreachable";
  readonly targets?: ChangeRequest["targets"];
  readonly subjects?: readonly object[];
}

/** The sent files of Maya's finished bulk and of its preview, and the enqueued jobs. */
function setUp({ maya = {}, outcome = "delivered", targets = [someTarget()], ...setting }: Setting = {}) {
  const names: string[] = [];
  const keys = new Set<string>();
  const left: Job[] = [];
  const { subjects = [{ line: 1, facts: someFacts(), slackUserIds: ["U0NADIA"] }], idsByEmail } = setting;
  const reading = { change: { kind: "deactivate" }, subjects, leftOut: [], faults: [], furtherLines: [] };
  const draft = someBulkDraft({ reading: reading as unknown as BulkDraft["reading"] }); // the rest isn't read
  const directory: PeopleDirectory = {
    ...directoryOf(somePerson(maya ?? {})),
    ...(maya === null ? { person: (id) => Promise.reject(new UnknownPersonError(id)) } : {}),
    ...(idsByEmail ? { idsByEmail: async () => idsByEmail } : {}),
  };
  const reports = createBulkReports({
    uow: uowOf({
      requests: { get: async () => someRequest({ state: "done", targets }) },
      bulkDrafts: { lock: async () => draft },
      jobs: { enqueue: async (job: Job) => void left.push(job) },
    }),
    directory,
    delivery: {
      deliver: async (key, _to, { name }) => {
        names.push(name);
        keys.add(key);
        return outcome;
      },
    },
  });
  return { names, keys, left, ...reports };
}

describe("the files of a bulk", () => {
  it("the requester of a bulk gets the file of its outcomes", async () => {
    const { names, deliverOutcomes } = setUp();
    await deliverOutcomes(1, "done:verified");
    expect(names).toEqual(["CR-1-outcomes.csv"]);
  });

  it("the opener of a bulk gets the file of its preview", async () => {
    const { names, deliverDryRun } = setUp();
    await deliverDryRun("1");
    expect(names).toEqual(["dry-run.csv"]);
  });

  it("outcomes that become known later come in a file of their own, and the same outcomes in one file", async () => {
    const { keys, deliverOutcomes } = setUp();
    const sizes: number[] = [];
    for (const topic of ["done:unknown", "done:verified", "done:verified"]) {
      await deliverOutcomes(1, topic);
      sizes.push(keys.size);
    }
    expect(sizes).toEqual([1, 2, 2]);
  });

  it("a requester who can't be sent a file is told so where they asked for the bulk", async () => {
    const { left, deliverOutcomes } = setUp({ outcome: "unreachable" });
    await deliverOutcomes(1, "done:verified");
    const { requester, place } = someRequest();
    const notice = { kind: "file_not_sent", file: "results", requestId: 1 };
    expect(left).toMatchObject([{ kind: "tell", slackUserId: requester.slackUserId, place, notice }]);
  });

  const lastIsMaya = someTarget({
    facts: someFacts({ userId: "2", username: MAYAS_ADDRESS }),
    ...{ position: 1, slackUserIds: [] },
  });
  const lastRead = (username: string, slackUserIds: string[]) => [
    { line: 1, facts: someFacts(), slackUserIds: ["U0NADIA"] },
    { line: 2, facts: someFacts({ userId: "2", username }), slackUserIds },
  ];
  it.each<[string, Setting]>([
    ["is in no group of the policies", { maya: { groups: [] } }],
    ["is deactivated", { maya: { isDeactivated: true } }],
    ["has become a guest", { maya: { isGuest: true } }],
    ["is of another company", { maya: { isOtherCompany: true } }],
    ["is unknown to Slack", { maya: null }],
    ["has an account of a subject now", { idsByEmail: [MAYA.slackUserId] }],
    [
      "has the address of the last subject",
      { targets: [someTarget(), lastIsMaya], subjects: lastRead(MAYAS_ADDRESS, []) },
    ],
    [
      "had an account of the last subject",
      {
        targets: [someTarget(), someTarget({ position: 1, slackUserIds: [MAYA.slackUserId] })],
        subjects: lastRead("rolf.hansen@harborlight.example", [MAYA.slackUserId]),
      },
    ],
  ])("a requester who %s gets neither file", async (_who, setting) => {
    const { names, deliverOutcomes, deliverDryRun } = setUp(setting);
    await deliverOutcomes(1, "done:verified");
    await deliverDryRun("1");
    expect(names).toEqual([]);
  });
});
