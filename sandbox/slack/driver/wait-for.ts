import type { ChangeSignal } from "../state/change-signal.ts";
import type { Person } from "../state/workspace.ts";
import type { Message } from "./message-view.ts";
import type { Modal } from "./modal-view.ts";
import { transcript } from "./transcript.ts";

/** The condition of a wait: a part of the plain text, a pattern, or a function of the whole message or modal. */
export type Matcher<T> = string | RegExp | ((candidate: T) => boolean);

/** The longest wait, in real milliseconds; default: the simulator's `waitTimeoutMs`. */
export interface WaitOptions {
  timeoutMs?: number | undefined;
}

interface Wait<T> {
  timeoutMs: number;
  person: Person;
  changes: ChangeSignal;
  /** The texts that the person sees now. */
  look: () => T;
}

/** Resolves to the newest matching message, as soon as there is one. Rejects with the visible messages. */
export function waitForMessage(
  wait: Wait<Message[]> & { channel: string; match: Matcher<Message>; after?: Message },
): Promise<Message> {
  const { person, changes, look, channel, match, after, timeoutMs } = wait;
  const isLater = (message: Message) => !after || Number(message.ts) > Number(after.ts);
  return changes.waitFor(() => look().findLast((message) => matches(message, match) && isLater(message)), {
    timeoutMs,
    failure: () => {
      const wanted = `no message in #${channel} that matches ${describe(match)}`;
      const visible = transcript(look()) || "(nothing)";
      return `${person.displayName} sees ${wanted} after ${timeoutMs} ms. Visible:\n${visible}`;
    },
  });
}

/** Resolves to the top modal, as soon as it matches. Rejects with the open modal. */
export function waitForModal(wait: Wait<Modal | undefined> & { match: Matcher<Modal> }): Promise<Modal> {
  const { person, changes, look, match, timeoutMs } = wait;
  const matching = () => {
    const top = look();
    return top && matches(top, match) ? top : undefined;
  };
  return changes.waitFor(matching, {
    timeoutMs,
    failure: () => {
      const wanted = `no modal that matches ${describe(match)}`;
      return `${person.displayName} has ${wanted} after ${timeoutMs} ms. Open:\n${look()?.plain ?? "(none)"}`;
    },
  });
}

/** Resolves as soon as no modal is open. */
export async function waitForNoModal(wait: Wait<Modal | undefined>): Promise<void> {
  const { person, changes, look, timeoutMs } = wait;
  await changes.waitFor(() => (look() ? undefined : true), {
    timeoutMs,
    failure: () => `${person.displayName} still has a modal open after ${timeoutMs} ms:\n${look()?.plain}`,
  });
}

function matches<T extends { plain: string }>(candidate: T, match: Matcher<T>): boolean {
  if (typeof match === "string") return candidate.plain.includes(match);
  return match instanceof RegExp ? match.test(candidate.plain) : match(candidate);
}

function describe<T>(match: Matcher<T>): string {
  return typeof match === "function" ? "the given test" : String(match);
}
