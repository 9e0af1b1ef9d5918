import { IncydrError, type IncydrErrorCode, isIncydrError } from "../incydr/index.ts";

/** Calls on their way at once: the client's limiter says how fast they really go. */
const CALLS_AT_ONCE = 8;

/** Why one of many users could not be read, as a sentence. */
export interface ReadFault {
  readonly fault: string;
}

/** Readings of one user; the client itself repeats a lost answer and 502, 503 and 504 within each. */
const MOST_READINGS = 2;
/** So many users in a row that can't be read are an outage of Incydr. */
const MOST_FAILURES_IN_A_ROW = 20;

/**
 * Reads each of many users. A user whose reading fails gets a fault, and the others are read. An error that
 * concerns the whole client ends the reading: no connection, refused credentials, the rate limit, the deadline
 * before the request was sent. So do 20 failures in a row, and failures without one answer. A refusal of one user's
 * name or id is an answer.
 * @throws {IncydrError}
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

/** The reading, or the error of this user alone. */
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

/** Whether Incydr answered what is wrong with this name or id: many of them are no outage. */
function isAboutItem({ code }: IncydrError): boolean {
  return code === "invalid" || code === "not_found";
}

function isWorthRepeating({ code, status }: IncydrError): boolean {
  return code === "unexpected_answer" || (code === "unavailable" && status === 500);
}

const WORDS: Readonly<Partial<Record<IncydrErrorCode, string>>> = {
  not_found: "Incydr has no such user any more.",
  forbidden: "The API client may not read this user.",
  invalid: "Incydr refuses to look this user up.",
  unexpected_answer: "Incydr's answer about this user could not be understood.",
  timed_out: "Incydr did not answer about this user in time; try again later.",
};

function faultOf({ code, status }: IncydrError): string {
  const http = status === null ? "" : ` (HTTP ${status})`;
  return WORDS[code] ?? `Incydr answered with an error about this user${http}; try again later.`;
}

/** Does the same for many items, a few at once; the first error ends it. */
async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, worker));
}
