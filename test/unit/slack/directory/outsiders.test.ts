import { WebAPIPlatformError, type WebClient } from "@slack/web-api";
import { expect, it } from "vitest";
import type { GroupDirectory } from "../../../../src/authorization/index.ts";
import { createChannelDirectory } from "../../../../src/slack/directory/channel-directory.ts";
import { createPeopleDirectory } from "../../../../src/slack/directory/people-directory.ts";
import { createManualClock } from "../../incydr/manual-clock.ts";

interface Answers {
  readonly channel?: object;
  /** The fields of every person, or Slack's refusal to show one. */
  readonly user?: object | (() => string | null);
  readonly everybody?: readonly object[];
  /** Members of each page; default one page. */
  readonly pages?: readonly (readonly string[])[];
}

const refusal = (error: string) => new WebAPIPlatformError({ ok: false, error });
const groups: GroupDirectory = {
  ...{ groups: async () => [], isNamed: () => false, named: () => [] },
  ...{ readAlso: () => {}, refresh: async () => {} },
};

/** Directories of a Slack that gives these answers. */
function directoriesOf({ channel = {}, user = {}, everybody = [], pages = [["U0BOT", "U0SAM"]] }: Answers) {
  const client = {
    conversations: {
      info: async () => ({
        channel: { id: "C0INC", name: "inc", is_private: true, is_member: true, ...channel },
      }),
      members: async ({ cursor = "0" }: { cursor?: string }) => {
        const next = Number(cursor) + 1;
        const next_cursor = next < pages.length ? `${next}` : "";
        return { members: pages[next - 1], response_metadata: { next_cursor } };
      },
    },
    users: {
      info: async ({ user: id }: { user: string }) => {
        const error = typeof user === "function" ? user() : null;
        if (error !== null) throw refusal(error);
        return { user: { id, team_id: "T0HARBOR", ...user } };
      },
      lookupByEmail: () => Promise.reject(refusal("users_not_found")),
      list: async () => ({ members: everybody }),
    },
  } as unknown as WebClient; // nothing else of it is called
  const clock = createManualClock();
  const people = createPeopleDirectory({ client, clock, teamId: "T0HARBOR", groups });
  const channels = createChannelDirectory({ client, people, botUserId: "U0BOT", clock });
  return { people, channels, clock };
}

it.each([
  ["is shared with another company", { is_ext_shared: true }],
  ["will be shared as soon as another company accepts", { is_pending_ext_shared: true }],
  ["is shared with another workspace", { is_org_shared: true }],
])("a private channel counts as shared if it %s", async (_how, channel) => {
  expect(await directoriesOf({ channel }).channels.facts("C0INC")).toMatchObject({ isShared: true });
});

it("a private channel counts as not shared if Slack's answer has no field about it", async () => {
  expect(await directoriesOf({}).channels.facts("C0INC")).toMatchObject({
    ...{ isShared: false, hasOutsiders: false },
  });
});

it.each([
  ["a guest of several channels", { is_restricted: true }],
  ["a guest of one channel", { is_ultra_restricted: true }],
  ["a stranger", { is_stranger: true }],
  ["of another workspace", { team_id: "T0OTHER" }],
  ["of no known workspace", { team_id: undefined }],
  ["unknown to Slack", () => "user_not_found"],
])("a private channel has outsiders if a member is %s", async (_who, user) => {
  expect(await directoriesOf({ user }).channels.facts("C0INC")).toMatchObject({ hasOutsiders: true });
});

it.each([{ is_im: true }, { is_mpim: true }])(
  "a direct conversation, which Slack marks by %o, is no channel",
  async (channel) => {
    expect(await directoriesOf({ channel }).channels.facts("C0INC")).toBeNull();
  },
);

it("a channel has the members of all pages of Slack's list, since a subject may be on the last", async () => {
  const { channels } = directoriesOf({ pages: [["U0BOT"], ["U0SAM"], ["U0NADIA"]] });
  expect(await channels.facts("C0INC")).toMatchObject({ memberIds: ["U0BOT", "U0SAM", "U0NADIA"] });
});

it("an address has each of its active accounts, confirmed or not, also if everybody is read at once", async () => {
  const email = "nadia@x.example";
  const account = { team_id: "T0HARBOR", profile: { email } };
  const { people } = directoriesOf({
    everybody: [
      { ...account, id: "U0NADIA" },
      { ...account, id: "U0NADIA2", is_email_confirmed: false },
      { ...account, id: "U0LEFT", deleted: true },
    ],
  });
  for (let look = 0; look < 30; look += 1) await people.idsByEmail(`nobody${look}@x.example`);
  expect(await people.idsByEmail(email)).toEqual(["U0NADIA", "U0NADIA2"]);
});

it("in an outage a person is known only as far as an older reading is enough", async () => {
  let fault: string | null = null;
  const { people, clock } = directoriesOf({ user: () => fault });
  const within = (maxAgeMs: number) => people.person("U0MAYA", { maxAgeMs, everyGroup: false });
  await within(30_000);
  await clock.advance(40_000);
  fault = "internal_error";
  await expect(within(30_000)).rejects.toMatchObject({ code: "directory_unavailable" });
  expect(await within(300_000)).toMatchObject({ slackUserId: "U0MAYA" });
  fault = "user_not_found";
  await expect(within(30_000)).rejects.toMatchObject({ code: "unknown_person" });
  await expect(within(300_000)).rejects.toMatchObject({ code: "unknown_person" });
});
