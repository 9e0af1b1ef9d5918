import { inspect } from "node:util";

/** What Slack's connection needs, by its mode. */
export type SlackSecrets =
  | { readonly mode: "socket"; readonly botToken: string; readonly appToken: string }
  | { readonly mode: "http"; readonly botToken: string; readonly signingSecret: string };

/** What must never be shown, logged or stored. Printing it, or turning it into JSON, shows no value. */
export interface Secrets {
  readonly slack: SlackSecrets;
  readonly databaseUrl: string;
  readonly incydrClientSecret: string;
  /** Undefined where the limit of Incydr isn't shared. */
  readonly redisUrl: string | undefined;
}

const hidden = "[secret]";

/**
 * The same object, which prints and serialises as `[secret]`. Its values are not enumerable, so that copying
 * it with `...` or `Object.entries` yields none of them.
 */
export function hideSecrets<T extends object>(secrets: T): T {
  const names = Object.keys(secrets);
  for (const name of names) Object.defineProperty(secrets, name, { enumerable: false });
  Object.defineProperties(secrets, {
    toJSON: { value: () => hidden },
    [inspect.custom]: { value: () => hidden },
  });
  return Object.freeze(secrets);
}

/**
 * Each text that must not appear in a log: the secrets, and the passwords of the database and of Redis by
 * themselves, as the URL spells them and as they are.
 */
export function secretTexts(secrets: Secrets): readonly string[] {
  const { slack, databaseUrl, incydrClientSecret, redisUrl } = secrets;
  const texts = [
    slack.botToken,
    slack.mode === "socket" ? slack.appToken : slack.signingSecret,
    ...textsOf(databaseUrl),
    incydrClientSecret,
    ...(redisUrl === undefined ? [] : textsOf(redisUrl)),
  ];
  return [...new Set(texts.filter((text) => text !== ""))];
}

function textsOf(url: string): string[] {
  const { password } = new URL(url);
  return [url, password, decodeURIComponent(password)];
}
