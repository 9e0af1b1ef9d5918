import { describe, expect, it } from "vitest";
import { excludeTargets } from "../../../../src/change-requests/bulk/exclude-targets.ts";
import type { Preflight } from "../../../../src/subjects/index.ts";
import { someFacts, someLead, somePerson } from "../../../support/domain-objects.ts";
import { lenientAuthorizer } from "../../../support/one-request.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const MAYA = somePerson();

/** The rest of a bulk by Maya about three users; `second` describes the second one, and `others` both others. */
async function leftOf(
  second: Partial<Preflight>,
  { temporaryHolders = [] as readonly string[], mapped = "", isForbidden = false, others = {} } = {},
) {
  const facts = [
    someFacts({ userId: "1", username: "user1@x.example", ...others }),
    someFacts({ userId: "2", username: "user2@x.example", ...second }),
    someFacts({ userId: "3", username: "user3@x.example", ...others }),
  ];
  const { authorizer } = lenientAuthorizer([MAYA], { check: () => !isForbidden });
  const told = new Set<number>();
  const { subjects, policyInputs, leftOut, firstForbidden } = await excludeTargets({
    authorizer: {
      ...authorizer,
      check: (person, action, about) => {
        told.add(about.change.targets);
        return authorizer.check(person, action, about);
      },
    },
    directory: {
      ...directoryOf(MAYA, someLead()),
      idsByEmail: async (email) => (email === mapped ? [MAYA.slackUserId] : []),
    },
    requester: MAYA,
    change: { kind: "deactivate" },
    lines: facts.map((each, index) => ({
      line: { line: index + 1, who: each.username, role: null, org: null },
      facts: each,
    })),
    channel: null,
    temporaryHolders: new Set(temporaryHolders),
  });
  return {
    kept: subjects.map(({ line }) => line),
    why: leftOut.map(({ line, because }) => [line, because]),
    targets: policyInputs.map(({ change }) => change.targets),
    told: [...told],
    firstForbidden: firstForbidden?.subject.username ?? null,
  };
}

describe("the subjects of a bulk", () => {
  it.each<[string, Partial<Preflight>, string, { mapped?: string }]>([
    [
      "its requester by e-mail in any case",
      { username: "Maya.Lindqvist@Harborlight.example" },
      "oneself",
      {},
    ],
    ["its requester by a Slack id of the subject", {}, "oneself", { mapped: "user2@x.example" }],
    ["a protected subject", { protected: true }, "protected", {}],
    ["a subject for whom nothing would change", { active: false }, "already", {}],
  ])("a bulk leaves out %s, and no other subject", async (_who, second, because, options) => {
    expect(await leftOf(second, options)).toMatchObject({
      kept: [1, 3],
      why: [[2, because]],
      targets: [2, 2],
    });
  });

  it("a bulk leaves out every subject whom the policies forbid, and names the first", async () => {
    const { kept, why, told, firstForbidden } = await leftOf({}, { isForbidden: true });
    expect([kept, told]).toEqual([[], [3]]);
    expect(firstForbidden).toBe("user1@x.example");
    expect(why).toEqual([1, 2, 3].map((line) => [line, "forbidden"]));
  });

  it("the policies are told only the number of subjects whom the bulk would change", async () => {
    expect((await leftOf({ active: false })).told).toEqual([2]);
  });

  it("a bulk keeps a subject who has the change only by a temporary role", async () => {
    expect(await leftOf({ active: false }, { temporaryHolders: ["2"] })).toMatchObject({
      kept: [1, 2, 3],
      why: [],
    });
  });

  it("a bulk keeps a protected subject who is the only one that it would change", async () => {
    const { kept, why } = await leftOf({ protected: true }, { others: { active: false } });
    expect(kept).toEqual([2]);
    expect(why).toEqual([1, 3].map((line) => [line, "already"]));
  });
});
