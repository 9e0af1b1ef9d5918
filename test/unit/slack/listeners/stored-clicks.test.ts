import { describe, expect, it } from "vitest";
import type { Job } from "../../../../src/change-requests/index.ts";
import { ACTION_IDS, VIEW_IDS } from "../../../../src/slack/ids/registrations.ts";
import { LISTENERS } from "../../../../src/slack/listeners/listeners.ts";
import type { SlackDeps } from "../../../../src/slack/listeners/slack-deps.ts";
import { denialFormView, REASON_BLOCK } from "../../../../src/slack/views/reason-form-view.ts";
import { someRequest } from "../../../support/domain-objects.ts";

type Listener = (deps: SlackDeps, delivery: object) => Promise<void>;

const PLACE = { channelId: "C0APPROVE", threadTs: null };

/** The listeners of buttons and reason forms, and in which order they store and ack. */
function setUp({ isStored = true, isFirst = true } = {}) {
  const listeners = new Map<string, Listener>(
    Object.entries({ ...LISTENERS.buttons, ...LISTENERS.submissions } as Record<string, Listener>), // given what Slack gives
  );
  const steps: string[] = [];
  const jobs: Job[] = [];
  const acks: unknown[] = [];
  const deps = {
    jobs: {
      enqueue: async (job: Job) => {
        if (!isStored) throw new Error("The database is away.");
        steps.push("stored");
        jobs.push(job);
      },
    },
    claimDelivery: async () => isFirst,
    recordForgery: async (_who: string, what: string) => void steps.push(`forged ${what}`),
    openDenial: async () => someRequest(),
    openDispute: async () => someRequest(),
    api: { posting: { views: { open: async () => steps.push("opened") } } },
    log: () => {},
  } as unknown as SlackDeps; // nothing else of it is used
  const deliver = async (id: string, delivery: object) => {
    const listener = listeners.get(id);
    if (!listener) throw new Error(`Nothing listens to ${id}.`);
    const ack = async (answer: unknown = null) => {
      steps.push("acked");
      acks.push(answer);
    };
    await listener(deps, { ack, respond: async () => {}, ...delivery });
  };
  const press = (actionId: string, { by = "U0THEO", value = "7", at = "17.5" } = {}) =>
    deliver(actionId, {
      body: { user: { id: by }, channel: { id: "C0APPROVE" }, container: {}, trigger_id: "1.2" },
      action: { action_id: actionId, action_ts: at, value, block_id: "decision:0123456789abcdef" },
    });
  const send = (reason: string, { metadata = "", viewId = "V1", by = "U0THEO" } = {}) =>
    deliver(VIEW_IDS.denialForm, {
      body: { user: { id: by } },
      view: {
        id: viewId,
        callback_id: VIEW_IDS.denialForm,
        private_metadata: metadata,
        state: { values: statedBy(reason) },
      },
    });
  return { press, send, steps, jobs, acks };
}

const OPENED = { requestId: 7, place: PLACE, shownSnapshot: "0123456789abcdef" };
const FORM = denialFormView(someRequest({ id: 7 }), OPENED);

/** What Slack says was typed into the form's only input. */
function statedBy(reason: string): object {
  return { [REASON_BLOCK]: { value: { type: "plain_text_input", value: reason } } };
}

const STORED = [
  ...(["approve", "cancel", "renew", "ratify", "pause", "resume", "stop"] as const),
  "revokeNow",
] as const;

describe("a click that changes something", () => {
  it.each(STORED)("is stored before it is acked: %s", async (name) => {
    const { press, steps, jobs } = setUp();
    await press(ACTION_IDS[name]);
    expect(steps).toEqual(["stored", "acked"]);
    expect(jobs).toMatchObject([{ click: { requestId: 7, slackUserId: "U0THEO", place: PLACE } }]);
  });

  it.each(STORED)("isn't acked where it can't be stored, so that Slack says so: %s", async (name) => {
    const { press, steps } = setUp({ isStored: false });
    await expect(press(ACTION_IDS[name])).rejects.toThrow();
    expect(steps).toEqual([]);
  });

  it("has one id however often it is delivered, and another from another person, at another time, or on another button", async () => {
    const { press, jobs } = setUp();
    for (let time = 0; time < 2; time += 1) await press(ACTION_IDS.approve);
    await press(ACTION_IDS.approve, { by: "U0PRIYA" });
    await press(ACTION_IDS.approve, { at: "18.5" });
    await press(ACTION_IDS.approve, { value: "8" });
    await press(ACTION_IDS.cancel);
    const ids = jobs.map((job) => ("click" in job ? job.click.clickId : ""));
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(5);
  });

  it.each(["", "0", "-1", "7 or 1", "1e3", "7.5", "9".repeat(20)])(
    "on a button that is none of the bot's stores nothing: %j",
    async (value) => {
      const { press, jobs, steps } = setUp();
      await press(ACTION_IDS.approve, { value });
      expect(jobs).toEqual([]);
      expect(steps[0]).toBe("acked");
      expect(steps).toContainEqual(expect.stringMatching(/^forged/));
    },
  );
});

describe("a click that asks for a reason", () => {
  it.each(["deny", "dispute"] as const)("stores nothing, and opens one form a click: %s", async (name) => {
    const first = setUp();
    await first.press(ACTION_IDS[name]);
    expect(first.steps).toEqual(["acked", "opened"]);
    const again = setUp({ isFirst: false });
    await again.press(ACTION_IDS[name]);
    expect(again.steps).toEqual(["acked"]);
  });
});

describe("a reason that is sent", () => {
  const metadata = FORM.private_metadata ?? "";

  it("is stored before it is acked", async () => {
    const { send, steps, jobs } = setUp();
    await send("Not now", { metadata });
    expect(steps).toEqual(["stored", "acked"]);
    expect(jobs).toMatchObject([
      {
        kind: "decide",
        click: { verdict: "denial", reason: "Not now", requestId: 7, slackUserId: "U0THEO" },
      },
    ]);
  });

  it("has one id for one form of one person", async () => {
    const { send, jobs } = setUp();
    for (let time = 0; time < 2; time += 1) await send("Not now", { metadata });
    await send("Not now", { metadata, viewId: "V2" });
    await send("Not now", { metadata, by: "U0PRIYA" });
    const ids = jobs.map((job) => ("click" in job ? job.click.clickId : ""));
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(3);
  });

  it("that can't be stored is said not to be known, and the form stays open", async () => {
    const { send, acks } = setUp({ isStored: false });
    await send("Not now", { metadata });
    expect(acks).toMatchObject([{ response_action: "errors" }]);
  });

  it.each(["", "  "])("that says nothing stays in the form: %j", async (reason) => {
    const { send, acks, jobs } = setUp();
    await send(reason, { metadata });
    expect(acks).toMatchObject([{ response_action: "errors" }]);
    expect(jobs).toEqual([]);
  });

  it("with a form that is none of the bot's is stored nowhere, and audited", async () => {
    const { send, acks, jobs, steps } = setUp();
    await send("Not now", { metadata: "forged" });
    expect(jobs).toEqual([]);
    expect(acks).toMatchObject([{ response_action: "update" }]);
    expect(steps[0]).toMatch(/^forged/);
  });
});
