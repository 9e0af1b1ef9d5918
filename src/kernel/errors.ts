/**
 * The base of every error this product throws: a literal `code` to switch on, a message that says what
 * failed, for which id, and what to do next, and the `cause`.
 */
export abstract class AppError<Code extends string = string> extends Error {
  readonly code: Code;

  constructor(code: Code, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/**
 * An error that answers a person: what they asked for was not done. `slack/texts` makes the sentence from its code and
 * data, which are plain JSON; the message is for the log and for the audit log.
 */
export abstract class RefusalError<Code extends string = string, Data = unknown> extends AppError<Code> {
  readonly data: Data;

  constructor(code: Code, data: Data, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
    this.data = data;
  }
}

/** The message of anything thrown, for logs and stored diagnostics. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** An error, its causes, and the errors that an `AggregateError` collects; at most eight levels deep. */
export function withCauses(thrown: unknown, depth = 0): readonly Error[] {
  if (!(thrown instanceof Error) || depth > 8) return [];
  const collected = thrown instanceof AggregateError ? thrown.errors : [];
  return [thrown, ...[thrown.cause, ...collected].flatMap((each) => withCauses(each, depth + 1))];
}
