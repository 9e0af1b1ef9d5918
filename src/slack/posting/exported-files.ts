import type { ExportedFiles, RemovedFile } from "../../change-requests/index.ts";
import { EXPORT_COLUMNS, exportCells, exportComment } from "../texts/export-texts.ts";
import { slackErrorCode } from "../web-api/slack-api.ts";
import { directoryUnavailable } from "../web-api/slack-failure.ts";
import type { PostingDeps } from "./posted-messages.ts";
import { createSendFile } from "./send-file.ts";
import { toCsv } from "./to-csv.ts";

/** Slack's answers for a file that is gone: https://docs.slack.dev/reference/methods/files.delete */
const GONE: readonly string[] = ["file_not_found", "file_deleted"];

/** Sends files of users by direct message, and deletes them. */
export function createExportedFiles(deps: PostingDeps): ExportedFiles {
  const { api, postedMessages } = deps;
  const sendFile = createSendFile(deps);
  return {
    header: () => Buffer.from(toCsv([EXPORT_COLUMNS])),

    lines: (users) => Buffer.from(toCsv(users.map(exportCells), { continuesFile: true })),

    deliver: (exportId, slackUserId, make) =>
      sendFile(keyOf(exportId), slackUserId, async () => {
        await keepEarlier(keyOf(exportId));
        const file = await make();
        return { name: "users.csv", bytes: file.bytes, comment: exportComment(file) };
      }),

    remove: (exportId, { uploadedBefore }) =>
      postedMessages.withKey(keyOf(exportId), async () => {
        const key = keyOf(exportId);
        const last = await postedMessages.find(key);
        if (last && last.begunAt > uploadedBefore) return { kind: "too_new", begunAt: last.begunAt };
        const files: RemovedFile[] = [];
        for (const { ts } of [...(last ? [last] : []), ...(await postedMessages.findAll(`${key}:`))])
          if (ts) files.push({ fileId: ts, wasGone: !(await deleteFile(ts)) });
        return files.length > 0 ? { kind: "removed", files } : { kind: "none" };
      }),
  };

  /**
   * Keeps the id of an earlier upload when the file is uploaded again. Slack may share the earlier one late, after it
   * has said that it does not have it.
   */
  async function keepEarlier(key: string): Promise<void> {
    const earlier = await postedMessages.find(key);
    if (!earlier?.ts) return;
    const kept = `${key}:${earlier.ts}`;
    await postedMessages.begin(kept, earlier);
    await postedMessages.posted(kept, earlier.ts, null);
  }

  /** Deletes a file; resolves to `false` if it was gone before. */
  async function deleteFile(fileId: string): Promise<boolean> {
    try {
      await api.posting.files.delete({ file: fileId });
      return true;
    } catch (error) {
      const code = slackErrorCode(error) ?? "";
      if (GONE.includes(code)) return false;
      throw code === "missing_scope"
        ? directoryUnavailable(error, "The bot lacks a scope for deleting files.")
        : error;
    }
  }
}

/** The key of a file among the bot's posts. Old records are deleted by this prefix (upkeep-repository.ts). */
function keyOf(exportId: string): string {
  return `export:${exportId}`;
}
