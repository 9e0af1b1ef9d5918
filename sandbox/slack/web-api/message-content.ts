import { z } from "zod";
import type { Block } from "../blocks/block-schemas.ts";
import { faultLine } from "../blocks/fault-texts.ts";
import { checkBlocks } from "../blocks/validate-blocks.ts";
import type { MessageContent } from "../state/message-store.ts";
import type { SlackState } from "../state/slack-state.ts";
import type { ApiArguments } from "./api-arguments.ts";
import { ApiRefusal } from "./api-refusal.ts";

/** The longest top-level text of a post. Slack cuts longer texts. */
const MAX_POST_TEXT = 40_000;
/** The longest top-level text of an update. Slack refuses longer texts with `msg_too_long`. */
export const MAX_UPDATE_TEXT = 4000;
/**
 * The most characters of all blocks as JSON in `chat.*`. Slack refuses more with `msg_blocks_too_long`. Slack publishes
 * no number; users reported refusals from 13,200 on (slackapi/bolt-js issues 2509 and 2867).
 */
const MAX_BLOCKS_JSON = 13_200;

/**
 * The most characters of a message's metadata as JSON. Slack refuses more with `metadata_too_large`, but publishes no
 * number.
 */
const MAX_METADATA_JSON = 8_000;

const attachmentsSchema = z.array(z.record(z.string(), z.unknown())).max(100);
const metadataSchema = z.object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) });

/**
 * Reads and checks text, blocks and attachments of a message from the app. If the content is invalid, throws `no_text`,
 * `invalid_blocks_format`, `invalid_blocks`, `msg_too_long` or `msg_blocks_too_long`, and records a violation. Blocks
 * without text are a violation too, although Slack accepts them with a warning.
 */
export function readMessageContent(
  call: ApiArguments,
  options: { where: string; state: SlackState; maxText?: number; limitBlocksJson?: boolean },
): MessageContent & { hasText: boolean; hasBlocks: boolean } {
  const { where, state, maxText, limitBlocksJson = true } = options;
  const text = call.text("text") ?? "";
  const rawBlocks = call.nested("blocks", "invalid_blocks_format");
  const rawAttachments = call.nested("attachments");
  const attachments = attachmentsSchema.safeParse(rawAttachments ?? []);
  if (!attachments.success) throw new ApiRefusal("invalid_attachments");
  const blocks = rawBlocks === undefined ? [] : checkedBlocks(rawBlocks, where, state);
  if (text === "" && blocks.length === 0 && attachments.data.length === 0) {
    state.violations.add({ kind: "no_text", where, detail: "neither text nor blocks" });
    throw new ApiRefusal("no_text");
  }
  if (text === "" && blocks.length > 0) {
    state.violations.add({ kind: "missing_fallback_text", where, detail: "blocks without a top-level text" });
  }
  if (maxText !== undefined && text.length > maxText) {
    state.violations.add({ kind: "message_too_long", where, detail: `text of ${text.length} characters` });
    throw new ApiRefusal("msg_too_long");
  }
  const blocksLength = JSON.stringify(rawBlocks ?? []).length;
  if (limitBlocksJson && blocksLength > MAX_BLOCKS_JSON) {
    state.violations.add({ kind: "message_too_long", where, detail: `blocks of ${blocksLength} characters` });
    throw new ApiRefusal("msg_blocks_too_long");
  }
  return {
    text: text.slice(0, MAX_POST_TEXT),
    blocks,
    attachments: attachments.data,
    hasText: text !== "",
    hasBlocks: rawBlocks !== undefined,
  };
}

/** The `metadata` of a message; throws `invalid_metadata_format`, `metadata_too_large`. */
export function readMetadata(call: ApiArguments): z.infer<typeof metadataSchema> | undefined {
  const raw = call.nested("metadata", "invalid_metadata_format");
  if (raw === undefined) return undefined;
  const parsed = metadataSchema.safeParse(raw);
  if (!parsed.success) throw new ApiRefusal("invalid_metadata_format");
  if (JSON.stringify(parsed.data).length > MAX_METADATA_JSON) throw new ApiRefusal("metadata_too_large");
  return parsed.data;
}

function checkedBlocks(raw: unknown, where: string, state: SlackState): Block[] {
  const checked = checkBlocks(raw, { surface: "message" });
  if (checked.ok) return checked.blocks;
  const errors = checked.faults.map(faultLine);
  state.violations.add({ kind: "invalid_blocks", where, detail: errors.join("; ") });
  throw new ApiRefusal("invalid_blocks", {
    errors,
    response_metadata: { messages: errors.map((line) => `[ERROR] ${line}`) },
  });
}
