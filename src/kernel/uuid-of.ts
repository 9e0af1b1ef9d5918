import { sha256 } from "./canonical-json.ts";

/** The same UUID for the same text: what is delivered or carried out twice is one. */
export function uuidOf(text: string): string {
  return sha256(text)
    .slice(0, 32)
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
