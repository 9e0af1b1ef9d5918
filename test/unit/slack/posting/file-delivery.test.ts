import { WebAPIPlatformError } from "@slack/web-api";
import { expect, it } from "vitest";
import { createFileDelivery } from "../../../../src/slack/posting/file-delivery.ts";
import type { SlackApi } from "../../../../src/slack/web-api/slack-api.ts";
import { someRequest } from "../../../support/domain-objects.ts";
import { answering, serve } from "../../../support/http-server.ts";
import { createMemoryPostedMessages } from "../../../support/memory-posted-messages.ts";

const refused = (error: string) => Promise.reject(new WebAPIPlatformError({ ok: false, error }));
const FILE = { name: "users.csv", holds: { kind: "users", request: someRequest() } } as const;

interface SlackAnswers {
  /** Status of the upload. */
  readonly status?: number;
  readonly open?: () => Promise<unknown>;
  readonly ticket?: () => Promise<never>;
  readonly share?: () => Promise<unknown>;
  readonly info?: () => Promise<unknown>;
  /** Id of a file that an earlier attempt has uploaded. */
  readonly before?: string;
}

/** Delivers a file to Maya; `found` is what was stored of it when it was uploaded and when it was shared. */
async function deliver({ status = 200, open, ticket, share, info, before }: SlackAnswers) {
  const postedMessages = createMemoryPostedMessages();
  if (before) {
    await postedMessages.begin("file:7", { channelId: "D0MAYA", threadTs: null });
    await postedMessages.posted("file:7", before, null);
  }
  const upload_url = await serve(answering(status));
  const found: unknown[] = [];
  const api = {
    reading: {
      conversations: { open: open ?? (async () => ({ ok: true, channel: { id: "D0MAYA" } })) },
      files: { info },
    },
    posting: {
      files: {
        getUploadURLExternal: async () => {
          found.push((await postedMessages.find("file:7"))?.channelId);
          return ticket ? ticket() : { ok: true, upload_url, file_id: "F1" };
        },
        completeUploadExternal: async () => {
          found.push((await postedMessages.find("file:7"))?.ts);
          return share?.();
        },
      },
    },
  } as unknown as SlackApi; // nothing else is called
  const delivery = createFileDelivery({ api, postedMessages });
  const answer = await delivery.deliver("file:7", "U0MAYA", FILE).catch((error: unknown) => error);
  return { answer, found, kept: await postedMessages.find("file:7") };
}

it("a delivery is stored before the upload, and the file's id before the file is shared", async () => {
  expect(await deliver({})).toMatchObject({ answer: "delivered", found: ["D0MAYA", "F1"] });
});

it.each([
  ["shared before is not sent again", async () => ({ ok: true }), "delivered", []],
  ["never shared is sent again", () => refused("file_not_found"), "delivered", ["D0MAYA", "F1"]],
  ["shared perhaps is not sent again", () => refused("internal_error"), expect.any(Error), []],
])("a file that was uploaded and %s", async (_what, info, answer, found) => {
  expect(await deliver({ before: "F0", info })).toMatchObject({ answer, found });
});

it("a file whose upload fails is shared with nobody, and the error names the status", async () => {
  const { answer, found } = await deliver({ status: 503 });
  expect(answer).toMatchObject({ message: expect.stringContaining("503") });
  expect(found).toEqual(["D0MAYA"]);
});

it("a file for a person to whom the bot can't write is delivered to nobody", async () => {
  expect((await deliver({ share: () => refused("user_disabled") })).answer).toBe("unreachable");
  const open = () => refused("messages_tab_disabled");
  expect(await deliver({ open })).toEqual({ answer: "unreachable", found: [], kept: null });
});

it("a missing scope is an outage that can be mended, and another refusal is a fault of the file", async () => {
  const { answer } = await deliver({ ticket: () => refused("missing_scope") });
  expect(answer).toMatchObject({ code: "directory_unavailable" });
  const other = await deliver({ ticket: () => refused("invalid_arguments") });
  expect(other.answer).toBeInstanceOf(WebAPIPlatformError);
});
