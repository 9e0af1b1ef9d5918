import type { ModalView } from "@slack/types";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { startSlackSimulator } from "../../sandbox/slack/slack-simulator.ts";
import {
  acknowledgeAll,
  clientOf,
  refusalOf,
  startTestApp,
  TEST_MANIFEST,
  type TestApp,
} from "./slack-test-app.ts";

const FILE_FORM: ModalView = {
  type: "modal",
  callback_id: "files",
  title: { type: "plain_text", text: "Files" },
  submit: { type: "plain_text", text: "Send" },
  blocks: [
    {
      type: "input",
      block_id: "file",
      label: { type: "plain_text", text: "File" },
      element: { type: "file_input", action_id: "file", filetypes: ["csv"], max_files: 1 },
    },
  ],
};
const submitted = z.object({
  view: z.object({
    state: z.object({
      values: z.object({
        file: z.object({
          file: z.object({ type: z.literal("file_input"), files: z.array(z.object({ id: z.string() })) }),
        }),
      }),
    }),
  }),
});

let bench: TestApp;
beforeEach(async () => {
  bench = await startTestApp(
    (app) => {
      app.command("/incydr", async ({ ack, body, client }) => {
        await ack();
        await client.views.open({ trigger_id: body.trigger_id, view: FILE_FORM });
      });
      acknowledgeAll(app);
    },
    { rateLimits: false },
  );
});
afterEach(() => bench[Symbol.asyncDispose]());

/** Maya hands in a file; resolves to what the app finds of it by its id. */
async function handIn(content: string) {
  const { slack } = bench;
  const maya = slack.as("maya");
  await maya.command("/incydr files", { in: "inc-4711" });
  await maya.waitForModal(/Files/);
  await maya.fill({ File: { file: "people.csv", content } });
  expect(maya.modal()?.fields[0]?.shown).toBe("people.csv");
  await maya.submit();
  const payload = slack.deliveries.at(-1)?.envelope.payload;
  const [file] = submitted.parse(payload).view.state.values.file.file.files;
  return (await clientOf(slack).files.info({ file: file?.id ?? "" })).file;
}

describe("a file that somebody hands in", () => {
  test("is told by id, owner, size and address, and read with the bot's token", async () => {
    const file = await handIn("user\nžofie\n");
    expect(file).toMatchObject({
      name: "people.csv",
      user: "U0MAYA",
      size: 12,
      filetype: "csv",
      mode: "hosted",
    });
    const headers = { authorization: `Bearer ${bench.slack.botToken}` };
    const answer = await fetch(file?.url_private_download ?? "", { headers });
    expect(await answer.text()).toBe("user\nžofie\n");
  });

  test.for([{}, { authorization: "Bearer xoxb-other" }])(
    "leads whoever shows no such token (%j) to a page to sign in, without an error",
    async (headers) => {
      const file = await handIn("user\n");
      const answer = await fetch(file?.url_private_download ?? "", { headers });
      expect([answer.status, answer.redirected, answer.headers.get("content-type")]).toEqual([
        200,
        true,
        "text/html; charset=utf-8",
      ]);
    },
  );

  test("can't be asked for without files:read", async () => {
    const manifest = { ...TEST_MANIFEST, oauth_config: { scopes: { bot: ["commands"] } } };
    await using poor = await startSlackSimulator({ manifest });
    const view = FILE_FORM;
    const refusal = await refusalOf(clientOf(poor).views.open({ trigger_id: "1.2.abc", view }));
    expect(refusal).toMatchObject({ error: "missing_scope", needed: "files:read" });
  });
});

describe("a file that the app uploads", () => {
  const upload = async (content: string, { length = Buffer.byteLength(content) } = {}) => {
    const { upload_url = "", file_id = "" } = await clientOf(bench.slack).files.getUploadURLExternal({
      filename: "outcome.csv",
      length,
    });
    const { status } = await fetch(upload_url, { method: "POST", body: Buffer.from(content) });
    return { id: file_id, status };
  };

  test("stands in the conversation it is completed for, and nowhere before", async () => {
    const { files, conversations } = clientOf(bench.slack);
    const maya = bench.slack.as("maya");
    const { id, status } = await upload("user,outcome\n");
    expect(status).toBe(200);
    const { channel } = await conversations.open({ users: "U0MAYA" });
    expect(maya.sees("dm")).toEqual([]);
    expect((await refusalOf(files.info({ file: id }))).error).toBe("file_not_found");
    await files.completeUploadExternal({
      files: [{ id, title: "Outcome" }],
      channel_id: channel?.id ?? "",
      initial_comment: "Here it is",
    });
    expect(maya.sees("dm")).toMatchObject([
      { plain: "Here it is\n📎 outcome.csv", files: [{ name: "outcome.csv", content: "user,outcome\n" }] },
    ]);
    expect((await files.info({ file: id })).file).toMatchObject({ title: "Outcome", ims: [channel?.id] });
  });

  test("is completed once, and only after as many bytes came as were announced", async () => {
    const { files } = clientOf(bench.slack);
    const complete = (id: string) => files.completeUploadExternal({ files: [{ id }] });
    const short = await upload("abc", { length: 4 });
    expect(short.status).toBe(400);
    expect((await refusalOf(complete(short.id))).error).toBe("file_not_found");
    const { id } = await upload("abc");
    await complete(id);
    expect((await refusalOf(complete(id))).error).toBe("file_not_found");
  });
});
