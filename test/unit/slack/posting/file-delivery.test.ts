import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebAPIPlatformError } from "@slack/web-api";
import { expect, it, onTestFinished } from "vitest";
import { createFileDelivery } from "../../../../src/slack/posting/file-delivery.ts";
import type { SlackApi } from "../../../../src/slack/web-api/slack-api.ts";
import { someRequest } from "../../../support/domain-objects.ts";
import { createMemoryPostedMessages } from "../../../support/memory-posted-messages.ts";

const refused = (error: string) => Promise.reject(new WebAPIPlatformError({ ok: false, error }));
const FILE = { name: "users.csv", holds: { kind: "users", request: someRequest() } } as const;

/** A place for uploads that answers so. */
async function uploadUrl(status: number): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { connection: "close" }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`; // a listening TCP server has one
}

/** Delivers a file to Maya; `found` is what was stored of it when it was uploaded and when it was shared. */
async function deliver(slack: {
  status?: number;
  ticket?: () => Promise<never>;
  share?: () => Promise<unknown>;
  info?: () => Promise<unknown>;
  before?: string;
}) {
  const postedMessages = createMemoryPostedMessages();
  if (slack.before) {
    await postedMessages.begin("file:7", { channelId: "D0MAYA", threadTs: null });
    await postedMessages.posted("file:7", slack.before, null);
  }
  const upload_url = await uploadUrl(slack.status ?? 200);
  const found: unknown[] = [];
  const api = {
    reading: {
      conversations: { open: async () => ({ ok: true, channel: { id: "D0MAYA" } }) },
      files: { info: slack.info },
    },
    posting: {
      files: {
        getUploadURLExternal: async () => {
          found.push((await postedMessages.find("file:7"))?.channelId);
          return slack.ticket ? slack.ticket() : { ok: true, upload_url, file_id: "F1" };
        },
        completeUploadExternal: async () => {
          found.push((await postedMessages.find("file:7"))?.ts);
          return slack.share?.();
        },
      },
    },
  } as unknown as SlackApi; // nothing else is called
  const delivery = createFileDelivery({ api, postedMessages });
  const answer = await delivery.deliver("file:7", "U0MAYA", FILE).catch((error: unknown) => error);
  return { answer, found };
}

it("a file's id is remembered before it is shared, and that it was begun before it is uploaded", async () => {
  expect(await deliver({})).toEqual({ answer: "delivered", found: ["D0MAYA", "F1"] });
});

it("a file that was uploaded and never shared is sent again", async () => {
  const { answer, found } = await deliver({ before: "F0", info: () => refused("file_not_found") });
  expect([answer, found]).toEqual(["delivered", ["D0MAYA", "F1"]]);
});

it("a file that Slack doesn't take is shared with nobody, and the fault says how Slack answered", async () => {
  const { answer, found } = await deliver({ status: 503 });
  expect(answer).toMatchObject({ message: expect.stringContaining("503") });
  expect(found).toEqual(["D0MAYA"]);
});

it("a file for somebody who can't be written to by now is brought to nobody", async () => {
  expect((await deliver({ share: () => refused("user_disabled") })).answer).toBe("unreachable");
});

it("a file that the bot lacks the scope for is an outage that can be mended, not a fault of the file", async () => {
  const { answer } = await deliver({ ticket: () => refused("missing_scope") });
  expect(answer).toMatchObject({ code: "directory_unavailable" });
  const other = await deliver({ ticket: () => refused("invalid_arguments") });
  expect(other.answer).toBeInstanceOf(WebAPIPlatformError);
});
