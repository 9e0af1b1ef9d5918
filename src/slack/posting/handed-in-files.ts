import { BulkFileError, decodeText, type HandedInFiles } from "../../change-requests/index.ts";
import { messageOf } from "../../kernel/errors.ts";
import { type SlackApi, slackErrorCode } from "../web-api/slack-api.ts";
import { neededScopes } from "../web-api/slack-failure.ts";
import { isSlackOutage } from "../web-api/slack-outage.ts";

/** Slack's host of private files. */
const FILE_HOST = "https://files.slack.com";
/** More than enough for 1,000 lines. */
const MOST_BYTES = 1_048_576;
const TIMEOUT_MS = 30_000;

/**
 * Reads uploaded files with the bot's token, from Slack's file host or the host of a configured Slack API. It reads the
 * owner and the URL of a file from Slack, and uses only the file's id from the form.
 */
export function createHandedInFiles(options: {
  api: SlackApi;
  token: string;
  apiUrl: string | null;
}): HandedInFiles {
  const { api, token, apiUrl } = options;
  const origins = [FILE_HOST, ...(apiUrl ? [new URL(apiUrl).origin] : [])];
  return {
    async read(fileId, slackUserId) {
      const url = await addressOf(fileId, slackUserId);
      const text = decodeText(await download(url));
      if (text === null) throw new BulkFileError({ kind: "no_text" });
      if (isPage(text)) throw new BulkFileError({ kind: "web_page" });
      return text;
    },
  };

  async function addressOf(fileId: string, slackUserId: string): Promise<URL> {
    const { file } = await api.reading.files.info({ file: fileId }).catch((error: unknown) => {
      if (slackErrorCode(error) === "missing_scope") {
        const scopes = neededScopes(error) ?? "files:read";
        throw new BulkFileError({ kind: "missing_scope", scopes }, { cause: error });
      }
      if (slackErrorCode(error) === null || isSlackOutage(error)) throw error;
      throw new BulkFileError({ kind: "gone" }, { cause: error });
    });
    if (file?.user !== slackUserId) throw new BulkFileError({ kind: "of_another" });
    if ((file.size ?? 0) > MOST_BYTES) throw new BulkFileError({ kind: "too_large" });
    const address = file.url_private_download ?? file.url_private ?? "";
    const url = URL.canParse(address) ? new URL(address) : null;
    if (!url || !origins.includes(url.origin)) throw new BulkFileError({ kind: "elsewhere" });
    return url;
  }

  async function download(url: URL): Promise<Uint8Array> {
    try {
      // Slack sends the file without a redirect, and a redirect could lead the token to another host.
      const answer = await fetch(url, {
        headers: { authorization: `Bearer ${token}` },
        redirect: "error",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!answer.ok || !answer.body) throw new Error(`Slack answered ${answer.status}.`);
      // If the token may not read the file, Slack answers 200 with a sign-in page.
      if (/^text\/html\b/i.test(answer.headers.get("content-type") ?? ""))
        throw new BulkFileError({ kind: "web_page" });
      return await readAtMost(answer.body, MOST_BYTES);
    } catch (error) {
      if (error instanceof BulkFileError) throw error;
      throw new BulkFileError({ kind: "unreadable", detail: messageOf(error) }, { cause: error });
    }
  }
}

/** Counts the bytes, because a file may be larger than its announced size. */
async function readAtMost(body: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > most) throw new BulkFileError({ kind: "too_large" });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function isPage(text: string): boolean {
  return /^[\s\uFEFF]*<(?:!doctype\s+html|html)\b/i.test(text);
}
