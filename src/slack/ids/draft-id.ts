/** The id of no draft. */
const NO_DRAFT = "00000000-0000-0000-0000-000000000000";

/** The draft that a modal belongs to. Metadata that can't be an id stands for a draft that is gone. */
export function readDraftId(privateMetadata: string): string {
  const isId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(privateMetadata);
  return isId ? privateMetadata : NO_DRAFT;
}
