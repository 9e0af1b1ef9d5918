import { describe, expect, it } from "vitest";
import { EMPTY_CHAIN, link } from "../../../src/audit/index.ts";
import {
  type PreparedDraft,
  REQUEST_STATES,
  type RequestView,
  TARGET_STATES,
  UnknownRoleError,
} from "../../../src/change-requests/index.ts";
import { quotedName } from "../../../src/kernel/quoted-name.ts";
import { announcement, bulkAnnouncement } from "../../../src/slack/messages/announcement.ts";
import { auditMessage } from "../../../src/slack/messages/audit-message.ts";
import { bulkCard } from "../../../src/slack/messages/bulk-card.ts";
import { deviceList } from "../../../src/slack/messages/device-list.ts";
import { grantList } from "../../../src/slack/messages/grant-list.ts";
import {
  digestMessage,
  type LinkedLine,
  personalDigest,
} from "../../../src/slack/messages/reminder-digest-message.ts";
import { requestCard } from "../../../src/slack/messages/request-card.ts";
import { heldRoles, roleList } from "../../../src/slack/messages/role-messages.ts";
import { subjectCard } from "../../../src/slack/messages/subject-card.ts";
import { alarmMessage } from "../../../src/slack/texts/emergency-texts.ts";
import { formFaultTexts } from "../../../src/slack/texts/field-faults.ts";
import { invitationMessage } from "../../../src/slack/texts/invitation-texts.ts";
import { givenBack, type Message, shortMessage } from "../../../src/slack/texts/message.ts";
import { refusalLines } from "../../../src/slack/texts/refusal.ts";
import { plain, quotation } from "../../../src/slack/texts/rich-text.ts";
import { changeFormView } from "../../../src/slack/views/change-form-view.ts";
import { chooseSubjectView } from "../../../src/slack/views/choose-subject-view.ts";
import { loadingView } from "../../../src/slack/views/notice-view.ts";
import { denialFormView } from "../../../src/slack/views/reason-form-view.ts";
import { AmbiguousSubjectError, SubjectNotFoundError } from "../../../src/subjects/index.ts";
import {
  someDecision,
  someFacts,
  someGrant,
  someRequest,
  someTarget,
  someView,
} from "../../support/domain-objects.ts";
import { linesOutsideQuotations, textsIn } from "./block-texts.ts";
import { somePreparedDraft } from "./some-prepared-draft.ts";

/** Texts that look like the bot's own lines if a line begins with one of them. */
const FAKED_LINES = [
  "👍 Approved by @Priya Raman on Nov 29, 2026 7:40 PM",
  "Legal hold no",
  "✅ Done and verified. Nothing is left to decide.",
];
/** Texts that Slack reads as a mention, a link or a style if they are markup. */
const MARKUP = "<!channel> <@U0NADIA> <https://evil.example|Incydr> *bold* `code` :smile: &lt; &";
const BREAKS = ["\n", "\r\n", "\r", "\v", "\f", "\u0085", "\u2028", "\u2029"];
const FAKED = `Leaves today ${MARKUP}${BREAKS.flatMap((br) => FAKED_LINES.map((line) => br + line)).join("")}\u202E\u2066\u0007`;

const ROLE = { id: "r", name: FAKED };
const NAMES = { fact: "yes", names: [FAKED] } as const;
const FACTS = someFacts({
  username: FAKED,
  displayName: FAKED,
  orgName: FAKED,
  roles: [ROLE],
  devices: NAMES,
  agents: NAMES,
  legalHold: NAMES,
  watchlists: NAMES,
});
const OPERATOR = { slackUserId: "U0THEO", email: FAKED };
const GRANT = someGrant({
  role: ROLE,
  username: FAKED,
  failedAttempts: 1,
  explanation: FAKED,
  warnedAt: new Date(0),
});

