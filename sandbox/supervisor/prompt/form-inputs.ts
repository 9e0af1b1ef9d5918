import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { FieldInput, FileToUpload } from "../../slack/driver/field-input.ts";
import type { Field, Modal } from "../../slack/driver/modal-view.ts";

/** Fields in which several options can be chosen. */
const MULTIPLE = /^multi_|^checkboxes$/;

const READ_FAULTS = new Map([
  ["ENOENT", "there is no such file"],
  ["EISDIR", "it is a folder"],
]);

/** The field with this label or id. */
export function fieldOf(modal: Modal, name: string): Field | undefined {
  return modal.fields.find(({ label, actionId, blockId }) => [label, actionId, blockId].includes(name));
}

/**
 * Makes inputs of the modal's fields from typed texts. A field for several options gets a list; a field for files gets
 * a file.
 * @throws {Error} if a file can't be read
 */
export async function inputsFor(
  modal: Modal | undefined,
  typed: Readonly<Record<string, string>>,
): Promise<Record<string, FieldInput>> {
  const inputs: Record<string, FieldInput> = {};
  for (const [name, text] of Object.entries(typed))
    inputs[name] = await inputFor(modal && fieldOf(modal, name), text);
  return inputs;
}

async function inputFor(field: Field | undefined, text: string): Promise<FieldInput> {
  if (text === "") return null;
  if (field?.type === "file_input") return readUpload(text);
  return field && MULTIPLE.test(field.type) ? text.split(",").map((part) => part.trim()) : text;
}

async function readUpload(path: string): Promise<FileToUpload> {
  const file = resolve(path);
  try {
    return { file: basename(file), content: await readFile(file) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new Error(`${file} can't be read: ${READ_FAULTS.get(code) ?? code}.`);
  }
}
