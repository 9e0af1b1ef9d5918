import type { DirectoryFilter, DirectoryRecord, DirectorySummary } from "../../subjects/index.ts";

/** The content of a file of users, and the facts that its message says of it. */
export interface UserExport extends Omit<DirectorySummary, "age"> {
  readonly filter: DirectoryFilter;
  /** The number of users in the file. */
  readonly rows: number;
  readonly age: DirectorySummary["age"];
  /** The time at which the directory was read. */
  readonly readAt: Date;
  readonly bytes: Uint8Array;
}

/**
 * The end of a file's time. `none`: no file was uploaded. `too_new`: the file was uploaded at `begunAt`. `removed` has an
 * earlier upload too, whose sharing seemed to have failed.
 */
export type Removal =
  | { readonly kind: "none" }
  | { readonly kind: "too_new"; readonly begunAt: Date }
  | { readonly kind: "removed"; readonly files: readonly RemovedFile[] };

export interface RemovedFile {
  readonly fileId: string;
  /** Whether somebody else deleted it, or it was never shared. */
  readonly wasGone: boolean;
}

/** Files of users, which go to one person by direct message. */
export interface ExportedFiles {
  /** The first line of a file. */
  header(): Uint8Array;
  /** The lines of users. */
  lines(users: readonly DirectoryRecord[]): Uint8Array;
  /**
   * Sends the file of an export once. `make` is called before each upload, and not if the file was sent before. Resolves
   * to `unreachable` if Slack never lets the bot write to the person.
   */
  deliver(
    exportId: string,
    slackUserId: string,
    make: () => Promise<UserExport>,
  ): Promise<"delivered" | "unreachable">;
  /**
   * Deletes the file of an export, with its earlier uploads, if it was uploaded before `uploadedBefore`. A missing file
   * counts as deleted.
   */
  remove(exportId: string, options: { readonly uploadedBefore: Date }): Promise<Removal>;
}
