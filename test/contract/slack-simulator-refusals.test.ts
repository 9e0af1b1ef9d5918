import { afterEach, beforeEach, expect, test } from "vitest";
import { type SlackSimulator, startSlackSimulator } from "../../sandbox/slack/slack-simulator.ts";
import { clientOf, createTestClock, errorOf, refusalOf, TEST_MANIFEST } from "./slack-test-app.ts";

const CHANNEL = "C0INC4711";

const clock = createTestClock();
let slack: SlackSimulator;
beforeEach(async () => {
  slack = await startSlackSimulator({ manifest: TEST_MANIFEST, rateLimits: false, clock });
});
afterEach(() => slack[Symbol.asyncDispose]());

const client = () => clientOf(slack);
const post = (more: object = {}) => client().chat.postMessage({ channel: CHANNEL, text: "x", ...more });
const update = (ts: string | undefined) =>
  client().chat.update({ channel: CHANNEL, ts: ts ?? "", text: "y" });

test("a message older than the edit window can be deleted but not edited", async () => {
  const { ts } = await post();
  slack.admin.closeEditWindow(5);
  await update(ts);
  clock.advance(5 * 60_000);
  expect(await errorOf(update(ts))).toBe("edit_window_closed");
  expect((await client().chat.delete({ channel: CHANNEL, ts: ts ?? "" })).ok).toBe(true);
  const later = await post();
  slack.admin.closeEditWindow(0);
  expect(await errorOf(update(later.ts))).toBe("edit_window_closed");
  slack.admin.closeEditWindow(null);
  await update(later.ts);
});

test("a restricted channel takes neither posts nor edits, except where it allows threads or nothing else", async () => {
  const { ts } = await post();
  const reply = () => post({ thread_ts: ts });
  slack.admin.restrictPosting("inc-4711", "restricted_action_read_only_channel");
  expect(await errorOf(post())).toBe("restricted_action_read_only_channel");
  expect(await errorOf(update(ts))).toBe("restricted_action_read_only_channel");
  slack.admin.restrictPosting("inc-4711", "restricted_action_thread_only_channel");
  expect(await errorOf(post())).toBe("restricted_action_thread_only_channel");
  await reply();
  slack.admin.restrictPosting("inc-4711", "restricted_action_non_threadable_channel");
  expect(await errorOf(reply())).toBe("restricted_action_non_threadable_channel");
  await post();
  slack.admin.restrictPosting("inc-4711", null);
  await reply();
});

test("no message is taken while the limit of messages is reached", async () => {
  slack.admin.limitMessages(true);
  expect(await errorOf(post())).toBe("message_limit_exceeded");
  slack.admin.limitMessages(false);
  await post();
});

test("metadata that is too large is refused", async () => {
  const metadata = { event_type: "x", event_payload: { key: "k".repeat(9_000) } };
  expect(await errorOf(post({ metadata }))).toBe("metadata_too_large");
});

test("a workspace without a paid plan has no user groups", async () => {
  slack.admin.setPlan("free");
  expect(await errorOf(client().usergroups.list())).toBe("plan_upgrade_required");
  expect(await errorOf(client().usergroups.users.list({ usergroup: "S0LEADS" }))).toBe(
    "plan_upgrade_required",
  );
  slack.admin.setPlan("paid");
  expect((await client().usergroups.list()).usergroups).toHaveLength(3);
});

test("a call without a withdrawn scope is refused, and is no violation of the app", async () => {
  slack.admin.withdrawScope("usergroups:read");
  expect(await refusalOf(client().usergroups.list())).toMatchObject({
    error: "missing_scope",
    needed: "usergroups:read",
    provided: expect.not.stringContaining("usergroups:read"),
  });
  slack.violations.assertNone();
  slack.admin.grantScope("usergroups:read");
  await client().usergroups.list();
});

test("a file can't be shared with a person whom the app may not see", async () => {
  const share = async () => {
    const { upload_url, file_id } = await client().files.getUploadURLExternal({ filename: "a", length: 1 });
    const headers = { "content-type": "application/octet-stream" };
    await fetch(upload_url ?? "", { method: "POST", body: "x", headers });
    const { channel } = await client().conversations.open({ users: "U0MAYA" });
    return client().files.completeUploadExternal({
      files: [{ id: file_id ?? "" }],
      channel_id: channel?.id ?? "",
    });
  };
  slack.admin.hideFromApp("maya", true);
  expect(await errorOf(share())).toBe("user_not_visible");
  slack.admin.hideFromApp("maya", false);
  await share();
});
