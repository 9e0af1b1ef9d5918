/** The base of every error of this product. `message` is for the log: the failed action, its id, and advice. */
export abstract class AppError<Code extends string = string> extends Error {
  readonly code: Code;

  constructor(code: Code, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/**
 * An error that becomes an answer to a person: the bot did not do what they asked for. `slack/texts` makes the sentence
 * from `code` and `data`, which is plain JSON. `message` is for the log and the audit log.
 */
export abstract class RefusalError<Code extends string = string, Data = unknown> extends AppError<Code> {
  readonly data: Data;

  constructor(code: Code, data: Data, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
    this.data = data;
  }
}

export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** An error, its causes, and the errors that an `AggregateError` collects; at most eight levels deep. */
export function withCauses(thrown: unknown, depth = 0): readonly Error[] {
  if (!(thrown instanceof Error) || depth > 8) return [];
  const collected = thrown instanceof AggregateError ? thrown.errors : [];
  return [thrown, ...[thrown.cause, ...collected].flatMap((each) => withCauses(each, depth + 1))];
}
