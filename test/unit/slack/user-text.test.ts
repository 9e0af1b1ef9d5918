import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EMPTY_CHAIN, link } from "../../../src/audit/index.ts";
import { REQUEST_STATES, TARGET_STATES, UnknownRoleError } from "../../../src/change-requests/index.ts";
import { quotedTicket } from "../../../src/kernel/quoted-name.ts";
import { foldedLine, quotedLines } from "../../../src/kernel/visible-text.ts";
import { announcement } from "../../../src/slack/messages/announcement.ts";
import { auditMessage } from "../../../src/slack/messages/audit-message.ts";
import { requestCard } from "../../../src/slack/messages/request-card.ts";
import { subjectCard } from "../../../src/slack/messages/subject-card.ts";
import { type Message, message, shortMessage } from "../../../src/slack/texts/message.ts";
import { refusalLines } from "../../../src/slack/texts/refusal.ts";
import { changeFormView } from "../../../src/slack/views/change-form-view.ts";
import { chooseSubjectView } from "../../../src/slack/views/choose-subject-view.ts";
import { loadingView } from "../../../src/slack/views/notice-view.ts";
import { AmbiguousSubjectError, SubjectNotFoundError } from "../../../src/subjects/index.ts";
import {
  someDecision,
  someFacts,
  someGrant,
  someRequest,
  someTarget,
  someView,
} from "../../support/domain-objects.ts";
import { type ShownText, textsIn } from "./block-texts.ts";

/** What somebody types to be read as markup. */
const nasty = fc
  .array(
    fc.constantFrom(
      "<!channel>",
      "<!here|x>",
      "<@U0NADIA>",
      "<#C0GENERAL>",
      "<https://evil.example|Incydr>",
      "*bold*",
      "_it_",
      "~gone~",
      "`code`",
      ":smile:",
      "&lt;",
      "&",
      "<",
      ">",
      "\n",
      "plain words",
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => parts.join(" "));

const requests = fc
  .record({
    state: fc.constantFrom(...REQUEST_STATES),
    targetState: fc.constantFrom(...TARGET_STATES),
    text: nasty,
    decided: fc.boolean(),
  })
  .map(({ state, targetState, text, decided }) => ({
    text,
    request: someRequest({
      state,
      reason: text,
      ticket: text,
      change: { kind: "add_roles", roles: [{ id: "r", name: text }] },
      decisions: decided ? [someDecision()] : [],
      targets: [
        someTarget({
          state: targetState,
          explanation: text,
          username: text,
          displayName: text,
          facts: someFacts({ username: text, displayName: text, orgName: text }),
          settledAt: new Date(0),
        }),
      ],
    }),
  }));

/** Texts of blocks that Slack would read as markup. */
function markupIn(blocks: unknown): ShownText[] {
  return textsIn(blocks).filter(({ type }) => type === "mrkdwn");
}

function expectPlain({ text, blocks }: Message): void {
  expect(markupIn(blocks)).toEqual([]);
  expect(text).not.toMatch(/[<>]/);
  expect(text.replaceAll(/&(amp|lt|gt);/g, "")).not.toContain("&");
}

describe("what a person typed is never markup", () => {
  it("on a card, in any state", () => {
    fc.assert(
      fc.property(requests, ({ request, text }) => {
        const card = requestCard(someView(request));
        expectPlain(card);
        const shown = textsIn(card.blocks).map((each) => each.text);
        // Twice in full: as the reason and as the ticket.
        const told = [foldedLine(quotedTicket(text)), quotedLines(text, 30) || " "];
        expect(shown.filter((each) => told.includes(each)).length).toBeGreaterThanOrEqual(2);
      }),
    );
  });

  it("in an announcement, of anything", () => {
    const topics = [
      ...REQUEST_STATES,
      "done:verified",
      "done:failed",
      "done:unknown",
      "done:partly_verified",
    ];
    fc.assert(
      fc.property(requests, fc.constantFrom(...topics), ({ request }, topic) => {
        const said = announcement(someView(request), topic);
        if (said) expectPlain(said);
      }),
    );
  });

  it("on a subject's card", () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const finding = { fact: "yes", names: [text] } as const;
        const facts = someFacts({
          username: text,
          displayName: text,
          orgName: text,
          roles: [{ id: "r", name: text }],
          devices: finding,
          agents: finding,
          legalHold: finding,
          watchlists: finding,
        });
        expectPlain(
          subjectCard(facts, {
            grants: [someGrant({ role: { id: "r", name: text }, username: text })],
            userLinkTemplate: "https://console.example/{userId}",
            isFrozen: false,
          }),
        );
      }),
    );
  });

  it("in the audit channel", () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const entry = link(EMPTY_CHAIN, {
          kind: "request.created",
          at: new Date(0),
          actor: { slackUserId: "U0MAYA", email: text },
          requestId: text,
          subject: text,
          policyHash: null,
          details: { reason: text, roles: [text], nested: { text } },
        });
        const told = auditMessage([entry]);
        expectPlain(told);
        const asTold = [`reason: “${text}”`, `reason: ${text}`, quotedLines(text, 30) || " "];
        const shown = textsIn(told.blocks).map((each) => each.text);
        expect(shown.some((each) => asTold.some((one) => each.includes(one)))).toBe(true);
      }),
    );
  });

  it("in a refusal", () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const errors = [
          new SubjectNotFoundError(text, [text]),
          new AmbiguousSubjectError(text, [text, text]),
          new UnknownRoleError(text, [text]),
        ];
        for (const error of errors) expectPlain(shortMessage("That was not done", ...refusalLines(error)));
      }),
    );
  });

  it("in a form", () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const form = changeFormView({
          draftId: "00000000-0000-4000-8000-000000000001",
          kind: "add_roles",
          facts: someFacts({ username: text, displayName: text, orgName: text }),
          warnings: [{ code: "legal_hold", matters: [text] }],
          roleOptions: [{ id: "r", name: text }],
          chosenRoles: [],
          lengths: [null, 8],
          chosenLength: null,
          temporaryGrants: [someGrant({ role: { id: "r", name: text } })],
          chosenOrg: null,
          undo: null,
          othersOpen: [7],
          emergency: null,
          approvalsNeeded: 1,
          asksLegalHold: true,
          isFrozen: false,
        });
        const views = [
          form,
          chooseSubjectView("d", [text], { isFrozen: false }),
          loadingView("d", "Deactivate", text),
        ];
        for (const view of views) expect(markupIn(view)).toEqual([]);
      }),
    );
  });

  it("in the text of a notification, which Slack does read as markup", () => {
    fc.assert(fc.property(nasty, (text) => expectPlain(message(text, []))));
  });
});
