import { inspect } from "node:util";

export type SlackSecrets =
  | { readonly mode: "socket"; readonly botToken: string; readonly appToken: string }
  | { readonly mode: "http"; readonly botToken: string; readonly signingSecret: string };

/** Values that must never be shown, logged or stored. The object prints and serialises as `[secret]`. */
export interface Secrets {
  readonly slack: SlackSecrets;
  readonly databaseUrl: string;
  readonly incydrClientSecret: string;
  readonly redisUrl: string | undefined;
}

const hidden = "[secret]";

/** Makes an object print and serialise as `[secret]`. Neither `...` nor `Object.entries` copies its values. */
export function hideSecrets<T extends object>(secrets: T): T {
  const names = Object.keys(secrets);
  for (const name of names) Object.defineProperty(secrets, name, { enumerable: false });
  Object.defineProperties(secrets, {
    toJSON: { value: () => hidden },
    [inspect.custom]: { value: () => hidden },
  });
  return Object.freeze(secrets);
}

/** The texts that must not appear in a log: the secrets, and the passwords in URLs, also decoded. */
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
