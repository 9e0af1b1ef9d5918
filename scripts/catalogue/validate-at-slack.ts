import type { Catalogue, Entry } from "./entries.ts";

/** The part of Slack's client that validates blocks. */
export interface BlocksValidator {
  validate(given: object): Promise<unknown>;
}

/**
 * Lets Slack validate every message and view by `blocks.validate`, which posts nothing and needs no scope
 * (https://docs.slack.dev/reference/methods/blocks.validate). Resolves to Slack's refusals, one line each.
 */
export async function slackFaults(
  catalogue: Catalogue,
  blocks: BlocksValidator,
  onTopic: (topic: string) => void,
): Promise<string[]> {
  const faults: string[] = [];
  for (const [topic, entries] of Object.entries(catalogue)) {
    onTopic(topic);
    for (const [name, entry] of Object.entries(entries)) {
      const given = validated(entry);
      if (!given) continue;
      const fault = await blocks.validate(given).then(
        () => null,
        (error: unknown) => answerOf(error),
      );
      if (fault !== null) faults.push(`${topic} · ${name}: ${fault}`);
    }
  }
  return faults;
}

/** The argument for an entry; `null` for a file, errors of fields, options and silence, which have no blocks. */
function validated(entry: Entry): object | null {
  if (entry === null) return null;
  if ("title" in entry) return { view: entry };
  return "blocks" in entry && entry.blocks.length > 0 ? { message: { blocks: entry.blocks } } : null;
}

/**
 * Slack's answer to content that it refuses. @throws the error if it is no such answer: the token or the network is at
 * fault
 */
function answerOf(error: unknown): string {
  const data = typeof error === "object" && error !== null && "data" in error ? error.data : null;
  const { error: code, errors } = (data ?? {}) as { error?: unknown; errors?: unknown }; // Slack's answers have these fields
  if (typeof code !== "string" || !code.startsWith("invalid_")) throw error;
  if (code === "invalid_auth" || code === "invalid_arguments") throw error;
  return `${code} ${JSON.stringify(errors ?? [])}`;
}
