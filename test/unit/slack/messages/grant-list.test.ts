import fc from "fast-check";
import { expect, it } from "vitest";
import { checkBlocks } from "../../../../sandbox/slack/blocks/validate-blocks.ts";
import {
  type ListedGrant,
  type ListedPage,
  REQUESTS_ON_A_GRANT_PAGE,
} from "../../../../src/change-requests/index.ts";
import { ACTION_IDS } from "../../../../src/slack/ids/registrations.ts";
import { grantList } from "../../../../src/slack/messages/grant-list.ts";
import { readable } from "../block-texts.ts";

/** Characters of a message's blocks as JSON, of which Slack refuses more. */
const LONGEST_BLOCKS = 13_200;

const name = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 300 }),
  fc.constant('"\\'.repeat(150)),
  fc.constant(`\u202E${"ש".repeat(255)}`),
  fc.constant("🧊".repeat(130)),
);
const state = fc.constantFrom("active", "revoking");
const roles = fc.array(fc.tuple(name, state), { minLength: 1, maxLength: 30, size: "max" });
const request = fc.record({ username: name, roles });

function grantsOf(requests: readonly { username: string; roles: [string, "active" | "revoking"][] }[]) {
  return requests.flatMap((each, index) =>
    each.roles.map(
      ([role, of], at): ListedGrant => ({
        ...{ requestId: 900_000_000_000 + index, username: each.username, state: of },
        ...{ role: { id: `r${at}`, name: role }, endsAt: "2026-11-01T18:00:00.000Z" },
      }),
    ),
  );
}

const pageOf = (patch: Partial<ListedPage>): ListedPage => ({
  ...{ first: 1, total: 1, isMore: false, previous: null, next: null },
  ...patch,
});

/** The ids of the buttons of a list, with their values. */
function buttonsIn(grants: readonly ListedGrant[], page?: ListedPage): string[] {
  return grantList(grants, null, { isFrozen: false, page }).blocks.flatMap((block) =>
    block.type === "actions"
      ? block.elements.map((each) => `${each.action_id} ${"value" in each ? each.value : ""}`)
      : [],
  );
}

it("a page of temporary roles with any names is one valid message that names each request", () => {
  const requests = fc.array(request, { minLength: 1, maxLength: REQUESTS_ON_A_GRANT_PAGE, size: "max" });
  fc.assert(
    fc.property(requests, fc.boolean(), name, (content, isFrozen, whom) => {
      const grants = grantsOf(content as Parameters<typeof grantsOf>[0]);
      const page = pageOf({ total: 999, isMore: true, previous: "grants --page 1" });
      const { blocks } = grantList(grants, isFrozen ? whom : null, { isFrozen, page });
      expect(checkBlocks(blocks, { surface: "message" })).toMatchObject({ ok: true });
      expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(LONGEST_BLOCKS);
      const said = readable(blocks);
      for (const { requestId } of grants) expect(said).toContain(`CR-${requestId}`);
      expect(said).toContain("There are more temporary roles.");
    }),
    { numRuns: 200 },
  );
});

it("each request with an active temporary role has the buttons of its card, and no other request has them", () => {
  const grants = grantsOf([
    {
      username: "nadia@x.example",
      roles: [
        ["A", "active"],
        ["B", "active"],
      ],
    },
    { username: "olga@x.example", roles: [["C", "revoking"]] },
  ]);
  expect(buttonsIn(grants, pageOf({ total: 3 }))).toEqual([
    `${ACTION_IDS.extend} 900000000000`,
    `${ACTION_IDS.revokeNow} 900000000000`,
  ]);
  const { blocks } = grantList(grants, null, { isFrozen: true, page: pageOf({ total: 3 }) });
  expect(JSON.stringify(blocks)).toContain("Revoke when unfrozen");
  expect(readable(blocks)).toContain("3 temporary roles");
});

it("a page has buttons for the pages beside it", () => {
  const grants = grantsOf([{ username: "nadia@x.example", roles: [["C", "revoking"]] }]);
  const page = pageOf({ first: 6, total: 20, previous: "grants --page 1", next: "grants --page 3" });
  expect(buttonsIn(grants, page)).toEqual([
    `${ACTION_IDS.runPrevious} grants --page 1`,
    `${ACTION_IDS.runNext} grants --page 3`,
  ]);
});

it("an answer of an earlier version, which has no pages, shows the first requests and says that there are more", () => {
  const many = Array.from({ length: 50 }, () => ({
    username: "nadia@x.example",
    roles: [["A", "active"] as [string, "active"]],
  }));
  const { blocks } = grantList(grantsOf(many), null, { isFrozen: false });
  expect(checkBlocks(blocks, { surface: "message" })).toMatchObject({ ok: true });
  expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(LONGEST_BLOCKS);
  expect(readable(blocks)).toContain("There are more temporary roles.");
});