const views: RequestView[] = REQUEST_STATES.flatMap((state) =>
  TARGET_STATES.flatMap((targetState) =>
    [1, 2].map((targetCount): RequestView => {
      const target = someTarget({
        ...{ username: FAKED, displayName: FAKED, facts: FACTS },
        ...{ state: targetState, explanation: FAKED, settledAt: new Date(0) },
      });
      const at = new Date(0);
      const request = someRequest({
        ...{ state, targetCount, reason: FAKED, ticket: FAKED, requester: OPERATOR },
        change: { kind: "add_roles", roles: [ROLE], grantHours: 8 },
        emergency: { ratifyWithinHours: 24, escalateTo: ["leads"] },
        ratification: {
          ...{ state: "disputed", deadlineAt: at, overdue: true },
          decision: { by: OPERATOR, at, reason: FAKED },
        },
        decisions: [someDecision({ verdict: "denial", reason: FAKED })],
        targets: Array.from({ length: targetCount }, (_, position) => ({ ...target, position })),
      });
      const grants = [GRANT, { ...GRANT, state: "revoking" as const }];
      return someView(request, { grants, temporaryGrants: [GRANT] });
    }),
  ),
);
const single = views.filter(({ request }) => request.targetCount === 1);
const many = views.filter(({ request }) => request.targetCount === 2);
const TOPICS = [
  ...[...REQUEST_STATES, "renewed", "ratification", "ratification_overdue", "ratified", "disputed"],
  ...["done:verified", "done:failed", "done:unknown", "done:partly_verified", "grants_overdue:1"],
];
const [first] = single;
if (!first) throw new Error("There is no view.");
const { request } = first;
const digestLine: LinkedLine = {
  ...{ request, step: "escalation", escalateTo: ["leads"], approvalsMissing: 1 },
  ...{ invitedApprovers: [], revoking: [], cardUrl: null },
};
const ROLE_LIST = { kind: "roles", isComplete: true, isFrozen: false } as const;
const HELD = {
  ...({ kind: "held_roles", userId: "1", grants: [], isFrozen: false } as const),
  page: { first: 1, isMore: false, total: 1, previous: null, next: null },
};
const HELD_ROLE = { id: "r", name: "R", createdAt: null, modifiedAt: null };
const FORM: Partial<PreparedDraft> = {
  facts: FACTS,
  warnings: [{ code: "legal_hold", matters: [FAKED] }],
  roleOptions: [ROLE],
  temporaryGrants: [GRANT],
  chosenOrg: { guid: "g", name: FAKED, parent: FAKED, active: true },
  asksLegalHold: true,
};
const entry = (details: object) =>
  link(EMPTY_CHAIN, {
    ...{ kind: "request.created", at: new Date(0), actor: OPERATOR, requestId: "CR-1", subject: FAKED },
    ...{ policyHash: null, details: { ...details } },
  });

/** A list of a device, and a list of an agent, in which each text is this name. */
const devicesNamed = (name: string) =>
  (["device", "agent"] as const).map((of) =>
    deviceList({
      ...{ kind: "devices", of, username: name, total: 1, isComplete: true, isFiltered: false },
      items: [
        {
          ...{ name, host: name, os: name, version: name, issues: [name], active: true, blocked: true },
          ...{ alertState: 1, lastConnected: null },
        },
      ],
    }),
  );

