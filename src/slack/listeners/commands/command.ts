import type { Answer, OptionFault, Place } from "../../../change-requests/index.ts";
import type { Message, TypedTexts } from "../../texts/message.ts";
import type { SendAnswer } from "../send-answer.ts";
import type { SlackDeps } from "../slack-deps.ts";

/** A person who typed a command, and the ways to answer. */
export interface CommandContext {
  readonly deps: SlackDeps;
  readonly slackUserId: string;
  readonly place: Place;
  readonly triggerId: string;
  /** The typed text, which a refusal gives back; empty for a command of one word. */
  readonly typed: TypedTexts;
  readonly sendAnswer: SendAnswer;
  /** Sends a message that can't be stored; `answer` replaces it if Slack does not take it. */
  readonly sendMessage: (message: Message, answer: Answer) => Promise<void>;
  /**
   * Answers with the result of `work`, or with the reason of its failure.
   * @param options.isLookUp whether `work` can't request or change anything; default true
   */
  reply(work: () => Promise<Answer | null>, options?: { isLookUp: boolean }): Promise<void>;
}

/** A text that a command can't be read from. `typed` is the unknown part; `option` is a fault of one option. */
export type NotUnderstood = { readonly typed: string } | { readonly option: OptionFault };

/** Reads and runs one command. `parse` gets the text behind the command's name, and does no I/O. */
export interface Command<Args extends object> {
  parse(argument: string): Args | { readonly notUnderstood: NotUnderstood };
  run(context: CommandContext, args: Args): Promise<void>;
}

/** Lets the compiler infer the type of a command's arguments. */
export function command<Args extends object>(definition: Command<Args>): Command<Args> {
  return definition;
}
