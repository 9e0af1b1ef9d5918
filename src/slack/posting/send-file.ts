import { createHash } from "node:crypto";
import type { FileDelivery } from "../../change-requests/index.ts";
import { escapeMrkdwn } from "../texts/rich-text.ts";
import { slackErrorCode, UnexpectedAnswerError } from "../web-api/slack-api.ts";
import { directoryUnavailable } from "../web-api/slack-failure.ts";
import { FileTransferError } from "../web-api/slack-outage.ts";
import type { PostingDeps } from "./posted-messages.ts";

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

/** A file, and the text of the message that shares it. */
interface SentFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly comment: string;
}

/** Sends a person a file, once under each key. `make` is called before an upload, and not if the file was sent before. */
export type SendFile = (key: string, slackUserId: string, make: () => Promise<SentFile>) => Promise<Delivery>;

/**
 * Makes the function that uploads files into people's conversations with the bot. It stores the id of a file before it
 * shares the file: after a crash, Slack tells whether the file with this id was shared.
 */
export function createSendFile({ api, postedMessages }: PostingDeps): SendFile {
  return (key, slackUserId, make) =>
    postedMessages.withKey(key, () =>
      send(key, slackUserId, make).catch((error: unknown) => {
        if (slackErrorCode(error) !== "missing_scope") throw error;
        throw directoryUnavailable(error, "The bot lacks a scope for sending files.");
      }),
    );

  async function send(key: string, slackUserId: string, make: () => Promise<SentFile>): Promise<Delivery> {
    const before = await postedMessages.find(key);
    // A stored hash means that Slack confirmed the file. It may be deleted since.
    if (before?.ts && (before.contentHash !== null || (await isShared(before.ts)))) return "delivered";
    const channelId = await conversationWith(slackUserId);
    if (!channelId) return "unreachable";
    const file = await make();
    await postedMessages.begin(key, { channelId, threadTs: null });
    const fileId = await upload(file);
    await postedMessages.posted(key, fileId, null);
    const delivery = await share(channelId, { id: fileId, file });
    if (delivery === "delivered")
      await postedMessages.posted(key, fileId, createHash("sha256").update(file.bytes).digest("hex"));
    return delivery;
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

  async function share(channelId: string, { id, file }: { id: string; file: SentFile }): Promise<Delivery> {
    try {
      await api.posting.files.completeUploadExternal({
        files: [{ id, title: file.name }],
        channel_id: channelId,
        initial_comment: escapeMrkdwn(file.comment),
      });
      return "delivered";
    } catch (error) {
      if (UNREACHABLE.includes(slackErrorCode(error) ?? "")) return "unreachable";
      throw error;
    }
  }

  async function upload({ name, bytes }: SentFile): Promise<string> {
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
