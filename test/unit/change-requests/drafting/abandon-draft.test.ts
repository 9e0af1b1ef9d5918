import { expect, it } from "vitest";
import { createAbandonDraft, type Draft } from "../../../../src/change-requests/index.ts";
import { someDraft } from "../../../support/draft-objects.ts";
import { clockAt, uowOf } from "../../../support/stub-ports.ts";

const NOW = new Date("2026-11-01T09:00:00Z");

/** The state of Maya's draft after this person closes its modal. */
async function closedBy(slackUserId: string, draft: Partial<Draft> | null) {
  const kept: object[] = [];
  const drafts = {
    lock: async () => draft && someDraft(draft),
    update: async (_id: string, patch: object) => void kept.push(patch),
  };
  const abandon = createAbandonDraft({ uow: uowOf({ drafts }), clock: clockAt(NOW) });
  return { place: await abandon(someDraft().id, slackUserId), kept };
}

it("a form whose opener closes it is over, and the opener is told so where they opened it", async () => {
  expect(await closedBy("U0MAYA", {})).toEqual({ place: someDraft().place, kept: [{ expiresAt: NOW }] });
});

it.each<[string, string, Partial<Draft> | null]>([
  ["of another opener", "U0THEO", {}],
  ["that has led to a request", "U0MAYA", { requestId: 7 }],
  ["that is gone", "U0MAYA", null],
])("a form %s is left as it is", async (_which, slackUserId, draft) => {
  expect(await closedBy(slackUserId, draft)).toEqual({ place: null, kept: [] });
});
