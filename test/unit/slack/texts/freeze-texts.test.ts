import { describe, expect, it } from "vitest";
import {
  type Grant,
  REQUEST_STATES,
  type RequestView,
  type Target,
  type TargetState,
} from "../../../../src/change-requests/index.ts";
import { announcement, bulkAnnouncement } from "../../../../src/slack/messages/announcement.ts";
import { bulkCard } from "../../../../src/slack/messages/bulk-card.ts";
import { grantList, roleList } from "../../../../src/slack/messages/command-answers.ts";
import { requestCard } from "../../../../src/slack/messages/request-card.ts";
import { subjectCard } from "../../../../src/slack/messages/subject-card.ts";
import { alarmMessage } from "../../../../src/slack/texts/emergency-texts.ts";
import { freezeAnnouncement, readOnlyAnnouncement } from "../../../../src/slack/texts/freeze-texts.ts";
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

/** Words by which a reader would take a change for happening, or about to. */
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

describe("while changes are frozen", () => {
  it.each(REQUEST_STATES)("no card of a request that is %s says that a change happens", (state) => {
    for (const emergency of [null, EMERGENCY]) {
      expect(readable(requestCard(frozen({ state, emergency })).blocks)).not.toMatch(HAPPENING);
      expect(readable(requestCard(frozen({ state, emergency, waitingFor: "incydr" })).blocks)).not.toMatch(
        HAPPENING,
      );
    }
    for (const paused of [false, true])
      expect(readable(bulkCard(frozen({ state, paused, targets: two() })).blocks)).not.toMatch(HAPPENING);
  });

  it.each(["pending", "stale", "approved", "executing"] as const)(
    "the card of a request that is %s says that they are, also of a bulk that is paused",
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

  it("the confirmation of an approval says that it runs when they are unfrozen", () => {
    expect(readable(requestCard(frozen({ state: "pending" })).blocks)).toContain(
      "With enough approvals, it runs when they are unfrozen",
    );
  });

  it("the thread of an approved request says that it runs when they are unfrozen", () => {
    const said = "All changes are frozen; it runs when they are unfrozen.";
    expect(readable(announcement(frozen({ state: "approved" }), "approved:0.1")?.blocks)).toBe(
      `CR-1 approved by : deactivate nadia.petrov@harborlight.example. ${said}`,
    );
    for (const view of [frozen({ state: "approved", emergency: EMERGENCY }), frozen({ state: "approved" })])
      expect(readable(announcement(view, "approved:0.1")?.blocks)).toContain(said);
    const bulk = frozen({ state: "approved", targets: two() });
    expect(readable(bulkAnnouncement(bulk, "approved:0.1")?.blocks)).toContain(said);
    const begun = readable(announcement(frozen({ state: "executing" }), "approved:0.1")?.blocks);
    expect(begun).toContain("All changes are frozen; a write already in progress will finish.");
  });

  it("the alarm of an emergency says that it runs when they are unfrozen", () => {
    const text = readable(alarmMessage(frozen({ state: "approved", emergency: EMERGENCY }), "begun").blocks);
    expect(text).toContain("🧊 All changes are frozen; it runs when they are unfrozen.");
    expect(text).toContain("Requested by");
  });

  it.each(["done", "cancelled"] as const)(
    "the alarm of an emergency that is %s says nothing of the freeze",
    (state) => {
      const { blocks } = alarmMessage(frozen({ state, emergency: EMERGENCY }), "begun");
      expect(readable(blocks)).not.toContain("🧊");
    },
  );

  it("nothing about temporary roles says that one is taken away", () => {
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

  it("look-ups and forms say that they are", () => {
    const isFrozen = true;
    const shown = [
      subjectCard(someFacts(), { grants: [], userLinkTemplate: null, isFrozen }).blocks,
      roleList([{ roleId: "a", roleName: "A" }], { isFrozen }).blocks,
      grantList([], null, { isFrozen }).blocks,
      bulkInputView({ id: "d", kind: "deactivate" }, { isFrozen }).blocks,
      chooseSubjectView("d", [], { isFrozen }).blocks,
    ];
    for (const blocks of shown) {
      expect(readable(blocks)).toContain("🧊 All changes are frozen.");
      expect(readable(blocks)).not.toMatch(HAPPENING);
    }
  });
});

it("says nothing of a freeze while there is none", () => {
  for (const state of REQUEST_STATES)
    expect(readable(requestCard(someView(someRequest({ state }))).blocks)).not.toContain("frozen");
  expect(
    readable(subjectCard(someFacts(), { grants: [], userLinkTemplate: null, isFrozen: false }).blocks),
  ).not.toContain("frozen");
});

it("announces a freeze, and its end as far as changes really go on", () => {
  const freeze = { by: "U0JONAS", at: "2026-11-01T09:00:00.000Z", ended: null };
  expect(readable(freezeAnnouncement(freeze, { isReadOnly: false }).blocks)).toContain(
    "🧊 All changes are frozen",
  );
  const over = { ...freeze, ended: { by: "U0THEO", at: "2026-11-01T10:00:00.000Z" } };
  expect(readable(freezeAnnouncement(over, { isReadOnly: false }).blocks)).toContain("Changes are unfrozen.");
  const stopped = readable(freezeAnnouncement(over, { isReadOnly: true }).blocks);
  expect(stopped).not.toContain("Changes are unfrozen");
  expect(stopped).toContain(
    "Changes are still stopped by READ_ONLY in the bot's configuration. Ask an administrator.",
  );
  expect(readable(readOnlyAnnouncement(true).blocks)).toContain("🧊 All changes are frozen");
});
