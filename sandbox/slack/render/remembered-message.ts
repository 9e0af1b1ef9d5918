import type { Block } from "../blocks/block-schemas.ts";
import { placedElements } from "../blocks/placed-elements.ts";
import type { FormValues } from "../state/form-values.ts";
import type { StoredMessage } from "../state/message-store.ts";
import { renderMrkdwn, renderUnformatted } from "./mrkdwn.ts";
import type { Reader } from "./reader.ts";
import { renderAttachments } from "./render-attachments.ts";
import { renderBlocks } from "./render-blocks.ts";

/** What a person reads of a message, the names of its files left out. */
export interface RenderedMessage {
  /** The blocks, or the text where there are none, and the attachments. */
  readonly parts: readonly string[];
  readonly notification: string;
  /** The texts of the buttons. */
  readonly buttons: readonly string[];
}

interface Remembered {
  readonly content: Pick<StoredMessage, "text" | "blocks" | "attachments">;
  /** Every name that was asked for, and what it was. */
  readonly names: readonly NameAsked[];
  readonly rendered: RenderedMessage;
}

interface NameAsked {
  readonly of: keyof Reader;
  readonly id: string;
  readonly name: string;
}

/** Renders a message for one reader; `values` is what they chose in its elements. */
export type RenderMessage = (
  message: StoredMessage,
  reader: Reader,
  values: FormValues | undefined,
) => RenderedMessage;

/**
 * Makes a renderer. After each change everybody who waits looks at everything again, so it keeps what it rendered
 * last: that holds as long as the message says the same and its names read the same.
 */
export function createMessageRenderer(): RenderMessage {
  const remembered = new WeakMap<StoredMessage, Remembered>();
  return (message, reader, values) => {
    // What somebody chose is changed in place, and theirs alone.
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

/** The store replaces blocks and attachments, and lets nobody change them: so it is enough that they are the ones. */
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
