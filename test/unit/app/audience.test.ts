import { WebAPIPlatformError, type WebClient } from "@slack/web-api";
import { expect, it } from "vitest";
import { createAudience } from "../../../src/app/create-audience.ts";
import { type GroupDirectory, type Person, RECENT } from "../../../src/authorization/index.ts";
import { loadConfig } from "../../../src/config/index.ts";
import type { Identify } from "../../../src/subjects/index.ts";
import { validEnvironment } from "../config/valid-environment.ts";
import { createManualClock } from "../incydr/manual-clock.ts";

const HOUR_MS = 3_600_000;
const LEADS = "insider-risk-leads";
const PLACE = { channelId: "C0APPROVE", threadTs: null };
const NOBODY_IN_SLACK = { userId: "user-ray", username: "ray@harborlight.example", slackUserIds: [] };

/** The audience of a workspace. `members` are in every channel except `C0EMPTY`, which has no members. */
function setUp(env: Record<string, string> = {}, members: readonly string[] = ["U0BOT", "U0MAYA", "U0GREY"]) {
  const asked: string[] = [];
  const clock = createManualClock();
  const ages = createManualClock();
  const began = clock.now();
  const client = {
    conversations: {
      info: async ({ channel: id }: { channel: string }) => {
        asked.push(id);
        return { channel: { id, name: id.toLowerCase(), is_private: true, is_member: true } };
      },
      members: async ({ channel }: { channel: string }) => ({
        members: channel === "C0EMPTY" ? [] : members,
      }),
    },
    users: {
      info: async ({ user: id }: { user: string }) => {
        asked.push(id);
        const team_id = id === "U0PARTNER" ? "T0PARTNER" : "T0HARBOR";
        return { user: { id, team_id, profile: { email: `${id.toLowerCase()}@harborlight.example` } } };
      },
      lookupByEmail: async () => {
        throw new WebAPIPlatformError({ ok: false, error: "users_not_found" });
      },
    },
  } as unknown as WebClient; // nothing else of it is called
  const groups: GroupDirectory = {
    groups: async () => [
      {
        handle: LEADS,
        groupId: "S0LEADS",
        members: new Map([["U0MAYA", began]]),
        readAt: began,
        isGone: false,
      },
    ],
    ...{ isNamed: () => true, named: () => [LEADS], readAlso: () => {}, refresh: async () => {} },
  };
  const identify = (async ({ slackUserId, email }: Person) => {
    asked.push(`Incydr user of ${slackUserId}`);
    if (slackUserId === "U0GREY") throw new Error("no single Incydr user");
    return { userId: `user of ${slackUserId}`, username: email };
  }) as Identify; // nothing else of a user is read
  const audience = createAudience({
    config: loadConfig({ ...validEnvironment, ...env }),
    ...{ client, groups, identify, clock, ages },
    identity: { botUserId: "U0BOT", teamId: "T0HARBOR" },
  });
  const since = () => asked.splice(0);
  return { ...audience, clock, ages, since };
}

it("a person to whom OPERATOR_MAP gives a username is found by that username, too", async () => {
  const { people } = setUp({ OPERATOR_MAP: "U0MAYA=ray@harborlight.example" });
  expect(await people.idsByEmail("ray@harborlight.example")).toEqual(["U0MAYA"]);
  expect(await setUp().people.idsByEmail("ray@harborlight.example")).toEqual([]);
});

it("a reading ages by the time that has passed, and not when a failover sets the database's time", async () => {
  const { people, channels, mayBeTold, clock, ages, since } = setUp({}, ["U0MAYA"]);
  const readAll = async () => {
    await people.person("U0MAYA", RECENT);
    await channels.facts("C0APPROVE");
    await mayBeTold("U0MAYA", [NOBODY_IN_SLACK]);
    return since();
  };
  expect(await readAll()).toEqual(["U0MAYA", "C0APPROVE", "Incydr user of U0MAYA"]);
  await clock.advance(HOUR_MS);
  expect(await readAll()).toEqual([]);
  await ages.advance(HOUR_MS);
  expect(await readAll()).toEqual(["U0MAYA", "C0APPROVE", "Incydr user of U0MAYA"]);
});

it("a person's time in a group is measured by the database's time, by which it was stored", async () => {
  const { people, clock } = setUp();
  await clock.advance(HOUR_MS);
  expect((await people.person("U0MAYA", RECENT)).minutesInGroups).toEqual({ [LEADS]: 60 });
});

it("the bot itself is no outsider of its channels, and its account isn't read", async () => {
  const { channels, since } = setUp();
  expect(await channels.facts("C0APPROVE")).toMatchObject({ hasOutsiders: false });
  expect(since()).not.toContain("U0BOT");
});

it("a member of another workspace than the bot's is an outsider", async () => {
  const { channels } = setUp({}, ["U0BOT", "U0PARTNER"]);
  expect(await channels.facts("C0APPROVE")).toMatchObject({ hasOutsiders: true });
});

it("a subject without a Slack account is shown beside members who may be them only if ACCEPT_UNMAPPED_SUBJECTS", async () => {
  const restricted = { RESTRICTED_CHANNEL: "C0RESTRICT,C0EMPTY" };
  const byDefault = setUp(restricted);
  expect(await byDefault.findPlace(PLACE, [NOBODY_IN_SLACK])).toEqual({
    place: { channelId: "C0EMPTY", threadTs: null },
    moved: "subject_unmapped",
  });
  expect(await byDefault.mayBeTold("U0GREY", [NOBODY_IN_SLACK])).toBe(false);
  const accepting = setUp({ ...restricted, ACCEPT_UNMAPPED_SUBJECTS: "true" });
  expect(await accepting.findPlace(PLACE, [NOBODY_IN_SLACK])).toEqual({ place: PLACE, moved: null });
  expect(await accepting.mayBeTold("U0GREY", [NOBODY_IN_SLACK])).toBe(true);
});
