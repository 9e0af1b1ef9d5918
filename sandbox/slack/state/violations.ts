/** One violation of Slack's rules by the app. */
export interface Violation {
  kind:
    | "unknown_method"
    | "invalid_arguments"
    | "invalid_blocks"
    | "view_too_large"
    | "missing_scope"
    | "not_allowed_token_type"
    | "no_text"
    | "missing_fallback_text"
    | "message_too_long"
    | "invalid_acknowledgement"
    | "ambiguous_response"
    | "too_many_connections";
  /** The Web API method, `response_url`, or the type of the acknowledged payload. */
  where: string;
  detail: string;
}

/** The record of the app's actions that Slack refuses or warns about. */
export interface ViolationLog {
  readonly entries: readonly Violation[];
  add(violation: Violation): void;
  /** If there are violations, throws an error that lists them. */
  assertNone(): void;
  clear(): void;
}

/** Creates an empty record. */
export function createViolationLog(): ViolationLog {
  const entries: Violation[] = [];
  return {
    entries,
    add: (violation) => void entries.push(violation),
    clear: () => void entries.splice(0),
    assertNone: () => {
      if (entries.length === 0) return;
      const lines = entries.map(({ kind, where, detail }) => `- ${where}: ${kind}: ${detail}`);
      throw new Error(`The app broke Slack's rules ${entries.length} time(s):\n${lines.join("\n")}`);
    },
  };
}
