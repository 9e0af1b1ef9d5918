import { describe, expect, it } from "vitest";
import { excludeTargets } from "../../../../src/change-requests/bulk/exclude-targets.ts";
import type { Preflight } from "../../../../src/subjects/index.ts";
import { someFacts, someLead, somePerson } from "../../../support/domain-objects.ts";
import { lenientAuthorizer } from "../../../support/one-request.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const MAYA = somePerson();

/** The rest of a bulk by Maya about three users; `second` describes the second one. */
async function leftOf(
  second: Partial<Preflight>,
  { temporaryHolders = [] as readonly string[], mapped = "", isForbidden = false } = {},
) {
  const facts = [
    someFacts({ userId: "1", username: "user1@x.example" }),
    someFacts({ userId: "2", username: "user2@x.example", ...second }),
    someFacts({ userId: "3", username: "user3@x.example" }),
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
      line: { line: index + 1 },
      facts: each,
    })) as unknown as Parameters<typeof excludeTargets>[0]["lines"], // nothing else of a line is looked at
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

describe("a bulk leaves out", () => {
  it.each<[string, Partial<Preflight>, string, { mapped?: string }]>([
    [
      "its requester, by their address in any case",
      { username: "Maya.Lindqvist@Harborlight.example" },
      "oneself",
      {},
    ],
    ["its requester, by a Slack id of the subject", {}, "oneself", { mapped: "user2@x.example" }],
    ["a protected subject", { protected: true }, "protected", {}],
    ["a subject who is so already", { active: false }, "already", {}],
  ])("%s, and nobody else", async (_who, second, because, options) => {
    expect(await leftOf(second, options)).toMatchObject({
      kept: [1, 3],
      why: [[2, because]],
      targets: [2, 2],
    });
  });

  it("whom the policies forbid, which are told how many there are that aren't so already", async () => {
    const { kept, why, told, firstForbidden } = await leftOf({}, { isForbidden: true });
    expect([kept, told]).toEqual([[], [3]]);
    expect(firstForbidden).toBe("user1@x.example");
    expect((await leftOf({ active: false })).told).toEqual([2]);
    expect(why).toEqual([1, 2, 3].map((line) => [line, "forbidden"]));
  });

  it("nobody who is so for a limited time alone", async () => {
    expect(await leftOf({ active: false }, { temporaryHolders: ["2"] })).toMatchObject({
      kept: [1, 2, 3],
      why: [],
    });
  });
});
