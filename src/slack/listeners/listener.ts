import type {
  BlockAction,
  ButtonAction,
  MessageShortcut,
  OverflowAction,
  SlackActionMiddlewareArgs,
  SlackCommandMiddlewareArgs,
  SlackEventMiddlewareArgs,
  SlackOptionsMiddlewareArgs,
  SlackShortcutMiddlewareArgs,
  SlackViewMiddlewareArgs,
  ViewClosedAction,
  ViewSubmitAction,
} from "@slack/bolt";
import type { ACTION_IDS, MENU_IDS, OVERFLOW_IDS, REGISTRATIONS, VIEW_IDS } from "../ids/registrations.ts";
import type { SlackDeps } from "./slack-deps.ts";

/** Handles one delivery of Slack's, and acks it. */
type Listener<Delivery> = (deps: SlackDeps, delivery: Delivery) => Promise<void>;

export type CommandListener = Listener<SlackCommandMiddlewareArgs>;
export type ButtonListener = Listener<SlackActionMiddlewareArgs<BlockAction<ButtonAction>>>;
export type OverflowListener = Listener<SlackActionMiddlewareArgs<BlockAction<OverflowAction>>>;
export type MenuListener = Listener<SlackOptionsMiddlewareArgs<"block_suggestion">>;
export type SubmissionListener = Listener<SlackViewMiddlewareArgs<ViewSubmitAction>>;
export type ClosingListener = Listener<SlackViewMiddlewareArgs<ViewClosedAction>>;
export type ShortcutListener = Listener<SlackShortcutMiddlewareArgs<MessageShortcut>>;

type ValueOf<Ids> = Ids[keyof Ids];
type ModalId = ValueOf<typeof VIEW_IDS>;
type NoticeId = typeof VIEW_IDS.notice;
export type EventName = (typeof REGISTRATIONS.events)[number];

/** The listener of everything that Slack may deliver, by the name that Slack gives it. */
export interface Listeners {
  readonly commands: Readonly<Record<(typeof REGISTRATIONS.commands)[number], CommandListener>>;
  readonly buttons: Readonly<Record<ValueOf<typeof ACTION_IDS>, ButtonListener>>;
  readonly overflows: Readonly<Record<ValueOf<typeof OVERFLOW_IDS>, OverflowListener>>;
  readonly menus: Readonly<Record<ValueOf<typeof MENU_IDS>, MenuListener>>;
  readonly submissions: Readonly<Record<Exclude<ModalId, NoticeId>, SubmissionListener>>;
  readonly closings: Readonly<Record<NoticeId, ClosingListener>>;
  readonly shortcuts: Readonly<
    Record<(typeof REGISTRATIONS.shortcuts)[number]["callbackId"], ShortcutListener>
  >;
  readonly events: { readonly [Name in EventName]: Listener<SlackEventMiddlewareArgs<Name>> };
}
