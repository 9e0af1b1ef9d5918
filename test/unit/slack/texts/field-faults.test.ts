import { describe, expect, it } from "vitest";
import type { FormFaults, InvitationFault, ReasonFault } from "../../../../src/change-requests/index.ts";
import { formFaultTexts, reasonFaultText } from "../../../../src/slack/texts/field-faults.ts";

const NO_REASON = "Say why: the approver and the audit log need a reason.";
const SAYS_NOTHING = "This has no letter and no digit: a reader would learn nothing from it.";

describe("the text below the reason", () => {
  it.each<[ReasonFault | { kind: "never_permitted" }, string]>([
    [{ kind: "missing" }, NO_REASON],
    [{ kind: "says_nothing" }, `${SAYS_NOTHING} ${NO_REASON}`],
    [{ kind: "too_long", most: 1_000, length: 1_001 }, "At most 1000 characters; these are 1001."],
    [
      { kind: "not_storable" },
      "Has half a character (a cut emoji?) or U+0000, which can't be stored. Remove it.",
    ],
    [
      { kind: "never_permitted" },
      "No number of approvals would let this change run; the policy rules it out.",
    ],
  ])("says what is wrong: %j", (reason, text) => {
    expect(formFaultTexts({ reason })).toEqual({ reason: text });
  });

  it.each([
    ["decision", "Say why: the requester and the audit log need a reason."],
    ["freeze", "Give a reason, or none at all."],
  ] as const)("says for whom a reason is missing: of a %s", (of, text) => {
    expect(reasonFaultText({ kind: "missing" }, of)).toBe(text);
  });
});

it.each<[FormFaults["ticket"], string]>([
  [{ kind: "another_form", pattern: "^INC-\\d+$" }, "A ticket has to look like ^INC-\\d+$."],
  [{ kind: "says_nothing", mayBeEmpty: true }, `${SAYS_NOTHING} Or leave it empty.`],
  [{ kind: "says_nothing", mayBeEmpty: false }, SAYS_NOTHING],
  [{ kind: "too_long", most: 100, length: 101 }, "At most 100 characters; these are 101."],
])("the text below the ticket says what is wrong: %j", (ticket, text) => {
  expect(formFaultTexts(ticket ? { ticket } : {})).toEqual({ ticket: text });
});

const name = "Theo Okafor";
const whoCould = ["insider-risk-leads"];

it.each<[InvitationFault, string]>([
  [{ kind: "requester", name }, "Theo Okafor is you: ask somebody else."],
  [{ kind: "subject", name }, "Theo Okafor is whom this is about, and must not hear of it."],
  [{ kind: "bot", name }, "Theo Okafor is a bot."],
  [{ kind: "guest", name }, "Theo Okafor is a guest."],
  [{ kind: "deactivated", name }, "Theo Okafor has a deactivated account."],
  [{ kind: "other_company", name }, "Theo Okafor is of another company."],
  [
    { kind: "forbidden", name, policyIds: [], reasons: ["No."], whoCould },
    "Theo Okafor may not approve this: no policy lets them. Members of @insider-risk-leads may, unless another rule forbids it.",
  ],
  [
    { kind: "forbidden", name, policyIds: ["joined-just-now"], reasons: ["Wait, or ask another."], whoCould },
    "Theo Okafor may not approve this. The rule: “Wait, or ask another.”",
  ],
  [{ kind: "unknown", slackUserId: "U0THEO" }, "Slack knows nobody with the id U0THEO."],
  [{ kind: "too_many", most: 5, count: 6 }, "At most 5 people can be asked; these are 6."],
  [
    { kind: "none_needed" },
    "The policies ask for no approval here: there is nobody to be asked. Leave this empty.",
  ],
])("says why a person can't be invited to approve: %j", (fault, text) => {
  expect(formFaultTexts({ people_asked: [fault] })).toEqual({ people_asked: text });
});

it("names each person who can't be invited, within one line", () => {
  const faults = [
    { kind: "bot", name: "Theo\nOkafor" },
    { kind: "guest", name: "Sam" },
  ] as const;
  expect(formFaultTexts({ people_asked: faults })).toEqual({
    people_asked: "Theo Okafor is a bot. Sam is a guest.",
  });
});
