import { describe, expect, it } from "vitest";
import {
  AddressRefusedError,
  DirectoryUnavailableError,
  FRESH,
  type Freshness,
  type Person,
} from "../../../../src/authorization/index.ts";
import {
  type ChangeRequest,
  type ChannelFacts,
  NowhereToPostError,
  type Placement,
} from "../../../../src/change-requests/index.ts";
import type { Poster } from "../../../../src/slack/posting/post-once.ts";
import { createRequestDisplay } from "../../../../src/slack/posting/request-messages.ts";
import { createTellDirectly } from "../../../../src/slack/posting/tell-directly.ts";
import type { Message } from "../../../../src/slack/texts/message.ts";
import type { SlackApi } from "../../../../src/slack/web-api/slack-api.ts";
import {
  someDecision,
  someLead,
  somePerson,
  someRequest,
  someView,
} from "../../../support/domain-objects.ts";
import { createMemoryPostedMessages } from "../../../support/memory-posted-messages.ts";
import { showingOn } from "../../../support/shown-requests.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const NADIA = "nadia.petrov@harborlight.example";
const DENIED = someRequest({
  state: "denied",
  decisions: [someDecision({ verdict: "denial", reason: "Not before Legal has answered" })],
});
const RULES = {
  approvalsChannelId: "C0APPROVE",
  auditChannelId: "C0AUDIT",
  restrictedChannelIds: ["C0RESTRICT"],
  acceptsUnmappedSubjects: false,
  isCardChannel: () => true,
  isAllowedPublic: () => false,
};

interface Setting {
  readonly request?: ChangeRequest;
  /** Maya, who asked, as Slack shows her now; `null` if it doesn't know her. */
  readonly maya?: Person | null;
  readonly idsByEmail?: (email: string) => Promise<readonly string[]>;
  /** Members of every channel; default Theo alone. */
  readonly members?: readonly string[];
  readonly channel?: Partial<ChannelFacts> | null;
  readonly findPlace?: () => Promise<Placement>;
  readonly postEphemeral?: () => Promise<void>;
}

/** A card in the restricted channel, and every message that is posted. */
async function setUp(setting: Setting = {}) {
  const { request = DENIED, maya = somePerson(), members = ["U0THEO"], channel = {} } = setting;
  const posted: { readonly key: string; readonly channelId: string; readonly text: string }[] = [];
  const postedMessages = createMemoryPostedMessages();
  const card = { channelId: "C0RESTRICT", threadTs: null };
  await postedMessages.begin("card:1", card);
  await postedMessages.posted("card:1", "17.5", "shown");
  const poster = {
    find: async (key: string) => {
      const post = await postedMessages.find(key);
      return post?.ts ? { ...post, ts: post.ts } : null;
    },
    post: async (key: string, { channelId }: { channelId: string }, message: Message) => {
      if ((await postedMessages.find(key))?.ts) return "18.5";
      posted.push({ key, channelId, text: JSON.stringify(message) });
      await postedMessages.begin(key, { channelId, threadTs: null });
      await postedMessages.posted(key, "18.5", "posted");
      return "18.5";
    },
    update: async () => true,
  } satisfies Poster;
  const asked: Freshness[] = [];
  const people = directoryOf(...(maya ? [maya] : []), someLead());
  const log = () => {};
  const display = showingOn({
    display: createRequestDisplay({
      api: {
        posting: {
          chat: { postEphemeral: setting.postEphemeral ?? (async () => {}), update: async () => {} },
        },
      } as unknown as SlackApi, // nothing else of it is called
      ...{ poster, postedMessages, log },
      tellDirectly: createTellDirectly({ poster, postedMessages, log }),
    }),
    findPlace: setting.findPlace ?? (async (place) => ({ place, moved: null })),
    people: {
      ...people,
      person: (slackUserId, freshness) => {
        asked.push(freshness);
        return people.person(slackUserId, freshness);
      },
      ...(setting.idsByEmail ? { idsByEmail: setting.idsByEmail } : {}),
    },
    channels: {
      facts: async (channelId) =>
        channel && {
          channelId,
          name: "insider-risk-restricted",
          isPrivate: true,
          isShared: false,
          isArchived: false,
          botIsMember: true,
          hasOutsiders: false,
          memberIds: members,
          ...channel,
        },
    },
    rules: RULES,
  });
  const direct = () => posted.filter(({ channelId }) => channelId === "U0MAYA").map(({ text }) => text);
  return { display, posted, direct, view: someView(request), asked };
}

/** The direct message about the denial that Maya gets. */
async function toldMaya(setting: Setting): Promise<readonly string[]> {
  const { display, direct, view } = await setUp(setting);
  await display.postThreadUpdate(view, "denied");
  return direct();
}

