import type { Terms } from "../../authorization/index.ts";
import { RefusalError } from "../../kernel/errors.ts";
import type { Preflight } from "../../subjects/index.ts";
import type { Change } from "./change.ts";
import type { ChangeRequest, OperatorRef, Place } from "./change-request.ts";
import type { BulkKind, LineFault } from "./parsed-list.ts";
import { type BulkFileFault, bulkFileMessage } from "./refusal-causes.ts";

/** What somebody gave to say whom a bulk is about: pasted lines or a file, not both. */
export interface GivenInput {
  readonly text: string | null;
  /** Slack's id of the file. */
  readonly fileId: string | null;
  /** Roles by name or id, for lines that name none. */
  readonly roles: readonly string[];
  /** The modal in which the answer is awaited. */
  readonly viewId: string;
}

/** A subject of whom the change would change something. */
export interface BulkSubject {
  readonly line: number;
  readonly facts: Preflight;
  readonly slackUserIds: readonly string[];
}

/** Why a subject that was found is left out. */
export type LeftOutBecause = "already" | "protected" | "oneself" | "forbidden";

export type LeftOut = LeftOutCause & { readonly line: number; readonly username: string };

/** `why`: the policies' sentences; an earlier version stored a sentence in any case. */
export type LeftOutCause =
  | { readonly because: "forbidden"; readonly why: string }
  | { readonly because: Exclude<LeftOutBecause, "forbidden">; readonly why: string | null };

/** What the dry run found: nothing was changed, and nothing is before the form is sent. */
export interface DryRun {
  readonly change: Change;
  /** In the order of the input. */
  readonly subjects: readonly BulkSubject[];
  readonly leftOut: readonly LeftOut[];
  /** The first `MOST_LINE_FAULTS` of them. */
  readonly faults: readonly LineFault[];
  /** How many more faults there are; a reading from before this was counted has none. */
  readonly moreFaults?: number;
  /** Lines that name a further role of the user of line `of`, who is a subject or left out. */
  readonly furtherLines?: readonly { readonly line: number; readonly of: number }[];
  /** Ids that a spreadsheet has rounded, and that are not used because a username stands beside them. */
  readonly ignoredIds?: readonly { readonly line: number; readonly id: string }[];
  readonly approvalsNeeded: number | null;
  /** As the policies said when it was read: with many subjects that takes longer than a form may. */
  readonly terms: Terms;
}

/** A bulk being filled in. */
export interface BulkDraft {
  readonly id: string;
  readonly opener: OperatorRef;
  readonly place: Place;
  readonly kind: BulkKind;
  readonly input: GivenInput | null;
  readonly reading: DryRun | null;
  /** The request that came of it; a second submission leads to the same one. */
  readonly requestId: number | null;
  readonly expiresAt: Date;
}

export interface BulkDraftRepository {
  insert(draft: BulkDraft): Promise<void>;
  /** The draft, locked until the transaction ends; `null` if there is none. */
  lock(id: string): Promise<BulkDraft | null>;
  update(
    id: string,
    patch: Partial<Pick<BulkDraft, "input" | "reading" | "requestId">> & {
      /** The Incydr user that the opener is. */
      readonly openerUserId?: string;
    },
  ): Promise<void>;
}

/** The file can't be read: it is none of Slack's, of somebody else, too large, or no text. */
export class BulkFileError extends RefusalError<"bulk_file", BulkFileFault> {
  constructor(fault: BulkFileFault, options?: ErrorOptions) {
    super("bulk_file", fault, bulkFileMessage(fault), options);
  }
}

/** The lines of the input that are left out of the request. */
export type BulkLeftovers = Pick<DryRun, "leftOut" | "faults" | "moreFaults" | "furtherLines">;

/** The number of lines that aren't used, with those whose faults aren't kept. */
export function faultCount({ faults, moreFaults = 0 }: Pick<DryRun, "faults" | "moreFaults">): number {
  return faults.length + moreFaults;
}

/** The first lines that a message names as left out, and how many more there are. */
export interface LinesLeftOut {
  readonly first: readonly LineLeftOut[];
  readonly more: number;
}

/** A line that is left out; it is stored with a notice. */
export interface LineLeftOut {
  readonly line: number;
  /** What stands there, or the username; empty where that says nothing. */
  readonly text: string;
  /** Absent where an earlier version stored the whole sentence as `text`. */
  readonly why?: LineFault["fault"] | LeftOutCause;
}

/** Lines that a message has room for. */
const MOST_NAMED = 20;

/** The lines that need attention, in their order: those that are so already need none. */
export function linesLeftOut({ leftOut, faults, moreFaults = 0 }: BulkLeftovers): LinesLeftOut {
  const lines = [
    ...faults.map(({ line, text, fault }) => ({ line, text, why: fault })),
    ...leftOut
      .filter(({ because }) => because !== "already")
      .map(({ line, username, ...why }) => ({ line, text: username, why })),
  ].sort((a, b) => a.line - b.line);
  const more = lines.length === 0 ? 0 : Math.max(0, lines.length - MOST_NAMED) + moreFaults;
  return { first: lines.slice(0, MOST_NAMED), more };
}

/** Nothing of the input is left that could be requested. */
export class NothingToRequestError extends RefusalError<"nothing_to_request", null> {
  readonly reading: BulkLeftovers;

  constructor(reading: BulkLeftovers) {
    super("nothing_to_request", null, "Nobody is left for whom something could be requested.");
    this.reading = reading;
  }
}

/** Reads a file that somebody handed in. */
export interface HandedInFiles {
  /** Its text. @throws {BulkFileError} */
  read(fileId: string, slackUserId: string): Promise<string>;
}

/** Shows a bulk that is being filled in, in the modal in which it is awaited. */
export interface BulkForms {
  showDryRun(viewId: string, draft: BulkDraft & { readonly reading: DryRun }): Promise<void>;
  /** Says why there is no form, and gives back what was typed; to the opener alone if they have closed the modal. */
  showRefusal(
    input: GivenInput,
    kind: BulkKind,
    error: unknown,
    draft: Pick<BulkDraft, "opener" | "place">,
  ): Promise<void>;
}

/** The content of a file for a person; `slack/texts` makes its table, and the sentence that goes with the file. */
export type FileContent =
  | { readonly kind: "preview"; readonly reading: DryRun }
  | { readonly kind: "users" | "outcomes_so_far" | "outcomes"; readonly request: ChangeRequest };

/** A file for one person. */
export interface FileForPerson {
  readonly name: string;
  readonly holds: FileContent;
}

/** Brings files to people by direct message, each once, however often it is asked. */
export interface FileDelivery {
  /** Resolves to `unreachable` if the person can't be written to, now or later. */
  deliver(key: string, slackUserId: string, file: FileForPerson): Promise<"delivered" | "unreachable">;
}
