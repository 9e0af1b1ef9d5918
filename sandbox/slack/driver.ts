import type { Dispatcher } from "./delivery/dispatcher.ts";
import type { DeliveryRecord } from "./delivery/envelope.ts";
import { type ActionOptions, type ActionResult, act } from "./driver/act.ts";
import type { ClientContext, DispatchResult, Tamper } from "./driver/client-context.ts";
import { closeView } from "./driver/close-view.ts";
import { channelNamed, conversationOf } from "./driver/conversation.ts";
import type { FieldInput } from "./driver/field-input.ts";
import { chooseInField, fillField } from "./driver/fill-field.ts";
import { findButton, findField } from "./driver/find-element.ts";
import { type Message, messagesSeenBy, viewMessage } from "./driver/message-view.ts";
import { type Modal, viewModal } from "./driver/modal-view.ts";
import { type PostOptions, postMessage } from "./driver/post-message.ts";
import { type CommandOptions, runCommand } from "./driver/run-command.ts";
import { assertSubscribed, sendEvent } from "./driver/send-event.ts";
import { type SubmitOptions, type SubmitResult, submitView } from "./driver/submit-view.ts";
import { suggestOptions } from "./driver/suggest-options.ts";
import { type ActingSurface, blocksOf } from "./driver/surface.ts";
import { transcript } from "./driver/transcript.ts";
import { useGlobalShortcut, useMessageShortcut } from "./driver/use-shortcut.ts";
import {
  type Matcher,
  type WaitOptions,
  waitForMessage,
  waitForModal,
  waitForNoModal,
} from "./driver/wait-for.ts";
import { viewPayload } from "./payloads/view-payload.ts";
import type { SlackState } from "./state/slack-state.ts";
import type { OpenView } from "./state/view-store.ts";
import type { Person } from "./state/workspace.ts";

export type { ActionResult, DispatchResult, FieldInput, Matcher, Message, Modal, SubmitResult };

/** The place of an element: a message, or else the person's top modal. */
export interface PlaceOptions extends ActionOptions {
  message?: Message;
  /** Uses the message as it is in this copy, like a client that has not received a later change. */
  stale?: boolean;
}

/** One person with their Slack client. All their actions reach the app over the wire. */
export interface SlackPerson {
  readonly person: Readonly<Person>;
  /** Types a slash command; resolves when the app acks it or the time is over. */
  command(line: string, options: CommandOptions): Promise<DispatchResult>;
  /** The messages that this person sees in a channel (or `dm`) now, oldest first, with ephemerals and replies. */
  sees(channel: string): Message[];
  /** The same messages as text. */
  transcript(channel: string): string;
  /** The newest matching message, as soon as there is one; rejects with the messages visible then. */
  waitForMessage(
    channel: string,
    match: Matcher<Message>,
    options?: WaitOptions & { after?: Message },
  ): Promise<Message>;
  /** The current version of a message; `undefined` if it is deleted or no longer visible. */
  current(message: Message): Message | undefined;
  /** The top modal. */
  modal(): Modal | undefined;
  /** Every open modal, the lowest first. */
  modals(): Modal[];
  /** Resolves to the top modal, as soon as it matches. */
  waitForModal(match: Matcher<Modal>, options?: WaitOptions): Promise<Modal>;
  /** Resolves as soon as no modal is open. */
  waitForNoModal(options?: WaitOptions): Promise<void>;
  /** Fills in fields of the top modal, by label, placeholder, action_id or block_id. */
  fill(fields: Record<string, FieldInput>): Promise<void>;
  /** Types into an external menu of the top modal, and chooses nothing; resolves to the texts of the options. */
  typeIn(field: string, query: string): Promise<string[]>;
  /** Chooses in one field. An element that dispatches sends `block_actions` to the app. */
  choose(field: string, input: FieldInput, options?: PlaceOptions): Promise<ActionResult>;
  submit(options?: SubmitOptions): Promise<SubmitResult>;
  /** Closes the top modal, or with `all` every modal; resolves to the acks of `view_closed`. */
  close(options?: { all?: boolean }): Promise<DispatchResult[]>;
  /** Clicks a button by its text or action_id. */
  click(button: string, options?: PlaceOptions): Promise<ActionResult>;
  shortcut(name: string, options: { message: Message; tamper?: Tamper }): Promise<DispatchResult>;
  globalShortcut(name: string, options?: { tamper?: Tamper }): Promise<DispatchResult>;
  post(channel: string, text: string, options?: PostOptions): Message;
  reply(message: Message, text: string, options?: PostOptions): Message;
  /** Posts a message that mentions the bot; rejects if the manifest doesn't subscribe to mentions. */
  mention(channel: string, text: string): Promise<{ message: Message; delivery: DeliveryRecord | undefined }>;
  /** Opens the bot's Home tab, or its messages tab; rejects if the manifest doesn't subscribe to it. */
  openHome(tab?: "home" | "messages"): Promise<DeliveryRecord | undefined>;
  /** The Home tab as published for this person. */
  home(): Modal | undefined;
}

