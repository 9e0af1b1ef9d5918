import { LISTENERS } from "../../src/slack/listeners/listeners.ts";
import type { SlackDeps } from "../../src/slack/listeners/slack-deps.ts";
import { CHOICE_BLOCKS } from "../../src/slack/views/choose-subject-view.ts";
import { someRequest } from "./domain-objects.ts";

type Listener = (deps: SlackDeps, delivery: object) => Promise<void>;

/** The place of CR-7's card. */
export const CARD = { channelId: "C0INC", threadTs: "1700000000.000100" };
export const SHOWN = "0123456789abcdef";
export const DRAFT = "0b0f5a5e-0000-4000-8000-000000000000";

interface Setting {
  /** Whether the delivery comes for the first time, or the error of this question. */
  readonly isFirst?: boolean | Error;
  readonly isFrozen?: boolean;
  /** The error with which every call fails. */
  readonly fails?: Error | null;
  /** Parts that replace or extend the default parts of the listeners. */
  readonly parts?: (does: Does) => object;
}

/** Makes a function that records its call under this name, and returns this answer. */
type Does = (name: string, answer?: unknown) => (...all: unknown[]) => Promise<unknown>;

/** The calls of the listeners to their parts, by name and in order; `steps` has the acks too. */
export function setUpListeners({ isFirst = true, isFrozen = false, fails = null, parts }: Setting = {}) {
  const done: [string, ...unknown[]][] = [];
  const steps: string[] = [];
  const does: Does =
    (name, answer = null) =>
    async (...all) => {
      done.push([name, ...all]);
      steps.push(name);
      if (fails && name !== "respond") throw fails;
      return answer;
    };
  const deps = {
    claimDelivery: async () => {
      if (isFirst instanceof Error) throw isFirst;
      return isFirst;
    },
    isFrozen: async () => isFrozen,
    respond: (_url: string, message: object) => does("respond")(message),
    log: () => {},
    jobs: { enqueue: does("enqueue") },
    recordForgery: does("recordForgery"),
    openDenial: does("openDenial", someRequest({ id: 7 })),
    openDispute: does("openDispute", someRequest({ id: 7 })),
    startDraft: does("startDraft", { id: DRAFT }),
    prepareDraft: async (...all: unknown[]) => {
      done.push(["prepareDraft", ...all]);
      throw new Error("It is not read here.");
    },
    suggestUsers: does("suggestUsers"),
    searchOrgs: does("searchOrgs", []),
    searchRoles: does("searchRoles", []),
    submitDraft: does("submitDraft", 1),
    abandonDraft: does("abandonDraft", CARD),
    submitBulk: does("submitBulk", 1),
    bulkOpening: { give: does("give") },
    grantQueries: { placeOf: does("placeOf", CARD) },
    people: { groupChanged: does("groupChanged") },
    api: {
      posting: {
        views: {
          open: async ({ view }: { view: object }) => {
            done.push(["open", view]);
            steps.push("open");
            return { view: { id: "V1" } };
          },
        },
      },
      reading: { views: { update: async () => {} } },
    },
    ...parts?.(does),
  } as unknown as SlackDeps; // nothing else of it is used
  const hear = async (listener: unknown, delivery: object) => {
    const acks: unknown[] = [];
    const ack = async (answer: unknown = null) => {
      acks.push(answer);
      steps.push("acked");
    };
    await (listener as Listener)(deps, { ack, ...delivery }); // given what Slack gives
    return { acks, done, steps, names: done.map(([name]) => name) };
  };
  return { hear, steps };
}

/** The delivery of Theo's click on a button of CR-7's card; `body` and `action` have other fields. */
export function click(actionId: string, { body = {}, action = {} } = {}) {
  return {
    body: {
      user: { id: "U0THEO" },
      channel: { id: CARD.channelId },
      message: { thread_ts: CARD.threadTs },
      container: { channel_id: "C0OTHER" },
      trigger_id: "1.2",
      ...body,
    },
    action: {
      ...{ action_id: actionId, action_ts: "17.5", value: "7", block_id: `decision:${SHOWN}` },
      ...action,
    },
  };
}

/** Theo clicks a button on CR-7's card, or on another card. */
export function press(actionId: keyof typeof LISTENERS.buttons, value = "7", setting: Setting = {}) {
  return setUpListeners(setting).hear(LISTENERS.buttons[actionId], click(actionId, { action: { value } }));
}

/** Theo submits a modal, or closes it. */
export function send(
  listener: unknown,
  { metadata = DRAFT, values = {}, viewId = "V1", by = "U0THEO" }: Sent,
  setting: Setting = {},
) {
  return setUpListeners(setting).hear(listener, {
    body: { user: { id: by } },
    view: {
      id: viewId,
      callback_id: "a modal",
      title: { text: "A modal" },
      private_metadata: metadata,
      state: { values },
    },
  });
}

interface Sent {
  readonly metadata?: string;
  readonly values?: object;
  readonly viewId?: string;
  readonly by?: string;
}

/** Presses “Act on this user” at a message. */
export function shortcut(message: { ts: string; thread_ts?: string }, setting: Setting = {}) {
  return setUpListeners(setting).hear(LISTENERS.shortcuts.act_on_user, {
    shortcut: {
      channel: { id: "C0INC" },
      user: { id: "U0THEO" },
      message: { ...message, text: "Alert about nadia@harborlight.example" },
      message_ts: message.ts,
      trigger_id: "1.2",
    },
  });
}

/** The filled-in form that asks whom a message is about. */
export const CHOICE = {
  [CHOICE_BLOCKS.who]: { value: { value: "nadia@harborlight.example" } },
  [CHOICE_BLOCKS.kind]: { value: { selected_option: { value: "add_roles" } } },
};
