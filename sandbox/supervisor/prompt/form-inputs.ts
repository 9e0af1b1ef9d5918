import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { FieldInput, FileToUpload } from "../../slack/driver/field-input.ts";
import type { Field, Modal } from "../../slack/driver/modal-view.ts";
import type { SlackPerson } from "../../slack/driver.ts";

/** Stands between a text for a menu that searches and the option to choose. */
const ARROW = " -> ";

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

/** Types into a menu of the modal; resolves to the texts of the options. */
type TypeIn = SlackPerson["typeIn"];

/**
 * Makes inputs of the modal's fields from typed texts. A field for several options gets a list; a field for files gets
 * a file. For a menu that searches, `text -> option` types a text and chooses an option.
 * @throws {Error} if a file can't be read, or if a menu offers several options
 */
export async function inputsFor(
  modal: Modal | undefined,
  typed: Readonly<Record<string, string>>,
  typeIn: TypeIn,
): Promise<Record<string, FieldInput>> {
  const inputs: Record<string, FieldInput> = {};
  for (const [name, text] of Object.entries(typed))
    inputs[name] = await inputFor(modal && fieldOf(modal, name), text, (query) => typeIn(name, query));
  return inputs;
}

async function inputFor(
  field: Field | undefined,
  text: string,
  typeIn: (query: string) => Promise<string[]>,
): Promise<FieldInput> {
  if (text === "") return null;
  if (field?.type === "file_input") return readUpload(text);
  if (field?.type === "external_select") return searchFor(text, typeIn);
  return field && MULTIPLE.test(field.type) ? text.split(",").map((part) => part.trim()) : text;
}

async function searchFor(text: string, typeIn: (query: string) => Promise<string[]>): Promise<FieldInput> {
  const [query = "", pick] = text.split(ARROW, 2);
  if (pick !== undefined) return { query, pick };
  const offered = await typeIn(text);
  // Two users can have the same name, but not the same username.
  const meant =
    offered.find((option) => option === text) ?? offered.find((option) => option.endsWith(`(${text})`));
  if (meant !== undefined || offered.length === 1) return { query: text, pick: meant ?? offered[0] ?? null };
  const options = offered.map((option) => `\n  ${text}${ARROW}${option}`).join("");
  throw new Error(
    `The menu offers ${offered.length === 0 ? "nothing" : `several options. Type one of:${options}`}`,
  );
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
