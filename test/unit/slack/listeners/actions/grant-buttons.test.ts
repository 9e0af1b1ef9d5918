import type { App } from "@slack/bolt";
import { expect, it } from "vitest";
import { type Place, RequestNotFoundError } from "../../../../../src/change-requests/index.ts";
import { ACTION_IDS } from "../../../../../src/slack/ids/registrations.ts";
import { registerGrantButtons } from "../../../../../src/slack/listeners/actions/grant-buttons.ts";
import type { SlackDeps } from "../../../../../src/slack/listeners/slack-deps.ts";

type Press = (delivery: object) => Promise<void>;

const CARD: Place = { channelId: "C0INC", threadTs: "17.5" };

/** Theo presses Extend under the warning that the bot sent him directly. */
async function extended(placeOf: (requestId: number, slackUserId: string) => Promise<Place>) {
  const listeners = new Map<string, Press>();
  const app = {
    action: ({ action_id }: { action_id: string }, listener: Press) => listeners.set(action_id, listener),
  } as unknown as App; // nothing else of it is used
  const asked: unknown[] = [];
  const prepared: unknown[] = [];
  const told: unknown[] = [];
  const deps = {
    claimDelivery: async () => true,
    grantDesk: { placeOf },
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
  registerGrantButtons(app, deps);
  await listeners.get(ACTION_IDS.extend)?.({
    ack: async () => {},
    respond: async (message: unknown) => void told.push(message),
    body: { user: { id: "U0THEO" }, channel: { id: "D0THEO" }, container: {}, trigger_id: "1.2" },
    action: { action_id: ACTION_IDS.extend, action_ts: "17.5", value: "7", block_id: "grants" },
  });
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
