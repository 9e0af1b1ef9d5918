import { expect, it } from "vitest";
import { type Place, RequestNotFoundError } from "../../../../../src/change-requests/index.ts";
import { ACTION_IDS } from "../../../../../src/slack/ids/registrations.ts";
import { extendGrants } from "../../../../../src/slack/listeners/actions/change-buttons.ts";
import type { ButtonListener } from "../../../../../src/slack/listeners/listener.ts";
import type { SlackDeps } from "../../../../../src/slack/listeners/slack-deps.ts";

const CARD: Place = { channelId: "C0INC", threadTs: "17.5" };

/** Theo presses Extend under the warning that the bot sent him directly. */
async function extended(placeOf: (requestId: number, slackUserId: string) => Promise<Place>) {
  const asked: unknown[] = [];
  const prepared: unknown[] = [];
  const told: unknown[] = [];
  const deps = {
    claimDelivery: async () => true,
    grantQueries: { placeOf },
    startDraft: async (start: object) => {
      asked.push(start);
      return { id: "draft" };
    },
    prepareDraft: async (...all: readonly unknown[]) => {
      prepared.push(all);
      throw new RequestNotFoundError(7);
    },
    api: {
      posting: { views: { open: async () => ({ view: { id: "V1" } }) } },
      reading: { views: { update: async () => {} } },
    },
    log: () => {},
  } as unknown as SlackDeps; // nothing else of it is used
  const delivery = {
    ack: async () => {},
    respond: async (message: unknown) => void told.push(message),
    body: { user: { id: "U0THEO" }, channel: { id: "D0THEO" }, container: {}, trigger_id: "1.2" },
    action: { action_id: ACTION_IDS.extend, action_ts: "17.5", value: "7", block_id: "grants" },
  };
  await extendGrants(deps, delivery as unknown as Parameters<ButtonListener>[1]); // nothing else of it is read
  return { asked, prepared, told };
}

it("roles are extended where they were asked for, also by the button under a warning sent directly", async () => {
  const named: unknown[] = [];
  const { asked, prepared, told } = await extended(async (...all) => {
    named.push(all);
    return CARD;
  });
  expect(named).toEqual([[7, "U0THEO"]]);
  expect(asked).toMatchObject([{ slackUserId: "U0THEO", place: CARD, kind: "add_roles" }]);
  expect(prepared).toEqual([["draft", "U0THEO", expect.objectContaining({ extends: 7, undoes: null })]]);
  expect(told).toEqual([]);
});

it("a person who may not know of a request is told so where they pressed Extend, and no form opens", async () => {
  const { asked, told } = await extended(() => Promise.reject(new RequestNotFoundError(7)));
  expect(asked).toEqual([]);
  expect(JSON.stringify(told)).toContain("There is no CR-7 that you can see.");
});
