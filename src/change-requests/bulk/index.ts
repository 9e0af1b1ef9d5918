export * from "./bulk-draft.ts";
export type { BulkKind } from "./bulk-input.ts";
export * from "./control-bulk.ts";
export * from "./deliver-files.ts";
export * from "./execute-bulk.ts";
export * from "./read-bulk.ts";
export { decodeText } from "./read-bulk-input.ts";
export * from "./start-bulk.ts";
export * from "./submit-bulk.ts";
