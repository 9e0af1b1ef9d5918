import { randomBytes } from "node:crypto";

/** The action behind a trigger id, and its place. */
export interface Trigger {
  personId: string;
  /** The person's current channel. */
  channelId?: string | undefined;
  /** Set if the person acted in a modal. Only such a trigger can push a view. */
  viewId?: string | undefined;
}

/** Slack's errors for a trigger id that can't be used. */
export type TriggerRefusal = "invalid_trigger_id" | "expired_trigger_id" | "exchanged_trigger_id";

/** The issued trigger ids. Each works once, and for a limited time. */
export interface TriggerIds {
  issue(trigger: Trigger): string;
  /** Uses up a trigger id. */
  exchange(id: string): Trigger | TriggerRefusal;
}

/** Creates an empty register. `now` and `lifetimeMs` are in milliseconds. */
export function createTriggerIds(options: { now: () => number; lifetimeMs: number }): TriggerIds {
  const issued = new Map<string, Trigger & { at: number; exchanged: boolean }>();
  let count = 0;
  return {
    issue: (trigger) => {
      count += 1;
      const id = `${1_000_000_000 + count}.${2_000_000_000 + count}.${randomBytes(16).toString("hex")}`;
      issued.set(id, { ...trigger, at: options.now(), exchanged: false });
      return id;
    },
    exchange: (id) => {
      const trigger = issued.get(id);
      if (!trigger) return "invalid_trigger_id";
      if (trigger.exchanged) return "exchanged_trigger_id";
      if (options.now() - trigger.at > options.lifetimeMs) return "expired_trigger_id";
      trigger.exchanged = true;
      return trigger;
    },
  };
}
