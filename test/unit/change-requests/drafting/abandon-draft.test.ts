import { expect, it } from "vitest";
import { createAbandonDraft, type Draft, type Transaction } from "../../../../src/change-requests/index.ts";

const NOW = new Date("2026-11-01T09:00:00Z");
const PLACE = { channelId: "C0APPROVE", threadTs: null };

/** The state of Maya's draft after this person closes its modal. */
async function closedBy(slackUserId: string, draft: Partial<Draft> | null) {
  const stored = draft && {
    opener: { slackUserId: "U0MAYA", email: null },
    place: PLACE,
    requestId: null,
    ...draft,
  };
  const kept: object[] = [];
  const tx = {
    drafts: { lock: async () => stored, update: async (_id: string, patch: object) => void kept.push(patch) },
  } as unknown as Transaction; // nothing else of it is used
  const clock = { now: () => NOW, sleep: async () => {} };
  const abandon = createAbandonDraft({ uow: { run: (work) => work(tx), read: (work) => work(tx) }, clock });
  return { place: await abandon("9f4f6f5e-0000-4000-8000-00000000000a", slackUserId), kept };
}

it("a draft whose modal its opener closes is over, and they are told where they began it", async () => {
  expect(await closedBy("U0MAYA", {})).toEqual({ place: PLACE, kept: [{ expiresAt: NOW }] });
});

it.each<[string, string, Partial<Draft> | null]>([
  ["is somebody else's", "U0THEO", {}],
  ["has led to a request already", "U0MAYA", { requestId: 7 }],
  ["is gone", "U0MAYA", null],
])("a draft that %s is left as it is", async (_which, slackUserId, draft) => {
  expect(await closedBy(slackUserId, draft)).toEqual({ place: null, kept: [] });
});
