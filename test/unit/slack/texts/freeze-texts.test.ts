import { expect, it } from "vitest";
import {
  type Grant,
  REQUEST_STATES,
  type RequestView,
  type Target,
  type TargetState,
} from "../../../../src/change-requests/index.ts";
import { announcement, bulkAnnouncement } from "../../../../src/slack/messages/announcement.ts";
import { bulkCard } from "../../../../src/slack/messages/bulk-card.ts";
import { grantList } from "../../../../src/slack/messages/grant-list.ts";
import { requestCard } from "../../../../src/slack/messages/request-card.ts";
import { heldRoles, roleList } from "../../../../src/slack/messages/role-messages.ts";
import { subjectCard } from "../../../../src/slack/messages/subject-card.ts";
import { alarmMessage } from "../../../../src/slack/texts/emergency-texts.ts";
import { freezeAnnouncement, whatFollows } from "../../../../src/slack/texts/freeze-texts.ts";
import { bulkInputView } from "../../../../src/slack/views/bulk-input-view.ts";
import { chooseSubjectView } from "../../../../src/slack/views/choose-subject-view.ts";
import {
  someDecision,
  someFacts,
  someGrant,
  someRequest,
  someTarget,
  someView,
} from "../../../support/domain-objects.ts";
import { readable } from "../block-texts.ts";

/** Words that would tell a reader that a change is happening or will happen soon. */
const HAPPENING =
  /\bNow:|\bat once\b|in a moment|[Bb]eing removed|keeps trying|Deactivate now|tries again\.|runs at once|\bnow\?|Revoke now/;
const EMERGENCY = { ratifyWithinHours: 24, escalateTo: [] };
const GRANTED = {
  state: "done",
  change: { kind: "add_roles", roles: [{ id: "alert-emails", name: "Alert Emails" }], grantHours: 8 },
  targets: [someTarget({ state: "verified", settledAt: new Date(0) })],
} as const;
const WARNED = someGrant({ warnedAt: new Date(0) });
const REVOKING = someGrant({
  state: "revoking",
  failedAttempts: 3,
  explanation: "No.",
  waitingFor: "incydr",
});

function frozen(patch: Parameters<typeof someRequest>[0], grants: readonly Grant[] = []): RequestView {
  return someView(someRequest({ decisions: [someDecision()], ...patch }), { grants, isFrozen: true });
}

function two(state: TargetState = "waiting"): Target[] {
  return [0, 1].map((position) => someTarget({ position, state }));
}

it.each(REQUEST_STATES)(
  "while changes are frozen, no card of a request that is %s says that a change happens",
  (state) => {
    for (const emergency of [null, EMERGENCY])
      for (const waitingFor of [null, "incydr"] as const)
        expect(readable(requestCard(frozen({ state, emergency, waitingFor })).blocks)).not.toMatch(HAPPENING);
    for (const paused of [false, true])
      expect(readable(bulkCard(frozen({ state, paused, targets: two() })).blocks)).not.toMatch(HAPPENING);
  },
);

it.each(["pending", "stale", "approved", "executing"] as const)(
  "the card of a request that is %s says that changes are frozen, also of a bulk that is paused",
  (state) => {
    const cards = [
      requestCard(frozen({ state })),
      requestCard(frozen({ state, waitingFor: "freeze" })),
      bulkCard(frozen({ state, targets: two() })),
      bulkCard(frozen({ state, paused: true, targets: two() })),
    ];
    for (const { blocks } of cards) {
      expect(readable(blocks)).toMatch(/[Aa]ll changes (to Incydr )?are frozen\./);
      expect(readable(blocks)).toMatch(/🧊 .*(when|until) changes are unfrozen/);
    }
  },
);

it.each(["approved", "executing"] as const)(
  "a card says nothing of a freeze that is over while its request is %s",
  (state) => {
    expect(
      readable(requestCard(someView(someRequest({ state, waitingFor: "freeze" }))).blocks),
    ).not.toContain("frozen");
  },
);

