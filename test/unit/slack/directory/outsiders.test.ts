import { WebAPIPlatformError, type WebClient } from "@slack/web-api";
import { describe, expect, it } from "vitest";
import type { GroupDirectory } from "../../../../src/authorization/index.ts";
import { createChannelDirectory } from "../../../../src/slack/directory/channel-directory.ts";
import { createPeopleDirectory } from "../../../../src/slack/directory/people-directory.ts";
import { createManualClock } from "../../incydr/manual-clock.ts";

interface Answers {
  readonly channel?: object;
  /** `null`: Slack knows nobody of this id. */
  readonly user?: object | null;
  readonly everybody?: readonly object[];
  /** Members of each page; default one page. */
  readonly pages?: readonly (readonly string[])[];
}

/** Directories of a Slack that answers as it is told to. */
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
        if (!user) throw new WebAPIPlatformError({ ok: false, error: "user_not_found" });
        return { user: { id, team_id: "T0HARBOR", ...user } };
      },
      lookupByEmail: async () => {
        throw new WebAPIPlatformError({ ok: false, error: "users_not_found" });
      },
      list: async () => ({ members: everybody }),
    },
  } as unknown as WebClient; // nothing else of it is called
  const groups: GroupDirectory = {
    ...{ groups: async () => [], isNamed: () => false, named: () => [] },
    ...{ readAlso: () => {}, refresh: async () => {} },
  };
  const clock = createManualClock();
  const people = createPeopleDirectory({ client, clock, teamId: "T0HARBOR", groups });
  return { people, channels: createChannelDirectory({ client, people, botUserId: "U0BOT", clock }) };
}

describe("a private channel", () => {
  it.each([
    ["is shared with another company", { is_ext_shared: true }],
    ["will be shared as soon as another company accepts", { is_pending_ext_shared: true }],
    ["is shared with another workspace", { is_org_shared: true }],
  ])("counts as shared if it %s", async (_how, channel) => {
    expect(await directoriesOf({ channel }).channels.facts("C0INC")).toMatchObject({ isShared: true });
  });

  it("counts as not shared if Slack says nothing of it", async () => {
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
  ])("has outsiders if a member is %s", async (_who, user) => {
    expect(await directoriesOf({ user }).channels.facts("C0INC")).toMatchObject({ hasOutsiders: true });
  });
});

it("a member whom Slack does not know counts as an outsider", async () => {
  const { channels } = directoriesOf({ user: null });
  expect(await channels.facts("C0INC")).toMatchObject({ hasOutsiders: true });
});

it("an address has every account that Slack lists under it, also when everybody is read at once", async () => {
  const email = "nadia@x.example";
  const everybody = ["U0NADIA", "U0NADIA2"].map((id) => ({ id, team_id: "T0HARBOR", profile: { email } }));
  const { people } = directoriesOf({ everybody });
  for (let look = 0; look < 30; look += 1) await people.idsByEmail(`nobody${look}@x.example`);
  expect(await people.idsByEmail(email)).toEqual(["U0NADIA", "U0NADIA2"]);
});

it("an address has no account that is deactivated, also when everybody is read at once", async () => {
  const email = "nadia@x.example";
  const everybody = [true, false].map((deleted) => ({
    ...{ id: deleted ? "U0LEFT" : "U0NADIA", team_id: "T0HARBOR", deleted, profile: { email } },
  }));
  const { people } = directoriesOf({ everybody });
  for (let look = 0; look < 30; look += 1) await people.idsByEmail(`nobody${look}@x.example`);
  expect(await people.idsByEmail(email)).toEqual(["U0NADIA"]);
});

it("a channel has the members of all pages of Slack's list, since a subject may be on the last", async () => {
  const { channels } = directoriesOf({ pages: [["U0BOT"], ["U0SAM"], ["U0NADIA"]] });
  expect(await channels.facts("C0INC")).toMatchObject({ memberIds: ["U0BOT", "U0SAM", "U0NADIA"] });
});
