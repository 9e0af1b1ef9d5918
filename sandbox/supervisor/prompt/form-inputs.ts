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
  for (const [name, text] of Object.entries(typed)) {
    const field = modal && fieldOf(modal, name);
    inputs[name] = await inputFor(name, field, text, typeIn);
  }
  return inputs;
}

async function inputFor(
  name: string,
  field: Field | undefined,
  text: string,
  typeIn: TypeIn,
): Promise<FieldInput> {
  if (text === "") return null;
  if (field?.type === "file_input") return readUpload(text);
  if (field?.type === "external_select") return searchFor(name, text, typeIn);
  return field && MULTIPLE.test(field.type) ? text.split(",").map((part) => part.trim()) : text;
}

async function searchFor(name: string, text: string, typeIn: TypeIn): Promise<FieldInput> {
  const [query = "", named] = text.split(ARROW, 2);
  const offered = await typeIn(name, query);
  const pick = named === undefined ? meantBy(query, offered) : offered.find((option) => option === named);
  if (pick !== undefined) return { query, pick };
  const options = offered.map((option) => `\n  "${name}"="${query}${ARROW}${option}"`).join("");
  throw new Error(`The menu offers ${options === "" ? "nothing." : `these options. Type one of:${options}`}`);
}

/** The option that a text means without an arrow. Two users can have the same name, but not the same username. */
function meantBy(text: string, offered: readonly string[]): string | undefined {
  const exact = offered.find((option) => option === text || option.endsWith(`(${text})`));
  return exact ?? (offered.length === 1 ? offered[0] : undefined);
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