it("the thread of a request says what a freeze means for an approved change and for one that has begun", () => {
  const said = "All changes are frozen; it runs when they are unfrozen.";
  const bulk = frozen({ state: "approved", targets: two() });
  for (const message of [
    announcement(frozen({ state: "approved" }), "approved:0.1"),
    announcement(frozen({ state: "approved", emergency: EMERGENCY }), "approved:0.1"),
    bulkAnnouncement(bulk, "approved:0.1"),
  ])
    expect(readable(message?.blocks)).toContain(said);
  const begun = readable(announcement(frozen({ state: "executing" }), "approved:0.1")?.blocks);
  expect(begun).toContain(
    "All changes are frozen, but this change had already started. The bot checks whether it was made.",
  );
  const begunBulk = bulkAnnouncement(frozen({ state: "executing", targets: two() }), "approved:0.1");
  expect(readable(begunBulk?.blocks)).toContain("The bot checks the users in progress. The others wait.");
  expect(whatFollows(frozen({ state: "pending" }))).toBe("");
});

it.each([
  ["approved", true],
  ["done", false],
  ["cancelled", false],
] as const)("the alarm of an emergency that is %s tells of the freeze: %s", (state, isTold) => {
  const text = readable(alarmMessage(frozen({ state, emergency: EMERGENCY }), "begun").blocks);
  expect(text.includes("🧊 All changes are frozen; it runs when they are unfrozen.")).toBe(isTold);
  expect(text.includes("🧊")).toBe(isTold);
});

it("while changes are frozen, no text about temporary roles says that one is taken away", () => {
  for (const grants of [[WARNED], [REVOKING], [WARNED, { ...REVOKING, role: { id: "b", name: "B" } }]]) {
    const view = frozen(GRANTED, grants);
    expect(readable(requestCard(view).blocks)).not.toMatch(HAPPENING);
    expect(JSON.stringify(requestCard(view).blocks)).not.toMatch(/accessibility_label":"[^"]*\bnow\b/);
    expect(readable(requestCard(view).blocks)).toContain("🧊 All changes are frozen.");
    for (const topic of ["grants_end_soon", "grants_overdue:1"])
      expect(readable(announcement(view, topic)?.blocks ?? [])).not.toMatch(HAPPENING);
    const list = readable(grantList(grants, null, { isFrozen: true }).blocks);
    expect(list).not.toMatch(HAPPENING);
    expect(list).toContain("🧊 All changes are frozen.");
  }
});

it("look-ups, lists and forms say that changes are frozen, and say nothing of a freeze while there is none", () => {
  const shown = (isFrozen: boolean) => [
    subjectCard(someFacts(), { grants: [], userLinkTemplate: null, isFrozen }).blocks,
    roleList({ kind: "roles", roles: [{ roleId: "a", roleName: "A" }], isComplete: true, isFrozen }).blocks,
    heldRoles({
      ...{ kind: "held_roles", userId: "1", username: "a@x.example", roles: [], grants: [], isFrozen },
      page: { first: 1, isMore: false, total: 0, previous: null, next: null },
    }).blocks,
    grantList([], null, { isFrozen }).blocks,
    bulkInputView({ id: "d", kind: "deactivate" }, { isFrozen }).blocks,
    chooseSubjectView("d", [], { isFrozen }).blocks,
  ];
  for (const blocks of shown(true)) {
    expect(readable(blocks)).toContain("🧊 All changes are frozen.");
    expect(readable(blocks)).not.toMatch(HAPPENING);
  }
  for (const blocks of shown(false)) expect(readable(blocks)).not.toContain("frozen");
});

it("no card tells of a freeze while there is none", () => {
  for (const state of REQUEST_STATES)
    expect(readable(requestCard(someView(someRequest({ state }))).blocks)).not.toContain("frozen");
});

it("the end of a freeze claims that changes go on only if the configuration doesn't stop them", () => {
  const freeze = { by: "U0JONAS", at: "2026-11-01T09:00:00.000Z" };
  const over = { ...freeze, ended: { by: "U0THEO", at: "2026-11-01T10:00:00.000Z" } };
  const stopped = readable(freezeAnnouncement(over, { isReadOnly: true }).blocks);
  expect(stopped).not.toContain("Changes are unfrozen");
  expect(stopped).toContain(
    "Changes are still stopped by READ_ONLY in the bot's configuration. Ask an administrator.",
  );
});
