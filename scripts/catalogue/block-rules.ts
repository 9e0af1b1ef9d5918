import { optionGroup } from "../../sandbox/slack/blocks/composition-objects.ts";
import { checkBlocks } from "../../sandbox/slack/blocks/validate-blocks.ts";
import { checkModal } from "../../sandbox/slack/blocks/validate-view.ts";
import type { Catalogue, Entry } from "./entries.ts";

// The simulated Slack checks the rules for blocks. The limits below hold for one call.

/** The most characters of the escaped text of `chat.update`: https://docs.slack.dev/reference/methods/chat.update */
const LONGEST_TEXT = 4_000;
/** The most characters of a message's blocks as JSON. Slack refuses more with `msg_blocks_too_long`. */
const LONGEST_BLOCKS = 13_200;
/** The most characters of an error below a field. */
const LONGEST_ERROR = 2_000;
/** The most options of a menu: https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element */
const MOST_OPTIONS = 100;

/** The name of each `null` entry must end with this text, which says that the bot is silent on purpose. */
const SILENT = "(nothing is said)";

/** The violations of Slack's rules in a catalogue, each with its topic and entry. */
export function ruleFaults(catalogue: Catalogue): string[] {
  return Object.entries(catalogue).flatMap(([topic, entries]) =>
    Object.entries(entries).flatMap(([name, entry]) =>
      faultsOf(name, JSON.parse(JSON.stringify(entry)) as Entry).map(
        (fault) => `${topic} · ${name}: ${fault}`,
      ),
    ),
  );
}

function faultsOf(name: string, entry: Entry): string[] {
  if (entry === null)
    return name.endsWith(SILENT) ? [] : [`nothing is said; if that is meant, end its name in “${SILENT}”`];
  if (name.endsWith(SILENT)) return ["something is said"];
  if ("lines" in entry) return entry.lines.length > 1 ? [] : ["the file has no line"];
  if ("errors" in entry) return errorFaults(entry.errors);
  if ("options" in entry)
    return entry.options.length > MOST_OPTIONS ? [`more than ${MOST_OPTIONS} options`] : [];
  if ("option_groups" in entry) return groupFaults(entry.option_groups);
  if ("title" in entry) {
    const checked = checkModal(entry);
    return checked.ok ? [] : checked.faults.map(({ message, pointer }) => `${message} at ${pointer}`);
  }
  return messageFaults(entry);
}

function groupFaults(groups: readonly unknown[]): string[] {
  const checked = groups.map((group) => optionGroup.safeParse(group));
  const faults = checked.flatMap(({ error }) => (error ? [error.message] : []));
  const count = checked.reduce((sum, { data }) => sum + (data?.options.length ?? 0), 0);
  return count > MOST_OPTIONS ? [...faults, `more than ${MOST_OPTIONS} options`] : faults;
}

function messageFaults({
  text,
  blocks,
}: {
  readonly text: string;
  readonly blocks: readonly unknown[];
}): string[] {
  const faults: string[] = [];
  if (text.trim() === "") faults.push("the text for notifications is empty");
  if (text.length > LONGEST_TEXT)
    faults.push(`the text has ${text.length} characters, more than ${LONGEST_TEXT}`);
  const { length } = JSON.stringify(blocks);
  if (length > LONGEST_BLOCKS)
    faults.push(`the blocks have ${length} characters, more than ${LONGEST_BLOCKS}`);
  const checked = checkBlocks(blocks, { surface: "message" });
  if (!checked.ok) faults.push(...checked.faults.map(({ message, pointer }) => `${message} at ${pointer}`));
  const seen = new Set<string>();
  for (const { id, value } of actionElements(blocks)) {
    const does = `${id} ${String(value)}`;
    if (seen.has(does)) faults.push(`two elements have the action_id ${id} and the same value`);
    seen.add(does);
  }
  return faults;
}

interface ActionElement {
  readonly id: string;
  readonly value: unknown;
}

/** Slack requires a unique `action_id` only within a block. In a whole message, no two buttons may do the same. */
function actionElements(value: unknown): ActionElement[] {
  if (Array.isArray(value)) return value.flatMap(actionElements);
  if (typeof value !== "object" || value === null) return [];
  const {
    action_id: id,
    options,
    url,
    value: given = options && JSON.stringify(options),
  } = value as Record<string, unknown>; // any object
  const inside = Object.values(value).flatMap(actionElements);
  return typeof id === "string" ? [{ id, value: given ?? url }, ...inside] : inside;
}

function errorFaults(errors: Readonly<Record<string, string>>): string[] {
  const entries = Object.entries(errors);
  if (entries.length === 0) return ["no field has an error"];
  return entries.flatMap(([block, text]) =>
    text === "" || text.length > LONGEST_ERROR ? [`the error at ${block} has ${text.length} characters`] : [],
  );
}