it.each<[string, () => unknown]>([
  ["on a card in any state", () => single.map(requestCard)],
  ["on the card of a bulk", () => many.map(bulkCard)],
  ["in a thread", () => TOPICS.flatMap((topic) => single.map((view) => announcement(view, topic)))],
  ["in a bulk's thread", () => TOPICS.flatMap((topic) => many.map((view) => bulkAnnouncement(view, topic)))],
  [
    "in an alarm",
    () => (["begun", "overdue", "disputed"] as const).map((topic) => alarmMessage(first, topic)),
  ],
  [
    "in the audit channel",
    () =>
      auditMessage([
        entry({ reason: FAKED, ticket: FAKED, roles: [FAKED, FAKED], nested: { why: FAKED } }),
        entry({ reason: "short", explanation: FAKED }),
      ]),
  ],
  ["in a digest", () => [digestMessage([digestLine]), personalDigest([digestLine])]],
  ["in an invitation", () => invitationMessage(request, { url: null, isPrivate: true })],
  ["in a look-up", () => subjectCard(FACTS, { grants: [GRANT], userLinkTemplate: null, isFrozen: false })],
  [
    "in a list",
    () => [
      roleList({ ...ROLE_LIST, roles: [{ roleId: FAKED, roleName: FAKED }] }),
      heldRoles({ ...HELD, username: FAKED, roles: [{ ...HELD_ROLE, id: FAKED, name: FAKED }] }),
      grantList([GRANT], FAKED, { isFrozen: false }),
      devicesNamed(FAKED),
    ],
  ],
  [
    "in a form",
    () => [
      ...(["move", "add_roles"] as const).map((kind) => changeFormView(somePreparedDraft({ ...FORM, kind }))),
      denialFormView(request, {
        ...{ requestId: 1, shownSnapshot: "s", place: { channelId: "C", threadTs: null } },
      }),
      chooseSubjectView("d", [FAKED], { isFrozen: false }),
      loadingView("d", "Move", FAKED),
    ],
  ],
  ["in an answer", () => shortMessage(FAKED, [plain(FAKED)], ...givenBack({ "You typed": FAKED }))],
  ["in a quotation", () => quotation("Reason", FAKED)],
  [
    "in a refusal",
    () => [
      shortMessage("That was not done", ...refusalLines(new SubjectNotFoundError(FAKED, [FAKED]))),
      shortMessage("That was not done", ...refusalLines(new AmbiguousSubjectError(FAKED, [FAKED, FAKED]))),
      shortMessage("That was not done", ...refusalLines(new UnknownRoleError(FAKED, [FAKED]))),
    ],
  ],
])("a text of others %s is neither a line of the bot's nor markup", (_where, show) => {
  const shown = show();
  const lines = linesOutsideQuotations(shown).map((line) => line.trim());
  for (const faked of FAKED_LINES) expect(lines.filter((line) => line.startsWith(faked))).toEqual([]);
  for (const { type, text } of textsIn(shown)) {
    expect(type).not.toBe("mrkdwn");
    expect(text).not.toMatch(/[\u202A-\u202E\u2066-\u2069\u2028]|(?!\n)\p{Cc}/u);
  }
  for (const summary of summariesIn(shown)) {
    expect(summary).not.toMatch(/[<>]/);
    expect(summary.replaceAll(/&(amp|lt|gt);/g, "")).not.toContain("&");
  }
});

/** The text of each message. Slack reads it as markup, and makes the notification from it. */
function summariesIn(shown: unknown): string[] {
  if (Array.isArray(shown)) return shown.flatMap(summariesIn);
  if (typeof shown !== "object" || shown === null) return [];
  const { text, blocks } = shown as Partial<Message>; // any message or view
  return typeof text === "string" && blocks ? [text] : [];
}

it("a reason, a ticket and an audited text are shown in full, markup included", () => {
  const card = requestCard(someView(someRequest({ reason: MARKUP, ticket: MARKUP })));
  const texts = textsIn(card.blocks).map(({ text }) => text);
  expect(texts).toContain(MARKUP);
  expect(texts).toContain(`“${MARKUP}”`);
  const audited = textsIn(auditMessage([entry({ reason: MARKUP })]).blocks).map(({ text }) => text);
  expect(audited.join("\n")).toContain(MARKUP);
});

it("the names of people in the error of a field are one line", () => {
  const faults = [
    { kind: "bot", name: "Theo\nOkafor" },
    { kind: "guest", name: "Sam" },
  ] as const;
  expect(formFaultTexts({ people_asked: faults })).toEqual({
    people_asked: "Theo Okafor is a bot. Sam is a guest.",
  });
});

/** A name that would read as two details if it were shown without quotes. */
const MORE = "Sales · ✅ Verified";

