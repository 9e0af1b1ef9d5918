import { describe, expect, it } from "vitest";
import type { FormFaults, InvitationFault, ReasonFault } from "../../../../src/change-requests/index.ts";
import { formFaultTexts, reasonFaultText } from "../../../../src/slack/texts/field-faults.ts";

const NO_REASON = "Enter a reason for the approvers and the audit log.";
const SAYS_NOTHING = "This has no letters or digits.";

describe("the text below the reason", () => {
  it.each<[ReasonFault | { kind: "never_permitted" }, string]>([
    [{ kind: "missing" }, NO_REASON],
    [{ kind: "says_nothing" }, `${SAYS_NOTHING} ${NO_REASON}`],
    [{ kind: "too_long", most: 1_000, length: 1_001 }, "Too long: 1,001 characters. The limit is 1,000."],
    [
      { kind: "not_storable" },
      "Contains a broken character (half an emoji, or U+0000) that can't be stored. Remove it.",
    ],
    [
      { kind: "never_permitted" },
      "Your policies don't allow this change, even with more approvals. Ask an administrator.",
    ],
  ])("says what is wrong: %j", (reason, text) => {
    expect(formFaultTexts({ reason })).toEqual({ reason: text });
  });

  it.each([
    ["decision", "Enter a reason for the requester and the audit log."],
    ["freeze", "Write the reason in words, or leave it out."],
  ] as const)("says for whom a reason is missing: of a %s", (of, text) => {
    expect(reasonFaultText({ kind: "missing" }, of)).toBe(text);
  });
});

it.each<[FormFaults["ticket"], string]>([
  [
    { kind: "another_form", pattern: "^INC-\\d+$" },
    "Enter a ticket in the required format. As a regular expression: `^INC-\\d+$`",
  ],
  [{ kind: "says_nothing", mayBeEmpty: true }, `${SAYS_NOTHING} Leave it empty if there is no ticket.`],
  [{ kind: "says_nothing", mayBeEmpty: false }, SAYS_NOTHING],
  [{ kind: "too_long", most: 100, length: 101 }, "Too long: 101 characters. The limit is 100."],
])("the text below the ticket says what is wrong: %j", (ticket, text) => {
  expect(formFaultTexts(ticket ? { ticket } : {})).toEqual({ ticket: text });
});

const name = "Theo Okafor";
const whoCould = ["insider-risk-leads"];

it.each<[InvitationFault, string]>([
  [{ kind: "requester", name }, "Theo Okafor is you. Choose another person."],
  [{ kind: "subject", name }, "Theo Okafor is the user you want to change. Choose another person."],
  [{ kind: "bot", name }, "Theo Okafor is a bot."],
  [{ kind: "guest", name }, "Theo Okafor is a guest."],
  [{ kind: "deactivated", name }, "Theo Okafor has a deactivated account."],
  [{ kind: "other_company", name }, "Theo Okafor is from another company."],
  [
    { kind: "forbidden", name, policyIds: [], reasons: ["No."], whoCould },
    "Theo Okafor can't approve this. Members of @insider-risk-leads can.",
  ],
  [
    { kind: "forbidden", name, policyIds: ["joined-just-now"], reasons: ["Wait, or ask another."], whoCould },
    "Theo Okafor can't approve this. The rule: “Wait, or ask another.”",
  ],
  [{ kind: "unknown", slackUserId: "U0THEO" }, "Slack has no user with the id U0THEO."],
  [{ kind: "too_many", most: 5, count: 6 }, "You chose 6 people. The limit is 5."],
  [{ kind: "none_needed" }, "This change needs no approval. Leave this empty."],
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
