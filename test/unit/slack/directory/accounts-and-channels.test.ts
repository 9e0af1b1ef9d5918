import { WebAPIPlatformError, type WebClient } from "@slack/web-api";
import { expect, it } from "vitest";
import type { GroupDirectory } from "../../../../src/authorization/index.ts";
import { createChannelDirectory } from "../../../../src/slack/directory/channel-directory.ts";
import { createPeopleDirectory } from "../../../../src/slack/directory/people-directory.ts";
import { createSlackGroups } from "../../../../src/slack/directory/slack-groups.ts";
import { createManualClock } from "../../incydr/manual-clock.ts";

const refusal = (error: string) => new WebAPIPlatformError({ ok: false, error });
const groups: GroupDirectory = {
  ...{ groups: async () => [], isNamed: () => false, named: () => [] },
  ...{ readAlso: () => {}, refresh: async () => {} },
};
const directoryOf = (client: object, clock = createManualClock()) =>
  // Nothing else of the client is called.
  createPeopleDirectory({ client: client as WebClient, clock, teamId: "T0HARBOR", groups });

it("a group that is disabled in Slack has no members", async () => {
  const usergroups = [
    { id: "S1", handle: "leads", users: ["U0THEO"] },
    { id: "S2", handle: "responders", users: ["U0MAYA"], date_delete: 1_750_000_000 },
  ];
  const client = { usergroups: { list: async () => ({ usergroups }) } } as unknown as WebClient; // as above
  expect(await createSlackGroups(client).read()).toEqual([
    { handle: "leads", groupId: "S1", memberIds: ["U0THEO"] },
  ]);
});

it.each(["plan_upgrade_required", "paid_teams_only"])(
  "a workspace whose plan has no user groups says so by %s",
  async (error) => {
    const list = () => Promise.reject(refusal(error));
    const client = { usergroups: { list } } as unknown as WebClient; // as above
    const failed = createSlackGroups(client).read();
    await expect(failed).rejects.toMatchObject({ remedy: { kind: "user_groups_unavailable" } });
  },
);

it.each([{ is_im: true }, { is_mpim: true }])(
  "a conversation of some people, which Slack marks by %o, is no channel",
  async (mark) => {
    const info = async () => ({ channel: { id: "C0TALK", name: "talk", is_private: true, ...mark } });
    const client = { conversations: { info } } as unknown as WebClient; // as above
    const clock = createManualClock();
    const channels = createChannelDirectory({
      client,
      people: directoryOf(client),
      botUserId: "U0BOT",
      clock,
    });
    expect(await channels.facts("C0TALK")).toBeNull();
  },
);

it("in an outage a person is still known to whom an older reading will do, and to nobody else", async () => {
  const clock = createManualClock();
  let fault: Error | null = null;
  const info = async ({ user: id }: { user: string }) => {
    if (fault) throw fault;
    return { user: { id, team_id: "T0HARBOR", profile: { email: "maya@harborlight.example" } } };
  };
  const people = directoryOf({ users: { info } }, clock);
  const within = (maxAgeMs: number) => people.person("U0MAYA", { maxAgeMs, everyGroup: false });
  await within(30_000);
  await clock.advance(40_000);
  fault = refusal("internal_error");
  await expect(within(30_000)).rejects.toMatchObject({ code: "directory_unavailable" });
  expect(await within(300_000)).toMatchObject({ email: "maya@harborlight.example" });
  fault = refusal("user_not_found");
  await expect(within(30_000)).rejects.toMatchObject({ code: "unknown_person" });
  await expect(within(300_000)).rejects.toMatchObject({ code: "unknown_person" });
});
