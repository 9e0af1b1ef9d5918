import { inspect } from "node:util";

/**
 * Texts that no error and no log may show: the secrets of every simulator and client of the tests, and the beginnings
 * of their tokens.
 */
export const SECRETS: readonly string[] = [
  "hush-hush-secret",
  "canned-secret",
  "incydr-secret-for-the-sandbox",
  "incydr-token-",
  "xoxb-simulated-bot-token",
  "xapp-simulated-app-token",
  "simulated-signing-secret",
];
/** Basic authorization carries the secret encoded. */
const BASIC = /Basic [A-Za-z0-9+/]{12,}/;

const leaks: string[] = [];

/** The leaks since the last call; the end of each test file expects none. */
export function takeLeaks(): string[] {
  return leaks.splice(0);
}

/** Checks lines that a bot has logged. */
export function guardLog(lines: readonly string[]): void {
  for (const line of lines) checkText("the log", line);
}

/** The same client, with each rejection of its calls checked. */
export function guardClient<Client extends object>(client: Client): Client {
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value === "function") return (...args: unknown[]) => guardResult(value.apply(target, args));
      return typeof value === "object" && value !== null ? guardClient(value) : value;
    },
  });
}

function guardResult(result: unknown): unknown {
  if (result instanceof Promise) {
    result.catch(checkError);
    return result;
  }
  if (typeof result !== "object" || result === null || !(Symbol.asyncIterator in result)) return result;
  const source = result as AsyncIterable<unknown>; // it has such an iterator
  // The listing's own properties stay readable.
  return Object.defineProperties(guardPages(source), {
    complete: { get: () => Reflect.get(source, "complete") },
    skipped: { get: () => Reflect.get(source, "skipped") },
  });
}

async function* guardPages(source: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  try {
    yield* source;
  } catch (error) {
    checkError(error);
    throw error;
  }
}

function checkError(error: unknown): void {
  const whole = inspect(error, { depth: 20, showHidden: true, maxStringLength: null, maxArrayLength: null });
  checkText("an error", `${whole}\n${JSON.stringify(error)}\n${String(error)}`);
}

function checkText(where: string, text: string): void {
  const shown = SECRETS.find((secret) => text.includes(secret)) ?? BASIC.exec(text)?.[0];
  if (shown !== undefined) leaks.push(`${where} shows “${shown}”: ${text.slice(0, 2_000)}`);
}
