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

/** Maya uploads a file; resolves to the file as the app reads it by its id. */
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

describe("a file that a person hands in", () => {
  test("a handed-in file has id, owner, size and address, and is read with the bot's token", async () => {
    const file = await handIn("user\nžofie\n");
    const expected = { name: "people.csv", user: "U0MAYA", size: 12, filetype: "csv", mode: "hosted" };
    expect(file).toMatchObject(expected);
    const headers = { authorization: `Bearer ${bench.slack.botToken}` };
    const answer = await fetch(file?.url_private_download ?? "", { headers });
    expect(await answer.text()).toBe("user\nžofie\n");
  });

  test.for([{}, { authorization: "Bearer xoxb-other" }])(
    "a reader of a file without the bot's token (%j) gets the sign-in page with the status 200",
    async (headers) => {
      const file = await handIn("user\n");
      const answer = await fetch(file?.url_private_download ?? "", { headers });
      expect(answer).toMatchObject({ status: 200, redirected: true });
      expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    },
  );

  test("a form can't ask for a file without the scope files:read", async () => {
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

  test("an uploaded file is in no conversation until its upload is completed for one", async () => {
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

  test("an app deletes its own file once; its message stays without the file", async () => {
    const { files, conversations } = clientOf(bench.slack);
    const maya = bench.slack.as("maya");
    const { id } = await upload("user,outcome\n");
    expect((await refusalOf(files.delete({ file: id }))).error).toBe("file_not_found");
    const { channel } = await conversations.open({ users: "U0MAYA" });
    await files.completeUploadExternal({ files: [{ id }], channel_id: channel?.id ?? "" });
    await files.delete({ file: id });
    expect(maya.sees("dm")).toMatchObject([{ plain: "This file was deleted.", files: [] }]);
    expect((await refusalOf(files.delete({ file: id }))).error).toBe("file_deleted");
    expect((await refusalOf(files.info({ file: id }))).error).toBe("file_deleted");
    const { id: own = "" } = (await handIn("user\n")) ?? {};
    expect((await refusalOf(files.delete({ file: own }))).error).toBe("cant_delete_file");
  });

  test("an upload is completed once, and only with as many bytes as announced", async () => {
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
