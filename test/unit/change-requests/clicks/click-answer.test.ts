import { describe, expect, it } from "vitest";
import {
  AddressRefusedError,
  DirectoryUnavailableError,
  ForbiddenError,
  GroupGoneError,
  IdentityUnavailableError,
  PoliciesDifferError,
} from "../../../../src/authorization/index.ts";
import { createClickAnswer } from "../../../../src/change-requests/clicks/click-answer.ts";
import {
  type Job,
  NothingToDoError,
  NowhereToPostError,
  refusalOf,
} from "../../../../src/change-requests/index.ts";
import { IncydrError } from "../../../../src/incydr/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import { AppError } from "../../../../src/kernel/errors.ts";
import { FileTransferError } from "../../../../src/slack/web-api/slack-outage.ts";
import { someClick } from "../../../support/one-click.ts";
import { uowOf } from "../../../support/stub-ports.ts";

const click = someClick();

/** The result of carrying a click out twice, as a queue does. */
async function carriedOut(error: unknown, { reason = null as string | null, second = error } = {}) {
  const claimed = new Set<string>();
  const audited: unknown[] = [];
  const told: Job[] = [];
  const uow = uowOf({
    clicks: { claim: async (id: string) => !claimed.has(id) && claimed.add(id).has(id) },
    audit: { append: async (entry: unknown) => void audited.push(entry) },
    jobs: { enqueue: async (job: Job) => void told.push(job) },
  });
  const answered = createClickAnswer({ uow, clock: systemClock });
  const thrown: unknown[] = [];
  for (const each of [error, second])
    await answered({ ...click, reason }, "approve", () => Promise.reject(each)).catch(
      (fault) => void thrown.push(fault),
    );
  const notices = told.flatMap((job) => (job.kind === "tell" && "notice" in job ? [job.notice] : []));
  return { thrown, notices, audited, isOver: claimed.has(click.clickId) };
}

const refused = (code: "unavailable" | "not_found") => new IncydrError(code, code, { sent: "yes" });
const denial = {
  action: "approve",
  policyIds: [],
  reasons: ["No."],
  whoCould: [],
  policyHash: "p",
} as const;

describe("a click that can't be carried out yet", () => {
  it.each([
    ["Incydr can't be read", refused("unavailable"), "incydr"],
    ["Incydr doesn't say who they are", new IdentityUnavailableError(null), "identity"],
    ["the policies are being changed", new PoliciesDifferError("a", "b"), "policies"],
    ["the restricted channel is archived", new NowhereToPostError("archived"), "restricted_channel"],
    ["Slack doesn't take a file", new FileTransferError("Slack didn't take it.", 503), "slack_files"],
  ])("a click waits while %s, and its person is told so once", async (_what, error, what) => {
    const { thrown, notices, audited, isOver } = await carriedOut(error);
    expect(thrown).toEqual([error, error]);
    expect(notices).toEqual([{ kind: "click_waits", for: what }]);
    expect({ audited, isOver }).toEqual({ audited: [], isOver: false });
  });
});

/** An error like that of a transaction that loses its lock while it commits. */
class LostError extends AppError<"lock_lost"> {
  constructor() {
    super("lock_lost", "The lock is lost.");
  }
}

it.each([new Error("The answer to the commit is lost."), new LostError()])(
  "a click with an unknown result is carried out again without a message: %s",
  async (error) => {
    expect(await carriedOut(error)).toEqual({
      thrown: [error, error],
      notices: [],
      audited: [],
      isOver: false,
    });
  },
);

it.each([
  ["does nothing", new NothingToDoError({ why: "in_effect", username: "nadia", requestId: 7 })],
  ["is about a user whom Incydr doesn't have", refused("not_found")],
  ["would be seen by its subject", new NowhereToPostError("subject_present")],
  [
    "is made while Slack can't be asked who the subject is",
    new DirectoryUnavailableError(new Error("ECONNREFUSED")),
  ],
  ["is about an address that Slack refuses", new AddressRefusedError(null)],
  ["needs a group that is gone", new GroupGoneError(["leads"])],
  ["needs a scope", new DirectoryUnavailableError(null, undefined, { kind: "missing_scope", scopes: null })],
])("a click that %s is refused and audited once", async (_what, error) => {
  const { thrown, notices, audited, isOver } = await carriedOut(error);
  expect({ thrown, isOver }).toEqual({ thrown: [], isOver: true });
  expect(notices).toEqual([{ kind: "refused", refusal: refusalOf(error), reason: null }]);
  expect(audited).toHaveLength(1);
});

it("a refused click gives its reason back, because its form is closed", async () => {
  const { notices } = await carriedOut(refused("not_found"), { reason: "Not so" });
  expect(notices).toMatchObject([{ kind: "refused", reason: "Not so" }]);
});

it("a click that waits for one cause and then for another is told of once", async () => {
  const second = new PoliciesDifferError("a", "b");
  const { thrown, notices } = await carriedOut(refused("unavailable"), { second });
  expect(thrown).toHaveLength(2);
  expect(notices).toEqual([{ kind: "click_waits", for: "incydr" }]);
});

it("a click that the policies forbid is refused, and audited by the authorizer alone", async () => {
  const { thrown, notices, audited } = await carriedOut(new ForbiddenError(denial));
  expect({ thrown, audited }).toEqual({ thrown: [], audited: [] });
  const data = { action: "approve", reasons: ["No."], whoCould: [] };
  expect(notices).toEqual([{ kind: "refused", refusal: { code: "forbidden", data }, reason: null }]);
});
