import type { Block } from "../blocks/block-schemas.ts";
import { placedElements } from "../blocks/placed-elements.ts";
import type { FormValues } from "../state/form-values.ts";
import type { StoredMessage } from "../state/message-store.ts";
import { renderMrkdwn, renderUnformatted } from "./mrkdwn.ts";
import type { Reader } from "./reader.ts";
import { renderAttachments } from "./render-attachments.ts";
import { renderBlocks } from "./render-blocks.ts";

/** The visible text of a message, without the names of its files. */
export interface RenderedMessage {
  /** The blocks or else the text, and the attachments. */
  readonly parts: readonly string[];
  readonly notification: string;
  /** The texts of the buttons. */
  readonly buttons: readonly string[];
}

interface Remembered {
  readonly content: Pick<StoredMessage, "text" | "blocks" | "attachments">;
  /** Every name in the rendering, by id. */
  readonly names: readonly NameAsked[];
  readonly rendered: RenderedMessage;
}

interface NameAsked {
  readonly of: keyof Reader;
  readonly id: string;
  readonly name: string;
}

/** Renders a message for one reader; `values` are the reader's choices in its elements. */
export type RenderMessage = (
  message: StoredMessage,
  reader: Reader,
  values: FormValues | undefined,
) => RenderedMessage;

/**
 * Makes a renderer with a cache, because each change makes every waiting person render all messages again. A cached
 * result is valid while the message's content and the names in it are the same.
 */
export function createMessageRenderer(): RenderMessage {
  const remembered = new WeakMap<StoredMessage, Remembered>();
  return (message, reader, values) => {
    // Choices are changed in place and belong to one person, so they are not cached.
    if (values && Object.keys(values).length > 0) return render(message, reader, values);
    const last = remembered.get(message);
    if (last && isAsBefore(last, message, reader)) return last.rendered;
    const names: NameAsked[] = [];
    const noting = (of: keyof Reader) => (id: string) => {
      const name = reader[of](id);
      names.push({ of, id, name });
      return name;
    };
    const notingReader = { user: noting("user"), channel: noting("channel"), group: noting("group") };
    const rendered = render(message, notingReader, undefined);
    const { text, blocks, attachments } = message;
    remembered.set(message, { content: { text, blocks, attachments }, names, rendered });
    return rendered;
  };
}

/**
 * A comparison by reference is enough, because the store freezes blocks and attachments and replaces them as a whole.
 */
function isAsBefore({ content, names }: Remembered, message: StoredMessage, reader: Reader): boolean {
  const { text, blocks, attachments } = message;
  if (content.text !== text || content.blocks !== blocks || content.attachments !== attachments) return false;
  return names.every(({ of, id, name }) => reader[of](id) === name);
}

function render(
  { mrkdwn, text, blocks, attachments }: StoredMessage,
  reader: Reader,
  values: FormValues | undefined,
): RenderedMessage {
  const notification = (mrkdwn === false ? renderUnformatted : renderMrkdwn)(text, reader);
  const shown = blocks.length > 0 ? renderBlocks(blocks, reader, values ? { values } : {}) : notification;
  return { parts: [shown, renderAttachments(attachments, reader)], notification, buttons: buttonsOf(blocks) };
}

function buttonsOf(blocks: readonly Block[]): string[] {
  return placedElements(blocks).flatMap(({ element }) =>
    element.type === "button" ? [element.text.text] : [],
  );
}
