import { describe, expect, test } from "vitest";
import { answerTo, expectNoEffect } from "../support/scenario-effects.ts";
import { emailOf, makeRequest } from "../support/scenario-requests.ts";
import { useWorld } from "../support/scenario-world.ts";

/** What the refused action is called towards people. */
const WORDS = {
  lookup: "look up users",
  list: "list roles",
  freeze: "freeze changes",
  unfreeze: "unfreeze changes",
} as const;

const LOOKERS = "@insider-risk-analysts or @insider-risk-leads or @incident-responders";
const NADIA = emailOf("nadia.petrov");
const world = useWorld();

const OUTSIDERS = [
  {
    who: "a person without rights",
    key: "sam",
    id: "U0SAM",
    place: "watercooler",
    told: (action: keyof typeof WORDS, groups: string) =>
      `You don't have permission to ${WORDS[action]}. Ask ${groups}.`,
    policies: [],
  },
  {
    who: "a guest",
    key: "gil",
    id: "U0GIL",
    place: "contractors",
    told: (_action: keyof typeof WORDS, groups: string) =>
      `Guests can't use this bot. Ask an administrator. Members of ${groups} can.`,
    policies: ["no-guests"],
  },
  {
    who: "a person of another company in a shared channel",
    key: "casey",
    id: "U0CASEY",
    place: "partner-project",
    told: (_action: keyof typeof WORDS, groups: string) =>
      `People from another company can't use this bot. Members of ${groups} can.`,
    policies: ["no-other-companies"],
  },
] as const;

describe.each(OUTSIDERS)("$who", ({ key, id, place, told, policies }) => {
  test.for([
    [`/incydr user ${NADIA}`, "lookup", LOOKERS],
    ["/incydr roles", "list", LOOKERS],
    [`/incydr deactivate ${NADIA}`, "lookup", LOOKERS],
    [`/incydr roles ${NADIA} add Alert Emails`, "lookup", LOOKERS],
    ["/incydr freeze for fun", "freeze", "@incident-responders or @insider-risk-leads"],
    ["/incydr unfreeze", "unfreeze", "@insider-risk-leads"],
  ] as const)("is refused %s, told why and who could, and audited", async ([command, action, groups]) => {
    const person = world().slack.as(key);
    const audited = [{ kind: "attempt.forbidden", by: id, details: { action, policies } }];
    await expectNoEffect(world(), { by: key, audited }, async () => {
      const { plain } = await answerTo(person, place, () => person.command(command, { in: place }));
      expect(plain.split("\n")[0]).toBe(told(action, groups));
      expect(person.modal()).toBeUndefined();
    });
  });

  test("gets no form from the shortcut on a message", async () => {
    const person = world().slack.as(key);
    const message = person.post(place, `Something about ${NADIA}`);
    const audited = [{ kind: "attempt.forbidden", by: id, details: { action: "lookup", policies } }];
    await expectNoEffect(world(), { by: key, audited }, async () => {
      const { plain } = await answerTo(person, place, () => person.shortcut("Act on this user", { message }));
      expect(plain).toContain(told("lookup", LOOKERS));
      expect(person.modal()).toBeUndefined();
    });
  });

  test("learns nothing of Incydr: it isn't even asked", async () => {
    const person = world().slack.as(key);
    const before = world().incydr.requestLog().length;
    await answerTo(person, place, () => person.command(`/incydr user ${NADIA}`, { in: place }));
    expect(world().incydr.requestLog()).toHaveLength(before);
  });
});

test("a person without rights is refused a click on a card that they can see", async () => {
  const { slack } = world();
  const { card } = await makeRequest(world(), {
    command: `/incydr deactivate ${NADIA}`,
    in: "inc-4711",
  });
  await slack.admin.addToChannel("inc-4711", "sam");
  const sam = slack.as("sam");
  const audited = [
    { kind: "attempt.forbidden", by: "U0SAM", subject: NADIA, details: { action: "approve" } },
  ];
  await expectNoEffect(world(), { by: "sam", audited }, async () => {
    const { plain } = await answerTo(sam, "inc-4711", () => sam.click("Approve", { message: card }));
    expect(plain).toContain("You don't have permission to approve requests. Ask @insider-risk-leads.");
  });
  await slack.admin.removeFromChannel("inc-4711", "sam");
});

test("somebody whose Slack account maps to no Incydr user may look up, but ask for nothing", async () => {
  const { slack, incydr } = world();
  incydr.control.edit.rename(emailOf("noor.haddad"), emailOf("n.haddad"));
  const noor = slack.as("noor");
  const place = "insider-risk-approvals";
  const card = await answerTo(noor, place, () => noor.command(`/incydr user ${NADIA}`, { in: place }));
  expect(card.plain).toContain("Nadia Petrov");
  const audited = [{ kind: "attempt.rejected", by: "U0NOOR", details: { fault: "unmapped_operator" } }];
  await expectNoEffect(world(), { by: "noor", audited }, async () => {
    await noor.command(`/incydr deactivate ${NADIA}`, { in: place });
    const notice = await noor.waitForModal(
      /doesn't match exactly one Incydr user, so you can only look up users/,
    );
    expect(notice.plain).toContain("OPERATOR_MAP");
    await noor.close();
  });
  incydr.control.edit.rename(emailOf("n.haddad"), emailOf("noor.haddad"));
});

test("nobody asks for anything about themselves", async () => {
  const maya = world().slack.as("maya");
  const audited = [
    {
      kind: "attempt.forbidden",
      by: "U0MAYA",
      details: { action: "request", policies: ["not-about-oneself"] },
    },
  ];
  await expectNoEffect(world(), { by: "maya", audited }, async () => {
    await maya.command(`/incydr roles ${emailOf("maya.lindqvist")} add Alert Emails`, {
      in: "insider-risk-approvals",
    });
    await maya.waitForModal(/You can't change your own account\. Ask a colleague\./);
    await maya.close();
  });
});