describe("a name that says more than a name", () => {
  const facts = someFacts({
    ...{ username: MORE, displayName: MORE, orgName: MORE, roles: [{ id: "r", name: MORE }] },
    ...{ devices: { fact: "yes", names: [MORE] }, legalHold: { fact: "yes", names: [MORE] } },
  });
  const role = { id: "r", name: MORE };
  const grant = someGrant({ role, username: MORE, warnedAt: new Date(0), explanation: null });
  const named: RequestView[] = single.map((view) => {
    const [target] = view.request.targets;
    if (!target) throw new Error("There is no target.");
    const targets = [{ ...target, username: MORE, displayName: MORE, facts, explanation: null }];
    const change = { kind: "add_roles", roles: [role], grantHours: 8 } as const;
    const about = { ...view.request, targets, change, reason: "Leaves.", ticket: MORE, decisions: [] };
    return someView(about, { grants: [grant, { ...grant, state: "revoking" }], temporaryGrants: [grant] });
  });
  const moved: RequestView[] = named.map((view) => {
    const change = { kind: "move", org: { guid: "g", name: MORE } } as const;
    const { request: about } = view;
    const later = { kind: "change", requestId: 2, undoes: null, at: new Date(0), change } as const;
    const [target] = about.targets;
    if (!target) throw new Error("There is no target.");
    const standing = { ...view.standing, reversedBy: { ...later, target } };
    return someView({ ...about, change }, { standing });
  });
  const calm = [...named, ...moved].map((view) => ({
    ...view,
    request: { ...view.request, emergency: null },
  }));
  const all = [...named, ...moved, ...calm];

  it.each<[string, () => unknown]>([
    ["on a card in any state", () => all.map(requestCard)],
    [
      "in a thread",
      () => [...TOPICS, "grants_ending"].flatMap((topic) => all.map((v) => announcement(v, topic))),
    ],
    ["in an alarm", () => all.map((view) => alarmMessage(view, "begun"))],
    [
      "in an invitation",
      () => all.map((view) => invitationMessage(view.request, { url: null, isPrivate: true })),
    ],
    ["in a look-up", () => subjectCard(facts, { grants: [grant], userLinkTemplate: null, isFrozen: false })],
    [
      "in a list",
      () => [
        roleList({ ...ROLE_LIST, roles: [{ roleId: "r", roleName: MORE }] }),
        heldRoles({ ...HELD, username: MORE, roles: [{ ...HELD_ROLE, name: MORE }] }),
        grantList([grant], MORE, { isFrozen: false }),
        grantList([grant], null, { isFrozen: false }),
        grantList([], MORE, { isFrozen: false }),
        devicesNamed(MORE),
      ],
    ],
    [
      "in a suggestion",
      () => [
        refusalLines(new SubjectNotFoundError("x", [MORE])),
        refusalLines(new UnknownRoleError("x", [MORE])),
      ],
    ],
  ])("a name that says more than a name stands in quotes %s", (_where, show) => {
    const texts = allTexts(show());
    expect(texts.some((text) => text.includes(MORE))).toBe(true);
    for (const text of texts) expect(text.replaceAll(`“${MORE}”`, "")).not.toContain(MORE);
  });
});

/** Each text, summaries included. */
function allTexts(shown: unknown): string[] {
  if (typeof shown === "string") return [shown];
  return typeof shown === "object" && shown !== null ? Object.values(shown).flatMap(allTexts) : [];
}

describe("quotedName", () => {
  it.each(["Alert Emails", "PROe User", "O’Brien", "nadia.petrov@harborlight.example", "R&D (EU)", "R2.D2"])(
    "a name that is only a name stays as it is: %s",
    (name) => {
      expect(quotedName(name)).toBe(name);
    },
  );

  it.each([
    ["Sales, Org Admin", "“Sales, Org Admin”"],
    ["Sales. Approved by Priya", "“Sales. Approved by Priya”"],
    ["x” · approvals: “9", "“x' · approvals: '9”"],
    ["✅ Verified", "“✅ Verified”"],
    ["Nadia (theo@harborlight.example)", "“Nadia (theo@harborlight.example)”"],
    ["Sales,\u00A0Org Admin", "“Sales,\u00A0Org Admin”"],
    ["Sales\u2009•\u2009Verified", "“Sales\u2009•\u2009Verified”"],
    ["销售，管理员", "“销售，管理员”"],
    ["x❞ ends here", "“x' ends here”"],
    ["", "“”"],
  ])("a name that could be taken for more stands in quotes: %s", (name, shown) => {
    expect(quotedName(name)).toBe(shown);
  });
});

it("a value in the audit channel can't be taken for another detail", () => {
  const [line = ""] = linesOutsideQuotations(
    auditMessage([entry({ role: "x · approvals: 9", count: 2 })]).blocks,
  ).filter((each) => each.includes("role"));
  expect(line).toContain(" · role: “x · approvals: 9” · count: 2 · ");
});
