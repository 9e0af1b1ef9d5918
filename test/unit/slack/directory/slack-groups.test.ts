import { WebAPIPlatformError, type WebClient } from "@slack/web-api";
import { expect, it } from "vitest";
import { createSlackGroups } from "../../../../src/slack/directory/slack-groups.ts";

/** The groups of a Slack that gives this answer to `usergroups.list`. */
const groupsOf = (list: () => Promise<unknown>) =>
  createSlackGroups({ usergroups: { list } } as unknown as WebClient); // nothing else is called

it("a group that is disabled in Slack has no members", async () => {
  const usergroups = [
    { id: "S1", handle: "leads", users: ["U0THEO"] },
    { id: "S2", handle: "responders", users: ["U0MAYA"], date_delete: 1_750_000_000 },
  ];
  expect(await groupsOf(async () => ({ usergroups })).read()).toEqual([
    { handle: "leads", groupId: "S1", memberIds: ["U0THEO"] },
  ]);
});

it.each(["plan_upgrade_required", "paid_teams_only"])(
  "Slack's answer %s means that the workspace's plan has no user groups",
  async (error) => {
    const failed = groupsOf(() => Promise.reject(new WebAPIPlatformError({ ok: false, error }))).read();
    await expect(failed).rejects.toMatchObject({ remedy: { kind: "user_groups_unavailable" } });
  },
);
