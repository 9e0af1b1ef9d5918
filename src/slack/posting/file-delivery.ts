import type { FileDelivery, FileForPerson } from "../../change-requests/index.ts";
import { fileComment } from "../texts/bulk-texts.ts";
import { reportRows } from "../texts/report-rows.ts";
import { escapeMrkdwn } from "../texts/rich-text.ts";
import { slackErrorCode, UnexpectedAnswerError } from "../web-api/slack-api.ts";
import { directoryUnavailable } from "../web-api/slack-failure.ts";
import { FileTransferError } from "../web-api/slack-outage.ts";
import type { PostingDeps } from "./posted-messages.ts";
import { toCsv } from "./to-csv.ts";

/** Slack's permanent refusals of a message to a person. */
const UNREACHABLE = [
  "user_not_found",
  "user_disabled",
  "user_not_visible",
  "cannot_dm_bot",
  "messages_tab_disabled",
];
const TIMEOUT_MS = 30_000;

type Delivery = Awaited<ReturnType<FileDelivery["deliver"]>>;

/**
 * Uploads files into people's conversations with the bot, each key once. It stores the id of a file before it shares
 * the file: after a crash, Slack tells whether the file with this id was shared.
 */
export function createFileDelivery({ api, postedMessages }: PostingDeps): FileDelivery {
  return {
    deliver: (key, slackUserId, file) =>
      postedMessages.withKey(key, () =>
        deliver(key, slackUserId, file).catch((error: unknown) => {
          if (slackErrorCode(error) !== "missing_scope") throw error;
          throw directoryUnavailable(error, "The bot lacks a scope for sending files.");
        }),
      ),
  };

  async function deliver(key: string, slackUserId: string, file: FileForPerson): Promise<Delivery> {
    const before = await postedMessages.find(key);
    if (before?.ts && (await isShared(before.ts))) return "delivered";
    const channelId = await conversationWith(slackUserId);
    if (!channelId) return "unreachable";
    await postedMessages.begin(key, { channelId, threadTs: null });
    const fileId = await upload(file);
    await postedMessages.posted(key, fileId, null);
    return share(channelId, { id: fileId, file });
  }

  async function conversationWith(slackUserId: string): Promise<string | null> {
    try {
      const { channel } = await api.reading.conversations.open({ users: slackUserId });
      if (!channel?.id) throw new UnexpectedAnswerError("conversations.open", "channel");
      return channel.id;
    } catch (error) {
      if (UNREACHABLE.includes(slackErrorCode(error) ?? "")) return null;
      throw error;
    }
  }

  async function share(
    channelId: string,
    { id, file }: { id: string; file: FileForPerson },
  ): Promise<Delivery> {
    try {
      await api.posting.files.completeUploadExternal({
        files: [{ id, title: file.name }],
        channel_id: channelId,
        initial_comment: escapeMrkdwn(fileComment(file.holds)),
      });
      return "delivered";
    } catch (error) {
      if (UNREACHABLE.includes(slackErrorCode(error) ?? "")) return "unreachable";
      throw error;
    }
  }

  async function upload({ name, holds }: FileForPerson): Promise<string> {
    const bytes = Buffer.from(toCsv(reportRows(holds)), "utf8");
    const { upload_url, file_id } = await api.posting.files.getUploadURLExternal({
      filename: name,
      length: bytes.length,
    });
    if (!upload_url || !file_id)
      throw new UnexpectedAnswerError("files.getUploadURLExternal", "upload_url or file_id");
    const { ok, status } = await fetch(upload_url, {
      method: "POST",
      body: bytes,
      headers: { "content-type": "application/octet-stream" },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: unknown) => {
      throw new FileTransferError(`Slack didn't take the file ${name}.`, null, { cause: error });
    });
    if (!ok) throw new FileTransferError(`Slack didn't take the file ${name}: HTTP ${status}.`, status);
    return file_id;
  }

  /** `files.info` does not find a file before it is shared. */
  async function isShared(fileId: string): Promise<boolean> {
    try {
      await api.reading.files.info({ file: fileId });
      return true;
    } catch (error) {
      if (slackErrorCode(error) === "file_not_found") return false;
      throw error;
    }
  }
}
