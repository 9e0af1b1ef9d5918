import { randomBytes } from "node:crypto";

/** How long a trigger id can be used (Slack: 3 s). */
const TRIGGER_LIFETIME_MS = 3000;

/** What a trigger id stands for: what a person did, and where. */
export interface Trigger {
  personId: string;
  /** The channel the person was in. */
  channelId?: string | undefined;
  /** Set where the person acted inside a modal; only such a trigger can push a view. */
  viewId?: string | undefined;
}

/** Slack's errors for a trigger id that can't be used. */
export type TriggerRefusal = "invalid_trigger_id" | "expired_trigger_id" | "exchanged_trigger_id";

/** The trigger ids handed out; each works once, for three seconds. */
export interface TriggerIds {
  issue(trigger: Trigger): string;
  /** Uses up a trigger id. */
  exchange(id: string): Trigger | TriggerRefusal;
}

/** Creates an empty register. `now` is in milliseconds. */
export function createTriggerIds(options: { now: () => number }): TriggerIds {
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
      if (options.now() - trigger.at > TRIGGER_LIFETIME_MS) return "expired_trigger_id";
      trigger.exchanged = true;
      return trigger;
    },
  };
}
