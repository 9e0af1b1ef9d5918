import fc from "fast-check";
import { expect, it } from "vitest";
import { checkBlocks } from "../../../../sandbox/slack/blocks/validate-blocks.ts";
import {
  doneRequest,
  factsOf,
  listedRequest,
  PEOPLE,
  requestOf,
  targetOf,
  viewOf,
} from "../../../../scripts/catalogue/fixtures.ts";
import { type ChangeRequest, REQUEST_STATES } from "../../../../src/change-requests/index.ts";
import { ACTION_IDS } from "../../../../src/slack/ids/registrations.ts";
import { requestDetails, requestList } from "../../../../src/slack/messages/request-messages.ts";
import { readable } from "../block-texts.ts";

function actionsFor(slackUserId: string, canApprove: boolean): unknown[] {
  const shown = requestDetails(slackUserId, { view: viewOf(requestOf()), url: null, canApprove });
  return shown.blocks.flatMap((block) =>
    block.type === "actions" ? block.elements.map((element) => element.action_id) : [],
  );
}

it("a person who can approve gets each button of the card", () => {
  const { approve, deny, cancel } = ACTION_IDS;
  expect(actionsFor(PEOPLE.theo.slackUserId, true)).toEqual([approve, deny, cancel]);
});

it("a person who can't approve is not offered to, and may still deny", () => {
  expect(actionsFor(PEOPLE.theo.slackUserId, false)).toEqual([ACTION_IDS.deny, ACTION_IDS.cancel]);
});

it("the requester gets no button by which others decide", () => {
  expect(actionsFor(PEOPLE.maya.slackUserId, true)).toEqual([ACTION_IDS.cancel]);
});

/** Characters of a message's blocks as JSON, of which Slack refuses more. */
const LONGEST_BLOCKS = 13_200;

const name = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 300 }),
  fc.constant('"\\'.repeat(150)),
  fc.constant(`\u202E${"ש".repeat(255)}`),
  fc.constant("🧊".repeat(130)),
);
const listed = fc.record({
  username: fc.option(name),
  state: fc.constantFrom(...REQUEST_STATES),
  change: name.map((role) => ({ kind: "add_roles" as const, roles: [{ id: "r", name: role }] })),
  deciders: fc.option(
    fc.record({
      groups: fc.array(name, { maxLength: 9 }),
      invited: fc.array(fc.constant("U0PRIYA0001"), { maxLength: 5 }),
    }),
  ),
});

it("a page of requests with any names is one valid message, and has each of them", () => {
  fc.assert(
    fc.property(fc.array(listed, { minLength: 1, maxLength: 10, size: "max" }), (content) => {
      const requests = content.map((patch, index) =>
        listedRequest({
          ...{ ...patch, requestId: 900_000_000_000 + index },
          url: `https://a-long-workspace-name.slack.com/archives/C0APPROVE00/p179361000000000${index}`,
        }),
      );
      const { blocks } = requestList({
        ...{ kind: "requests", which: "all", isFiltered: true, isFrozen: true, requests },
        older: "requests all --subject 900000000000000001 --since 30d --before CR-899999999999",
        page: {
          ...{ first: 11, total: 1_000, isMore: true },
          previous: "requests all --subject 900000000000000001 --since 30d",
          next: "requests all --subject 900000000000000001 --since 30d --before CR-899999999999",
        },
      });
      expect(checkBlocks(blocks, { surface: "message" })).toMatchObject({ ok: true });
      expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(LONGEST_BLOCKS);
      const said = readable(blocks);
      for (const { requestId } of requests) expect(said).toContain(`CR-${requestId} · `);
    }),
    { numRuns: 200 },
  );
});

const detailsOf = (request: ChangeRequest) =>
  readable(
    requestDetails(PEOPLE.theo.slackUserId, { view: viewOf(request), ...{ url: null, canApprove: false } })
      .blocks,
  );
const ROLES = [
  { id: "a", name: "Role A" },
  { id: "b", name: "Role B" },
];

it.each([
  ["verified", { kind: "deactivate" }, "After inactive, as Incydr showed on "],
  [
    "already",
    { kind: "move", org: { guid: "g", name: "Sales" } },
    "After organization Sales, as Incydr showed on ",
  ],
  [
    "verified",
    { kind: "remove_roles", roles: ROLES },
    "After no longer has Role A, Role B, as Incydr showed on ",
  ],
  ["refused", { kind: "deactivate" }, "After this request changed nothing."],
  ["unknown", { kind: "deactivate" }, "After not known yet."],
] as const)("the details of a request that is %s tell the facts after %o", (state, change, says) => {
  expect(detailsOf(doneRequest(state, { change }))).toContain(says);
});

it("the details of a change that was made in part name the part", () => {
  const request = doneRequest("failed", { change: { kind: "add_roles", roles: ROLES } });
  const inPart = (outstandingRoleIds: readonly string[] | null) =>
    detailsOf({ ...request, targets: request.targets.map((target) => ({ ...target, outstandingRoleIds })) });
  expect(inPart(["b"])).toContain("After only in part: has Role A, as Incydr showed on ");
  expect(inPart(["a", "b"])).toContain("After without the change, as Incydr showed on ");
  // Of a write without effect, nothing says that the bot read the user after it.
  expect(inPart(null)).toContain("After without the change.");
});

it("the details of a request that is not done claim nothing of its outcome", () => {
  for (const state of [
    "pending",
    "approved",
    "executing",
    "denied",
    "cancelled",
    "expired",
    "stale",
  ] as const)
    expect(detailsOf(requestOf({ state }))).not.toContain("After ");
});

it("the details of a begun bulk name the users that need attention first, and count the others", () => {
  const bulk = (patch: Partial<ChangeRequest>) =>
    detailsOf(
      requestOf({
        targets: Array.from({ length: 1_000 }, (_, position) =>
          targetOf({
            position,
            state: position === 999 ? "failed" : "verified",
            facts: factsOf({ userId: `u${position}`, username: `user-${position}@x.example` }),
          }),
        ),
        ...patch,
      }),
    );
  const done = bulk({ state: "done" });
  expect(done).toContain(
    "Outcome per useruser-999@x.example: faileduser-0@x.example: done and verifieduser-1@x.example: done",
  );
  expect(done).toContain("… and 990 more. For a file with all of them, use the button List users.");
  expect(bulk({ state: "pending" })).not.toContain("user-0@x.example");
});
