import { type Block, blockSchema, type TableCell } from "./block-schemas.ts";
import { type BlockFault, faultsOf, jsonPointer } from "./fault-texts.ts";
import { placedElements, withIds } from "./placed-elements.ts";

/** The surface that shows the blocks. */
export type Surface = "message" | "modal" | "home";

/** The most blocks of each surface. */
const MAX_BLOCKS: Record<Surface, number> = { message: 50, modal: 100, home: 100 };

/** Block types that not every surface shows; alerts in messages are unconfirmed, so they are refused there. */
const SURFACES_OF: Partial<Record<Block["type"], readonly Surface[]>> = {
  alert: ["modal"],
  markdown: ["message"],
  table: ["message"],
  data_table: ["message"],
  card: ["message"],
};

/** The most blocks of a type in one message. */
const MOST_OF: Partial<Record<Block["type"], number>> = { table: 1 };

/** The most characters of all markdown blocks of a message together. */
const MAX_MARKDOWN_CHARACTERS = 12_000;

/**
 * The most characters of all cells of a message's tables together
 * (https://docs.slack.dev/reference/block-kit/blocks/table-block).
 */
const MAX_TABLE_CHARACTERS = 10_000;

/** The result of a check: the blocks with every id filled in, or the faults. */
export type CheckedBlocks = { ok: true; blocks: Block[] } | { ok: false; faults: BlockFault[] };

/**
 * Checks blocks from the app against Slack's rules: counts, lengths, unknown properties, ids, and the places of blocks
 * and elements. `under` is their path in the request, for the JSON pointers.
 */
export function checkBlocks(
  value: unknown,
  options: { surface: Surface; under?: readonly PropertyKey[] },
): CheckedBlocks {
  const { surface, under = ["blocks"] } = options;
  if (!Array.isArray(value)) return { ok: false, faults: [fault("must be a valid array", under)] };
  const faults: BlockFault[] = [];
  if (value.length > MAX_BLOCKS[surface]) {
    faults.push(fault(`no more than ${MAX_BLOCKS[surface]} items allowed`, under));
  }
  const blocks: Block[] = [];
  for (const [index, candidate] of value.entries()) {
    const parsed = blockSchema.safeParse(candidate, { reportInput: true });
    if (parsed.success) blocks.push(parsed.data);
    else faults.push(...faultsOf(parsed.error, [...under, index]));
  }
  if (faults.length > 0) return { ok: false, faults };
  faults.push(
    ...surfaceFaults(blocks, surface, under),
    ...duplicateBlockIds(blocks, under),
    ...duplicateActionIds(blocks, under),
    ...elementFaults(blocks, surface, under),
  );
  return faults.length > 0 ? { ok: false, faults } : { ok: true, blocks: withIds(blocks) };
}

function fault(message: string, path: readonly PropertyKey[]): BlockFault {
  return { message, pointer: jsonPointer(path) };
}

function surfaceFaults(blocks: Block[], surface: Surface, under: readonly PropertyKey[]): BlockFault[] {
  const faults: BlockFault[] = [];
  const counts = new Map<Block["type"], number>();
  let markdownCharacters = 0;
  let tableCharacters = 0;
  for (const [index, block] of blocks.entries()) {
    const surfaces = SURFACES_OF[block.type];
    if (surfaces && !surfaces.includes(surface)) {
      faults.push(fault(`unsupported type: ${block.type} in a ${surface}`, [...under, index]));
    }
    const count = (counts.get(block.type) ?? 0) + 1;
    counts.set(block.type, count);
    if (count > (MOST_OF[block.type] ?? Number.POSITIVE_INFINITY)) {
      faults.push(fault(`only ${MOST_OF[block.type]} ${block.type} block allowed`, [...under, index]));
    }
    if (block.type === "markdown") markdownCharacters += block.text.length;
    if (block.type === "table" || block.type === "data_table")
      tableCharacters += block.rows.flat().reduce((sum, cell) => sum + cellCharacters(cell), 0);
  }
  if (tableCharacters > MAX_TABLE_CHARACTERS) {
    faults.push(fault(`table cells must have less than ${MAX_TABLE_CHARACTERS + 1} characters`, under));
  }
  if (markdownCharacters > MAX_MARKDOWN_CHARACTERS) {
    faults.push(
      fault(`markdown blocks must have less than ${MAX_MARKDOWN_CHARACTERS + 1} characters`, under),
    );
  }
  return faults;
}

/** Slack does not document how it counts rich text; the simulator counts the text and the fallback of dates. */
function cellCharacters(cell: TableCell): number {
  if (cell.type !== "rich_text") return cell.text.length;
  const pieces = cell.elements.flatMap((part) =>
    part.type === "rich_text_list" ? part.elements.flatMap(({ elements }) => elements) : part.elements,
  );
  return pieces.reduce((sum, piece) => {
    if (piece.type === "date") return sum + (piece.fallback?.length ?? 0);
    return sum + ("text" in piece ? (piece.text?.length ?? 0) : 0);
  }, 0);
}

function duplicateBlockIds(blocks: Block[], under: readonly PropertyKey[]): BlockFault[] {
  const seen = new Set<string>();
  return blocks.flatMap(({ block_id }, index) => {
    if (block_id === undefined) return [];
    if (seen.has(block_id)) {
      return [fault(`block_id '${block_id}' already exists`, [...under, index, "block_id"])];
    }
    seen.add(block_id);
    return [];
  });
}

function duplicateActionIds(blocks: Block[], under: readonly PropertyKey[]): BlockFault[] {
  return blocks.flatMap((block, index) => {
    const ids = placedElements([block]).flatMap(({ element }) => element.action_id ?? []);
    const repeated = ids.find((id, position) => ids.indexOf(id) !== position);
    return repeated === undefined
      ? []
      : [fault(`action_id '${repeated}' already exists in this block`, [...under, index])];
  });
}

function elementFaults(blocks: Block[], surface: Surface, under: readonly PropertyKey[]): BlockFault[] {
  const faults: BlockFault[] = [];
  const placed = placedElements(blocks);
  const focused = placed.filter(({ element }) => "focus_on_load" in element && element.focus_on_load);
  if (focused.length > 1) faults.push(fault("only one element may have focus_on_load", under));
  for (const { element, role } of placed) {
    const wantsResponseUrl = "response_url_enabled" in element && element.response_url_enabled === true;
    if (wantsResponseUrl && !(surface === "modal" && role === "input")) {
      faults.push(fault("response_url_enabled is only allowed in input blocks of modals", under));
    }
    if (element.type === "file_input" && surface !== "modal") {
      faults.push(fault(`unsupported type: file_input in a ${surface}`, under));
    }
  }
  return faults;
}
