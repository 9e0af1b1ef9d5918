import type { Terms } from "../../authorization/index.ts";
import { RefusalError } from "../../kernel/errors.ts";
import type { Preflight } from "../../subjects/index.ts";
import { MOST_SUBJECTS } from "./bulk-limits.ts";
import type { Change } from "./change.ts";
import type { ChangeRequest, OperatorRef, Place } from "./change-request.ts";
import type { BulkKind, LineFault } from "./parsed-list.ts";

/** The input of a bulk: pasted lines or a file, not both. */
export interface GivenInput {
  readonly text: string | null;
  /** Slack's id of the file. */
  readonly fileId: string | null;
  /** Roles by name or id, for lines that name none. */
  readonly roles: readonly string[];
  /** The modal that shows the answer. */
  readonly viewId: string;
}

export interface BulkSubject {
  readonly line: number;
  readonly facts: Preflight;
  readonly slackUserIds: readonly string[];
}

/** Why a user of the list is not a target. */
export type LeftOutBecause = "already" | "protected" | "oneself" | "forbidden";

export type LeftOut = LeftOutCause & { readonly line: number; readonly username: string };

/** `why`: the policies' sentences. An earlier version stored a sentence for every cause. */
export type LeftOutCause =
  | { readonly because: "forbidden"; readonly why: string }
  | { readonly because: Exclude<LeftOutBecause, "forbidden">; readonly why: string | null };

/** The result of a dry run, which changes nothing in Incydr. */
export interface DryRun {
  readonly change: Change;
  /** In the order of the input. */
  readonly subjects: readonly BulkSubject[];
  readonly leftOut: readonly LeftOut[];
  /** The first `MOST_LINE_FAULTS` faults. */
  readonly faults: readonly LineFault[];
  /** The number of further faults. Absent if an earlier version stored the dry run. */
  readonly moreFaults?: number;
  /** Lines that name a further role of a user; `of` is the user's first line. */
  readonly furtherLines?: readonly { readonly line: number; readonly of: number }[];
  /** Ids that a spreadsheet has rounded. The username beside the id is used instead. */
  readonly ignoredIds?: readonly { readonly line: number; readonly id: string }[];
  readonly approvalsNeeded: number | null;
  /** The terms at the dry run. For many subjects, evaluating the policies takes longer than Slack waits for a form. */
  readonly terms: Terms;
}

export interface BulkDraft {
  readonly id: string;
  readonly opener: OperatorRef;
  readonly place: Place;
  readonly kind: BulkKind;
  readonly input: GivenInput | null;
  readonly reading: DryRun | null;
  /** The request that was made from the draft. A second submission leads to the same request. */
  readonly requestId: number | null;
  readonly expiresAt: Date;
}

export interface BulkDraftRepository {
  insert(draft: BulkDraft): Promise<void>;
  /** Locks the draft until the transaction ends; resolves to `null` if there is none. */
  lock(id: string): Promise<BulkDraft | null>;
  update(
    id: string,
    patch: Partial<Pick<BulkDraft, "input" | "reading" | "requestId">> & {
      readonly openerUserId?: string;
    },
  ): Promise<void>;
}

export type BulkFileFault =
  /** The bot's token lacks these scopes. */
  | { readonly kind: "missing_scope"; readonly scopes: string }
  | { readonly kind: "gone" | "of_another" | "elsewhere" | "no_text" | "web_page" | "too_large" }
  | { readonly kind: "unreadable"; readonly detail: string }
  | {
      readonly kind: "too_many_lines";
      readonly count: number;
      readonly most: number;
      readonly mostSubjects: number;
    };

/** A list that was handed in can't be read. The audit log stores the message. */
export class BulkFileError extends RefusalError<"bulk_file", BulkFileFault> {
  constructor(fault: BulkFileFault, options?: ErrorOptions) {
    super("bulk_file", fault, bulkFileMessage(fault), options);
  }
}

function bulkFileMessage(fault: BulkFileFault): string {
  switch (fault.kind) {
    case "missing_scope":
      return `The bot lacks the scope ${fault.scopes} in Slack, and can't read files. Paste the lines instead, or ask an administrator to add it and to install the app again.`;
    case "gone":
      return "Slack doesn't have the file any more.";
    case "of_another":
      return "The file was uploaded by somebody else.";
    case "elsewhere":
      return "The file doesn't lie with Slack; upload it to Slack itself.";
    case "no_text":
      return "The file isn't a text file in UTF-8 or UTF-16. In a spreadsheet, save it as “CSV UTF-8”, and upload that.";
    case "web_page":
      return "Slack gave a web page for the file: save it as CSV and upload it again.";
    case "too_large":
      return `The file is larger than 1 MB. A request is about at most ${MOST_SUBJECTS.toLocaleString("en-US")} users: split the list.`;
    case "unreadable":
      return `The file could not be read from Slack: ${fault.detail}`;
    case "too_many_lines":
      return `The list has ${fault.count} lines, and at most ${fault.most} are read. A request is about at most ${fault.mostSubjects} users: split the list.`;
  }
}

/** The lines that are left out of the request. */
export type BulkLeftovers = Pick<DryRun, "leftOut" | "faults" | "moreFaults" | "furtherLines">;

/** The number of faulty lines, including those whose faults are not stored. */
export function faultCount({ faults, moreFaults = 0 }: Pick<DryRun, "faults" | "moreFaults">): number {
  return faults.length + moreFaults;
}

/** The first lines that a message names, and how many more are left out. */
export interface LinesLeftOut {
  readonly first: readonly LineLeftOut[];
  readonly more: number;
}

/** A line that is left out. It is stored with a notice. */
export interface LineLeftOut {
  readonly line: number;
  /** The text of the line, or the username; empty if it has no visible text. */
  readonly text: string;
  /** Absent where an earlier version stored the whole sentence as `text`. */
  readonly why?: LineFault["fault"] | LeftOutCause;
}

/** The most lines that a message names. */
const MOST_NAMED = 20;

/** The left-out lines that a person should look at, without users whom the change would not alter. */
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

/** No line of the input can be requested. */
export class NothingToRequestError extends RefusalError<"nothing_to_request", null> {
  readonly reading: BulkLeftovers;

  constructor(reading: BulkLeftovers) {
    super("nothing_to_request", null, "Nobody is left for whom something could be requested.");
    this.reading = reading;
  }
}

export interface HandedInFiles {
  /** Reads the text of a file. @throws {BulkFileError} if the file can't be used */
  read(fileId: string, slackUserId: string): Promise<string>;
}

/** Shows the result of a dry run in the modal that waits for it. */
export interface BulkForms {
  showDryRun(viewId: string, draft: BulkDraft & { readonly reading: DryRun }): Promise<void>;
  /** Shows why there is no form, with the typed text; if the modal is closed, in a message to the opener alone. */
  showRefusal(
    input: GivenInput,
    kind: BulkKind,
    error: unknown,
    draft: Pick<BulkDraft, "opener" | "place">,
  ): Promise<void>;
}

/** The content of a file. `slack/texts` makes its table and the sentence that goes with it. */
export type FileContent =
  | { readonly kind: "preview"; readonly reading: DryRun }
  | { readonly kind: "users" | "outcomes_so_far" | "outcomes"; readonly request: ChangeRequest };

export interface FileForPerson {
  readonly name: string;
  readonly holds: FileContent;
}

/** Sends files by direct message. Each `key` is sent once. */
export interface FileDelivery {
  /** Resolves to `unreachable` if Slack never lets the bot write to the person. */
  deliver(key: string, slackUserId: string, file: FileForPerson): Promise<"delivered" | "unreachable">;
}
