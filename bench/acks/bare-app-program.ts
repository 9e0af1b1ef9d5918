// A Bolt app that acks each command and answers it as the bot answers `/incydr help`. Its parent ends it by closing the
// channel between them.

import { once } from "node:events";
import { App } from "@slack/bolt";
import { answerMessage } from "../../src/slack/messages/answer-message.ts";

const [port, signingSecret, token, slackApiUrl = ""] = process.argv.slice(2);
const { text, blocks } = answerMessage({ kind: "help" });
const app = new App({
  signingSecret: signingSecret ?? "",
  token: token ?? "",
  clientOptions: { slackApiUrl },
});
app.command("/incydr", async ({ ack, respond }) => {
  await ack();
  await respond({ response_type: "ephemeral", text, blocks });
});
await app.start(Number(port));
process.send?.("up");
await once(process, "disconnect");
await app.stop();
