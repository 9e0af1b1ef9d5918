import { describe, expect, test } from "vitest";
import {
  answerTo,
  answerToCommand,
  expectNoEffect,
  refusedClick,
  refusedCommand,
  refusedForm,
} from "../support/scenario-effects.ts";
import { emailOf, makeRequest } from "../support/scenario-requests.ts";
import { useWorld } from "../support/scenario-world.ts";

/** The refused actions in the words of the refusals. */
const WORDS = {
  lookup: "look up users",
  list: "list users, roles and organizations",
  freeze: "freeze changes",
  unfreeze: "unfreeze changes",
} as const;

const LOOKERS = "@insider-risk-analysts or @insider-risk-leads or @incident-responders";
const NADIA = emailOf("nadia.petrov");
const VICTOR = emailOf("victor.hale+lab");
// Maya's Incydr user has this username now, and no longer her e-mail address.
const world = useWorld({ env: { OPERATOR_MAP: `U0MAYA=${VICTOR}` } });

const OUTSIDERS = [
  {
    who: "a person without rights",
    key: "sam",
    place: "watercooler",
    told: (action: keyof typeof WORDS, groups: string) =>
      `You don't have permission to ${WORDS[action]}. Ask ${groups}.`,
    policies: [],
  },
  {
    who: "a guest",
    key: "gil",
    place: "contractors",
    told: (_action: keyof typeof WORDS, groups: string) =>
      `Guests can't use this bot. Ask an administrator. Members of ${groups} can.`,
    policies: ["no-guests"],
  },
  {
    who: "a person of another company in a shared channel",
    key: "casey",
    place: "partner-project",
    told: (_action: keyof typeof WORDS, groups: string) =>
      `People from another company can't use this bot. Members of ${groups} can.`,
    policies: ["no-other-companies"],
  },
] as const;

describe.each(OUTSIDERS)("$who", ({ key, place, told, policies }) => {
  test.for([
    [`/incydr user ${NADIA}`, "lookup", LOOKERS],
    ["/incydr roles", "list", LOOKERS],
    [`/incydr deactivate ${NADIA}`, "lookup", LOOKERS],
    [`/incydr roles ${NADIA} add Alert Emails`, "lookup", LOOKERS],
    ["/incydr freeze for fun", "freeze", "@incident-responders or @insider-risk-leads"],
    ["/incydr unfreeze", "unfreeze", "@insider-risk-leads"],
  ] as const)("the person is refused %s, and told why and who could", async ([command, action, groups]) => {
    const person = world().slack.as(key);
    const { plain } = await refusedCommand(world(), command, {
      by: key,
      in: place,
      forbidden: { action, policies },
    });
    expect(plain.split("\n")[0]).toBe(told(action, groups));
    expect(person.modal()).toBeUndefined();
  });

  test("the person gets no form from the shortcut on a message", async () => {
    const person = world().slack.as(key);
    const message = person.post(place, `Something about ${NADIA}`);
    await expectNoEffect(world(), { by: key, forbidden: { action: "lookup", policies } }, async () => {
      const { plain } = await answerTo(person, place, () => person.shortcut("Act on this user", { message }));
      expect(plain).toContain(told("lookup", LOOKERS));
      expect(person.modal()).toBeUndefined();
    });
  });

  test("the person's look-up sends no request to Incydr", async () => {
    const person = world().slack.as(key);
    const before = world().incydr.requestLog().length;
    await answerToCommand(person, `/incydr user ${NADIA}`, place);
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
  const { plain } = await refusedClick(world(), "Approve", card, {
    by: "sam",
    forbidden: { action: "approve" },
    about: { subject: NADIA },
  });
  expect(plain).toContain("You don't have permission to approve requests. Ask @insider-risk-leads.");
  await slack.admin.removeFromChannel("inc-4711", "sam");
});

test("an operator who maps to no Incydr user may look up users, but request nothing", async () => {
  const { slack, incydr } = world();
  incydr.control.edit.rename(emailOf("noor.haddad"), emailOf("n.haddad"));
  const noor = slack.as("noor");
  const card = await answerToCommand(noor, `/incydr user ${NADIA}`);
  expect(card.plain).toContain("Nadia Petrov");
  const notice = await refusedForm(world(), `/incydr deactivate ${NADIA}`, {
    by: "noor",
    rejected: { fault: "unmapped_operator" },
  });
  expect(notice.plain).toMatch(/doesn't match exactly one Incydr user, so you can only look up users/);
  expect(notice.plain).toContain("OPERATOR_MAP");
  incydr.control.edit.rename(emailOf("n.haddad"), emailOf("noor.haddad"));
});

test.for([emailOf("maya.lindqvist"), VICTOR])(
  "an operator asks for nothing about themselves, by e-mail or OPERATOR_MAP: %s",
  async (username) => {
    const { plain } = await refusedForm(world(), `/incydr roles ${username} add Alert Emails`, {
      by: "maya",
      forbidden: { action: "request", policies: ["not-about-oneself"] },
    });
    expect(plain).toMatch(/You can't change your own account\. Ask a colleague\./);
  },
);
