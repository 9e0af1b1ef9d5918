import { IncydrError, isIncydrError } from "../incydr/index.ts";

/** Concurrent readings. The client's rate limiter decides their real speed. */
const CALLS_AT_ONCE = 8;

/** Why one of many users could not be read. */
export type UserFault =
  /** No user has this name or id; `gone`: the user was there a moment before. */
  | { readonly kind: "no_such_user" | "gone" }
  /** Several users have the same name. */
  | { readonly kind: "several_users"; readonly userIds: readonly string[] }
  | { readonly kind: "list_may_be_incomplete" | "activity_unknown" }
  /** Incydr's answer about this user; `status` is of HTTP. */
  | { readonly kind: "not_permitted" | "refused" | "not_understood" | "timed_out" }
  | { readonly kind: "failed"; readonly status: number | null };

export interface ReadFault {
  readonly fault: UserFault;
}

/** Readings of one user. Within each, the client itself repeats lost answers and 502, 503 and 504. */
const MOST_READINGS = 2;
/** This many failures in a row count as an outage of Incydr. */
const MOST_FAILURES_IN_A_ROW = 20;

/**
 * Reads each of many users. A user whose reading fails gets a fault, and the others are read.
 * @throws {IncydrError} if an error concerns the whole client: no connection, refused credentials, the rate limit, or a
 * deadline before the request was sent. Also after 20 failures in a row, or if Incydr answered about no user. A refusal
 * of a name or id counts as an answer.
 */
export async function readEach<Item, Read>(
  items: readonly Item[],
  read: (item: Item) => Promise<Read>,
): Promise<Map<Item, Read | ReadFault>> {
  const results = new Map<Item, Read | ReadFault>();
  let hasAnswered = false;
  let lastFailure: IncydrError | null = null;
  let failuresInARow = 0;
  await inParallel(items, async (item) => {
    const result = await readOne(() => read(item));
    if (result instanceof IncydrError && !isAboutItem(result)) {
      failuresInARow += 1;
      if (failuresInARow >= MOST_FAILURES_IN_A_ROW) throw result;
      lastFailure = result;
    } else {
      hasAnswered = true;
      failuresInARow = 0;
    }
    results.set(item, result instanceof IncydrError ? { fault: faultOf(result) } : result);
  });
  if (!hasAnswered && lastFailure) throw lastFailure;
  return results;
}

/** The reading, or an error that concerns only this user. */
async function readOne<Read>(read: () => Promise<Read>): Promise<Read | IncydrError> {
  for (let reading = 1; ; reading += 1) {
    try {
      return await read();
    } catch (error) {
      if (!isIncydrError(error) || concernsClient(error)) throw error;
      if (reading === MOST_READINGS || !isWorthRepeating(error)) return error;
    }
  }
}

function concernsClient({ code, status, sent }: IncydrError): boolean {
  switch (code) {
    case "unauthorized":
    case "rate_limited":
    case "aborted":
      return true;
    case "unavailable":
      return status === null;
    case "timed_out":
      return sent === "no";
    default:
      return false;
  }
}

/** Whether Incydr refused this name or id. Many such refusals are no outage. */
function isAboutItem({ code }: IncydrError): boolean {
  return code === "invalid" || code === "not_found";
}

function isWorthRepeating({ code, status }: IncydrError): boolean {
  return code === "unexpected_answer" || (code === "unavailable" && status === 500);
}

function faultOf({ code, status }: IncydrError): UserFault {
  switch (code) {
    case "not_found":
      return { kind: "gone" };
    case "forbidden":
      return { kind: "not_permitted" };
    case "invalid":
      return { kind: "refused" };
    case "unexpected_answer":
      return { kind: "not_understood" };
    case "timed_out":
      return { kind: "timed_out" };
    default:
      return { kind: "failed", status };
  }
}

/** Works on a few items at a time; the first error ends it. */
async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, worker));
}