/** The client of one person of the workspace. */
export function createPerson(options: {
  person: Person;
  state: SlackState;
  dispatcher: Dispatcher;
  verificationToken: string;
  /** The default time of a wait. */
  waitTimeoutMs: number;
}): SlackPerson {
  const { person, state, waitTimeoutMs } = options;
  const client: ClientContext = options;
  const { views, changes } = state;
  const sees = (channel: string) => messagesSeenBy(state, person.id, channelNamed(client, channel).id);
  const shown = (view: OpenView | undefined) => (view ? viewModal(state, view) : undefined);
  const modal = () => shown(views.top(person.id));
  const topView = () => {
    const view = views.top(person.id);
    if (!view) throw new Error(`${person.displayName} has no modal open.`);
    return view;
  };
  const stored = (message: Message) => {
    const found = state.messages.find(message.channelId, message.ts);
    if (!found) throw new Error(`There is no message ${message.ts} in ${message.channelId}.`);
    return found;
  };
  const surfaceOf = ({ message, stale }: PlaceOptions): ActingSurface => {
    if (!message) {
      const view = views.top(person.id) ?? views.home(person.id);
      if (!view) throw new Error(`${person.displayName} has no modal open, and no message is given.`);
      return { kind: "view", view };
    }
    const found = stored(message);
    if (stale) return { kind: "message", message: found, blocks: message.blocks };
    if (!sees(message.channelId).some(({ ts }) => ts === message.ts)) {
      throw new Error(`${person.displayName} doesn't see the message ${message.ts} any more.`);
    }
    conversationOf(client, message.channelId);
    return { kind: "message", message: found, blocks: found.blocks };
  };

  return {
    person,
    sees,
    modal,
    command: (line, given) => runCommand(client, line, given),
    transcript: (channel) => transcript(sees(channel)),
    waitForMessage: (channel, match, given) =>
      waitForMessage({
        ...{ person, changes, look: () => sees(channel), channel, match },
        ...{ ...given, timeoutMs: given?.timeoutMs ?? waitTimeoutMs },
      }),
    current: (message) => sees(message.channelId).find(({ ts }) => ts === message.ts),
    modals: () => views.stack(person.id).map((view) => viewModal(state, view)),
    waitForModal: (match, given) =>
      waitForModal({ person, changes, look: modal, match, timeoutMs: given?.timeoutMs ?? waitTimeoutMs }),
    waitForNoModal: (given) =>
      waitForNoModal({ person, changes, look: modal, timeoutMs: given?.timeoutMs ?? waitTimeoutMs }),
    fill: async (fields) => {
      for (const [name, input] of Object.entries(fields)) {
        const view = topView();
        await fillField(client, { kind: "view", view }, findField(view.definition.blocks, name), input);
      }
    },
    typeIn: async (field, query) => {
      const view = topView();
      const placed = findField(view.definition.blocks, field);
      const options = await suggestOptions(client, { kind: "view", view }, placed, query);
      return options.map(({ text }) => text.text);
    },
    choose: async (field, input, given = {}) => {
      const surface = surfaceOf(given);
      return chooseInField(client, surface, findField(blocksOf(surface), field), input, given);
    },
    submit: async (given) => submitView(client, topView(), given),
    close: (given) => closeView(client, given),
    click: async (button, given = {}) => {
      const surface = surfaceOf(given);
      return act(client, surface, findButton(blocksOf(surface), button), given);
    },
    shortcut: async (name, { message, tamper }) => useMessageShortcut(client, name, stored(message), tamper),
    globalShortcut: (name, { tamper } = {}) => useGlobalShortcut(client, name, tamper),
    post: (channel, text, given) =>
      viewMessage(state, postMessage(client, channel, text, given).message, person.id),
    reply: (message, text, given) => {
      const threadTs = message.threadTs ?? message.ts;
      const { message: reply } = postMessage(client, message.channelId, text, { ...given, threadTs });
      return viewMessage(state, reply, person.id);
    },
    mention: async (channel, text) => {
      assertSubscribed(state, "app_mention");
      const { message, events } = postMessage(client, channel, `@${state.workspace.app.botName} ${text}`);
      const delivery = (await events).find((record) => record?.type === "app_mention");
      return { message: viewMessage(state, message, person.id), delivery };
    },
    openHome: async (tab = "home") => {
      assertSubscribed(state, "app_home_opened");
      const view = views.home(person.id);
      const channel = state.workspace.directMessage(person.id).id;
      const published = view ? { view: viewPayload(view, state.workspace) } : {};
      return sendEvent(client, { type: "app_home_opened", user: person.id, channel, tab, ...published });
    },
    home: () => shown(views.home(person.id)),
  };
}
