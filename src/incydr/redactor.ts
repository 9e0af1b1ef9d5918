/** Takes secrets out of texts that come from outside, for a server may echo what it was sent. */
export interface Redactor {
  /** Remembers a secret; of many only the newest are kept. */
  add(secret: string): void;
  /** The text with every remembered secret replaced. */
  redact(text: string): string;
}

const keptSecrets = 16;

/** A redactor that knows `secrets` for good and those added later as long as they are among the newest. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const added: string[] = [];
  return {
    add: (secret) => {
      added.push(secret);
      if (added.length > keptSecrets) added.shift();
    },
    redact: (text) =>
      [...secrets, ...added].reduce(
        (clean, secret) => (secret === "" ? clean : clean.replaceAll(secret, "[redacted]")),
        text,
      ),
  };
}
