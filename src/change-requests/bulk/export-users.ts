import { createHash } from "node:crypto";
import { exportDeleted, exportNotSent, usersExported } from "../../audit/index.ts";
import { type Authorizer, FRESH, type PeopleDirectory } from "../../authorization/index.ts";
import { uuidOf } from "../../kernel/canonical-json.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { DirectoryFilter, DirectoryRecord, TenantDirectory } from "../../subjects/index.ts";
import { createClickAnswer } from "../clicks/click-answer.ts";
import { mayHearOfSubjects } from "../confidentiality/subject-among.ts";
import { NotFullMemberError, NothingToExportError } from "../model/request-errors.ts";
import { assertDeciding } from "../policy/assert-deciding.ts";
import type { ExportedFiles, UserExport } from "../ports/exported-files.ts";
import type { JobOf } from "../ports/job.ts";
import type { UnitOfWork } from "../ports/storage.ts";
import { wakeTime } from "../ports/wake-time.ts";
import { inSlices } from "./in-slices.ts";

/** The most users of a file. */
export const MOST_EXPORTED_USERS = 10_000;
/** The most bytes of a file. A user with all roles of a tenant takes some kilobytes. */
const MOST_BYTES = 10_000_000;
/** The work of formatting a user, as a number of characters, in addition to the user's own characters. */
const WORK_PER_LINE = 1_000;
/** How long a file stays in Slack, in milliseconds. */
const KEPT_MS = 24 * 3_600_000;

/** Sends lists of users as files, and deletes the files later. */
export interface UserExports {
  /**
   * Sends the users of a filter to the person who clicked, by direct message. Further clicks on the same list send no
   * second file.
   */
  exportUsers(job: JobOf<"export_users">): Promise<void>;
  /** Deletes a file that was sent a day ago, or waits until then. */
  deleteExport(job: JobOf<"delete_export">): Promise<void>;
}

export function createUserExports(options: {
  authorizer: Authorizer;
  directory: PeopleDirectory;
  tenant: Pick<TenantDirectory, "records">;
  files: ExportedFiles;
  uow: UnitOfWork;
  clock: Clock;
}): UserExports {
  const { directory, tenant, files, uow, clock } = options;
  const answered = createClickAnswer(options);
  return {
    exportUsers(job) {
      const { clickId, slackUserId, place } = job;
      const click = { clickId, slackUserId, place, requestId: null };
      return answered(click, "export_users", () => exportTo(job));
    },

    async deleteExport(job) {
      const { exportId } = job;
      const uploadedBefore = new Date(clock.now().getTime() - KEPT_MS);
      const removal = await files.remove(exportId, { uploadedBefore });
      if (removal.kind === "none") return;
      await uow.run(async (tx) => {
        if (removal.kind === "too_new") {
          await tx.jobs.enqueue(job, { startAfter: deletionTime(removal.begunAt) });
          return;
        }
        const at = clock.now();
        for (const { fileId, wasGone } of removal.files) {
          if (!(await tx.clicks.claim(uuidOf(`${exportId} ${fileId} deleted`), at))) continue;
          const details = { export: exportId, file: fileId, alreadyGone: wasGone };
          await tx.audit.append(exportDeleted({ actor: "bot", at }, details));
        }
      });
    },
  };

  async function exportTo(job: JobOf<"export_users">): Promise<void> {
    const { exportId, clickId, slackUserId, place, filter } = job;
    const authorizer = await options.authorizer.pin({ attemptId: clickId });
    const freshness = FRESH;
    const { email, policyHash } = await authorizer.authorize(slackUserId, "export_users", { freshness });
    if (!(await mayHearOfSubjects(directory, slackUserId))) throw new NotFullMemberError();
    const actor = { slackUserId, email };
    const deletion = { kind: "delete_export", exportId } as const;

    const outcome = await files.deliver(exportId, slackUserId, async () => {
      const file = await read(filter);
      const sha256 = createHash("sha256").update(file.bytes).digest("hex");
      await uow.run(async (tx) => {
        await assertDeciding(tx, policyHash);
        const at = clock.now();
        // Another try may read another state of the directory. Its file differs, and gets its own entry.
        if (!(await tx.clicks.claim(uuidOf(`${exportId} ${sha256}`), at))) return;
        const { rows, total, mayMatch } = file;
        const { text: asked, ...others } = filter;
        const numbers = { count: rows, total, mayMatch, truncated: rows < total };
        const details = { export: exportId, asked, ...others, ...numbers, sha256 };
        await tx.audit.append(usersExported({ actor, at, policyHash }, details));
        // The bot may stop after it has sent the file, and give up this job.
        await tx.jobs.enqueue(deletion, { startAfter: deletionTime(at) });
      });
      return file;
    });

    await uow.run(async (tx) => {
      const at = clock.now();
      if (!(await tx.clicks.claim(clickId, at))) return;
      if (outcome === "delivered") {
        await tx.jobs.enqueue(deletion, { startAfter: deletionTime(at) });
        await tx.jobs.enqueue({ kind: "tell", slackUserId, place, notice: { kind: "export_sent" } });
        return;
      }
      await tx.audit.append(exportNotSent({ actor, at, policyHash }, { export: exportId }));
      const notice = { kind: "file_not_sent", file: "export" } as const;
      await tx.jobs.enqueue({ kind: "tell", slackUserId, place, notice });
    });
  }

  /** Reads users until the file is full. Other work runs after each slice of users. */
  async function read(filter: DirectoryFilter): Promise<UserExport> {
    const parts = [files.header()];
    let size = 0;
    let rows = 0;
    const readAt = clock.now();
    const summary = await tenant.records(filter, async (users) => {
      for await (const user of inSlices(users, sizeOf)) {
        const line = files.lines([user]);
        if (rows === MOST_EXPORTED_USERS || size + line.length > MOST_BYTES) return false;
        parts.push(line);
        size += line.length;
        rows += 1;
      }
      return rows < MOST_EXPORTED_USERS;
    });
    if (rows === 0) throw new NothingToExportError(summary);
    return { ...summary, filter, rows, readAt, bytes: Buffer.concat(parts) };
  }

  function deletionTime(sentAt: Date): Date {
    return wakeTime(clock, new Date(sentAt.getTime() + KEPT_MS));
  }
}

/** The work of formatting a user, in characters. */
function sizeOf({ username, displayName, orgName, roles }: DirectoryRecord): number {
  return [username, displayName, orgName ?? "", ...(roles ?? [])].reduce(
    (size, { length }) => size + length,
    WORK_PER_LINE,
  );
}
