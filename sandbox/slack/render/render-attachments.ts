import { renderMrkdwn } from "./mrkdwn.ts";
import type { Reader } from "./reader.ts";

/** The visible text of legacy attachments, which alert apps still post. */
export function renderAttachments(attachments: readonly Record<string, unknown>[], reader: Reader): string {
  return attachments
    .flatMap((attachment) => [
      ...["pretext", "title", "text"].map((name) => attachment[name]),
      ...fieldsOf(attachment).flatMap((field) => [`${field.title ?? ""}: ${field.value ?? ""}`]),
    ])
    .filter((text) => typeof text === "string" && text !== "")
    .map((text) => renderMrkdwn(String(text), reader))
    .join("\n");
}

function fieldsOf(attachment: Record<string, unknown>): { title?: unknown; value?: unknown }[] {
  return Array.isArray(attachment.fields) ? attachment.fields : [];
}
