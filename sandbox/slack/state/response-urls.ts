import { randomBytes } from "node:crypto";

/** The most uses of one response URL (Slack: 5). */
const RESPONSE_URL_USES = 5;
/** The lifetime of a response URL (Slack: 30 minutes). */
const RESPONSE_URL_LIFETIME_MS = 30 * 60 * 1000;

/** The action for which a response URL was made. */
export interface ResponseTarget {
  /** `command` and `shortcut` have no message to replace. */
  source: "command" | "shortcut" | "message" | "view";
  personId: string;
  channelId: string;
  /** The clicked message, if any. */
  messageTs?: string;
  /** The thread of that message. */
  threadTs?: string | undefined;
}

/** The issued response URLs. */
export interface ResponseUrls {
  issue(target: ResponseTarget): string;
  /** Counts one use of the URL with this path. A refusal is Slack's error code. */
  use(path: string): ResponseTarget | "used_url" | "expired_url" | "no_such_url";
}

/** Creates an empty register. `baseUrl` is the simulator's address; `now` is in milliseconds. */
export function createResponseUrls(options: {
  now: () => number;
  teamId: string;
  baseUrl: () => string;
}): ResponseUrls {
  const issued = new Map<string, ResponseTarget & { at: number; uses: number }>();
  return {
    issue: (target) => {
      const family =
        target.source === "command" ? "commands" : target.source === "shortcut" ? "app" : "actions";
      const path = `/${family}/${options.teamId}/${issued.size + 1}/${randomBytes(12).toString("hex")}`;
      issued.set(path, { ...target, at: options.now(), uses: 0 });
      return `${options.baseUrl()}${path}`;
    },
    use: (path) => {
      const target = issued.get(path);
      if (!target) return "no_such_url";
      if (options.now() - target.at > RESPONSE_URL_LIFETIME_MS) return "expired_url";
      if (target.uses >= RESPONSE_URL_USES) return "used_url";
      target.uses += 1;
      return target;
    },
  };
}