describe("the outcome", () => {
  it("is told by direct message to a requester who doesn't see the thread, once", async () => {
    const { display, direct, view } = await setUp();
    for (let time = 0; time < 2; time += 1) await display.postThreadUpdate(view, "denied");
    expect(direct()).toEqual([expect.stringContaining("Not before Legal has answered")]);
  });

  it("is told by direct message as the requester's groups were at most half a minute ago", async () => {
    const { display, view, asked } = await setUp();
    await display.postThreadUpdate(view, "denied");
    expect(asked).toEqual([FRESH]);
  });

  it.each<[string, Setting]>([
    ["has taken over the subject's address since", { maya: somePerson({ email: NADIA }) }],
    ["is mapped to the subject by now", { idsByEmail: async () => ["U0MAYA"] }],
    [
      "had an account of the subject when the request was made",
      {
        request: {
          ...DENIED,
          targets: DENIED.targets.map((target) => ({ ...target, slackUserIds: ["U0MAYA"] })),
        },
      },
    ],
    [
      "may have the subject's account, which Slack refuses to look up",
      { idsByEmail: () => Promise.reject(new AddressRefusedError(null)) },
    ],
  ])("is told by direct message to no requester who %s", async (_who, setting) => {
    expect(await toldMaya(setting)).toEqual([]);
  });

  it("is told by direct message also where a request waits for approvals again", async () => {
    const { display, direct } = await setUp();
    const decisions = [someDecision({ void: true })];
    await display.postThreadUpdate(someView(someRequest({ decisions })), "pending:0.1");
    expect(direct()).toHaveLength(1);
  });

  it.each<[string, Setting]>([
    ["who is a member of its private channel", { members: ["U0MAYA"] }],
    ["of a card in a public channel", { channel: { isPrivate: false } }],
  ])("isn't told by direct message to a requester %s", async (_who, setting) => {
    expect(await toldMaya(setting)).toEqual([]);
  });

  it("is told by direct message where the channel can't be seen any more", async () => {
    expect(await toldMaya({ channel: null })).toHaveLength(1);
  });

  it.each<[string, Person | null]>([
    ["is in no group any more", somePerson({ groups: [] })],
    ["is a guest", somePerson({ isGuest: true })],
    ["is of another company", somePerson({ isOtherCompany: true })],
    ["is deactivated", somePerson({ isDeactivated: true })],
    ["is unknown to Slack", null],
  ])("says nothing of the subject to a requester who %s", async (_who, maya) => {
    const [text = "", ...others] = await toldMaya({ maya });
    expect(others).toEqual([]);
    expect(text).toContain("CR-1 has changed");
    expect(text).not.toMatch(/petrov|denied|Legal/i);
  });

  it("isn't told by direct message while Slack can't be asked who the subject is", async () => {
    const idsByEmail = () => Promise.reject(new DirectoryUnavailableError(null));
    await expect(toldMaya({ idsByEmail })).rejects.toBeInstanceOf(DirectoryUnavailableError);
  });

  it.each(["approved:0.1", "renewed:1", "ratified"])(
    "alone is told by direct message, and not that a request is %s",
    async (topic) => {
      const { display, direct, view } = await setUp({ request: someRequest({ state: "approved" }) });
      await display.postThreadUpdate(view, topic).catch(() => {});
      expect(direct()).toEqual([]);
    },
  );
});

describe("an announcement", () => {
  it("that no channel may be told of is left out of the thread, and the requester is told all the same", async () => {
    const findPlace = () => Promise.reject(new NowhereToPostError("subject_present"));
    const { display, posted, direct, view } = await setUp({ findPlace });
    await display.postThreadUpdate(view, "denied");
    expect(posted).toHaveLength(1);
    expect(direct()).toHaveLength(1);
  });

  it("waits for a channel that can be mended", async () => {
    const findPlace = () => Promise.reject(new NowhereToPostError("archived"));
    const { display, posted, view } = await setUp({ findPlace });
    await expect(display.postThreadUpdate(view, "denied")).rejects.toBeInstanceOf(NowhereToPostError);
    expect(posted).toEqual([]);
  });

  it("goes to where the card may stand now", async () => {
    const findPlace = async () => ({
      place: { channelId: "C0OTHER", threadTs: null },
      moved: "subject_present" as const,
    });
    const { display, posted, view } = await setUp({ findPlace, members: ["U0MAYA"] });
    await display.postThreadUpdate(view, "denied");
    expect(posted.map(({ channelId }) => channelId)).toEqual(["C0OTHER"]);
  });
});

describe("an alarm", () => {
  it("goes to where the subject can't read it, once", async () => {
    const findPlace = async () => ({
      place: { channelId: "C0RESTRICT", threadTs: null },
      moved: "subject_present" as const,
    });
    const request = someRequest({
      state: "approved",
      emergency: { ratifyWithinHours: 24, escalateTo: ["insider-risk-leads"] },
    });
    const { display, posted, view } = await setUp({ findPlace, request });
    for (let time = 0; time < 2; time += 1) await display.postAlert(view, "begun");
    expect(posted.map(({ channelId }) => channelId)).toEqual(["C0RESTRICT"]);
  });
});

describe("that a card went elsewhere, and why,", () => {
  async function shown(setting: Setting) {
    const findPlace = async () => ({
      place: { channelId: "C0OTHER", threadTs: null },
      moved: "subject_present" as const,
    });
    const { display, direct, view } = await setUp({ ...setting, findPlace });
    await display.show(view);
    return direct();
  }

  it("is told to the requester by direct message", async () => {
    expect(await shown({})).toEqual([expect.stringContaining("is in a restricted channel")]);
  });

  it("is told by direct message also where the requester can't be told in the channel where they asked", async () => {
    const postEphemeral = () => Promise.reject(new Error("user_not_in_channel"));
    expect(await shown({ postEphemeral })).toHaveLength(1);
  });

  it.each<[string, Setting]>([
    ["has taken over the subject's address since", { maya: somePerson({ email: NADIA }) }],
    ["is in no group any more", { maya: somePerson({ groups: [] }) }],
  ])("is told by direct message to no requester who %s", async (_who, setting) => {
    expect(await shown(setting)).toEqual([]);
  });
});
