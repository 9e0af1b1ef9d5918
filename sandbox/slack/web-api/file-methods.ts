import { z } from "zod";
import { filePayload } from "../payloads/file-payload.ts";
import type { StoredFile } from "../state/file-store.ts";
import type { SlackState } from "../state/slack-state.ts";
import type { Channel } from "../state/workspace.ts";
import type { ApiCall, ApiMethod } from "./api-method.ts";
import { ApiRefusal } from "./api-refusal.ts";
import { assertMayPost, postingChannel } from "./channel-access.ts";
import { postAsApp } from "./post-as-app.ts";

/** `files.*`: reads shared files, and uploads the app's own files. */
export const fileMethods: Record<string, ApiMethod> = {
  "files.info": { token: "bot", scopes: ["files:read"], rate: "tier4", run: info },
  "files.delete": { token: "bot", scopes: ["files:write"], rate: "tier3", run: deleteFile },
  "files.getUploadURLExternal": { token: "bot", scopes: ["files:write"], rate: "tier4", run: getUploadUrl },
  "files.completeUploadExternal": { token: "bot", scopes: ["files:write"], rate: "tier4", run: complete },
};

function info({ arguments: call, state }: ApiCall): Record<string, unknown> {
  const file = state.files.find(call.requiredText("file"));
  if (!file?.complete) throw new ApiRefusal(file?.deleted ? "file_deleted" : "file_not_found");
  return { file: filePayload(file, state), comments: [], response_metadata: { next_cursor: "" } };
}

/** Deletes a file of the app's own. Messages that share it stay, without the file. */
function deleteFile({ arguments: call, state }: ApiCall): Record<string, unknown> {
  const file = state.files.find(call.requiredText("file"));
  if (!file?.complete) throw new ApiRefusal(file?.deleted ? "file_deleted" : "file_not_found");
  if (file.ownerId !== state.workspace.app.botUserId) throw new ApiRefusal("cant_delete_file");
  Object.assign(file, { deleted: true, complete: false, bytes: undefined });
  return {};
}

function getUploadUrl({ arguments: call, state }: ApiCall): Record<string, unknown> {
  const name = call.requiredText("filename");
  call.requiredText("length");
  const length = call.integer("length") ?? 0;
  if (length === 0) throw new ApiRefusal("invalid_arguments");
  const { file, key } = state.files.announce({ ownerId: state.workspace.app.botUserId, name, length });
  return { upload_url: `${state.fileHost()}/upload/v1/${key}`, file_id: file.id };
}

const filesArgument = z.array(z.strictObject({ id: z.string(), title: z.string().optional() })).min(1);

/** Shares the uploaded files in one message. Without a channel, they stay private. */
function complete({ arguments: call, state }: ApiCall): Record<string, unknown> {
  const given = filesArgument.safeParse(call.nested("files"));
  if (!given.success) throw new ApiRefusal("invalid_arguments");
  const files = given.data.map(({ id, title }) => {
    const file = state.files.find(id);
    if (file?.bytes === undefined || file.complete) throw new ApiRefusal("file_not_found");
    return { file, title };
  });
  const target = call.text("channel_id");
  const channel = target === undefined ? undefined : postingChannel(state, target);
  if (channel) {
    if (channel.kind === "im" && isHiddenIn(channel, state)) throw new ApiRefusal("user_not_visible");
    assertMayPost(state, channel);
  }
  for (const { file, title } of files) {
    file.complete = true;
    if (title) file.title = title;
  }
  if (channel)
    share(
      state,
      channel.id,
      files.map(({ file }) => file),
      call.text("initial_comment") ?? "",
    );
  return { files: files.map(({ file: { id, title } }) => ({ id, title })) };
}

/** Whether a member of the conversation is hidden from the app. */
function isHiddenIn({ memberIds }: Channel, { workspace }: SlackState): boolean {
  return [...memberIds].some((id) => workspace.people.get(id)?.hidden);
}

function share(state: SlackState, channelId: string, files: readonly StoredFile[], text: string): void {
  const { ts } = postAsApp(
    state,
    { channelId, fileIds: files.map(({ id }) => id) },
    { text, blocks: [], attachments: [] },
  );
  for (const file of files) file.shares.push({ channelId, ts });
}
