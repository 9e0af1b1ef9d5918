import { describe, expect, it } from "vitest";
import {
  AddressRefusedError,
  DirectoryUnavailableError,
  FRESH,
  type PeopleDirectory,
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
import { lenientChannelRules, someChannelFacts } from "../../../support/channel-objects.ts";
import {
  someDecision,
  someLead,
  somePerson,
  someRequest,
  someView,
} from "../../../support/domain-objects.ts";
import { createMemoryPostedMessages } from "../../../support/memory-posted-messages.ts";
import { showingOn } from "../../../support/shown-requests.ts";
import { watchedDirectory } from "../../../support/stub-ports.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const NADIA = "nadia.petrov@harborlight.example";
const DENIED = someRequest({
  state: "denied",
  decisions: [someDecision({ verdict: "denial", reason: "Not before Legal has answered" })],
});
const elsewhere = async (): Promise<Placement> => ({
  place: { channelId: "C0OTHER", threadTs: null },
  moved: "subject_present",
});

interface Setting {
  readonly request?: ChangeRequest;
  /** Maya, who asked, as Slack shows her now; `null` if it doesn't know her. */
  readonly maya?: Person | null;
  readonly people?: Partial<PeopleDirectory>;
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
  const { directory, read } = watchedDirectory(directoryOf(...(maya ? [maya] : []), someLead()));
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
      ...directory,
      ...setting.people,
    },
    channels: {
      facts: async (channelId) => channel && someChannelFacts({ channelId, memberIds: members, ...channel }),
    },
    rules: lenientChannelRules(),
  });
  const direct = () => posted.filter(({ channelId }) => channelId === "U0MAYA").map(({ text }) => text);
  return { display, posted, direct, view: someView(request), read };
}

/** The direct message about the denial that Maya gets. */
async function toldMaya(setting: Setting): Promise<readonly string[]> {
  const { display, direct, view } = await setUp(setting);
  await display.postThreadUpdate(view, "denied");
  return direct();
}

describe("the direct message about an outcome", () => {
  it("a requester with fresh groups who doesn't see the thread is told the outcome directly, once", async () => {
    const { display, direct, view, read } = await setUp();
    await display.postThreadUpdate(view, "denied");
    expect(read).toEqual([FRESH]);
    await display.postThreadUpdate(view, "denied");
    expect(direct()).toEqual([expect.stringContaining("Not before Legal has answered")]);
  });

  it.each<[string, Setting]>([
    ["has taken over the subject's address since", { maya: somePerson({ email: NADIA }) }],
    ["is mapped to the subject by now", { people: { idsByEmail: async () => ["U0MAYA"] } }],
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
      { people: { idsByEmail: () => Promise.reject(new AddressRefusedError(null)) } },
    ],
    ["is a member of the private channel of the card", { members: ["U0MAYA"] }],
    ["can read the public channel of the card", { channel: { isPrivate: false } }],
  ])("a requester who %s is told nothing directly", async (_who, setting) => {
    expect(await toldMaya(setting)).toEqual([]);
  });

  it("a request that waits for approvals again is told directly", async () => {
    const { display, direct } = await setUp();
    const decisions = [someDecision({ void: true })];
    await display.postThreadUpdate(someView(someRequest({ decisions })), "pending:0.1");
    expect(direct()).toHaveLength(1);
  });

  it("an outcome is told directly if the channel can't be seen any more", async () => {
    expect(await toldMaya({ channel: null })).toHaveLength(1);
  });

  it.each<[string, Person | null]>([
    ["is in no group any more", somePerson({ groups: [] })],
    ["is a guest", somePerson({ isGuest: true })],
    ["is of another company", somePerson({ isOtherCompany: true })],
    ["is deactivated", somePerson({ isDeactivated: true })],
    ["is unknown to Slack", null],
  ])("a requester who %s is told only that the request has changed", async (_who, maya) => {
    const [text = "", ...others] = await toldMaya({ maya });
    expect(others).toEqual([]);
    expect(text).toContain("CR-1 has changed");
    expect(text).not.toMatch(/petrov|denied|Legal/i);
  });

  it.each(["person", "idsByEmail"])(
    "no outcome is told directly while Slack can't answer for %s",
    async (part) => {
      const people = { [part]: () => Promise.reject(new DirectoryUnavailableError(null)) };
      await expect(toldMaya({ people })).rejects.toBeInstanceOf(DirectoryUnavailableError);
    },
  );
});

describe("an announcement", () => {
  it("an announcement that no channel may show is told directly alone", async () => {
    const findPlace = () => Promise.reject(new NowhereToPostError("subject_present"));
    const { display, posted, direct, view } = await setUp({ findPlace });
    await display.postThreadUpdate(view, "denied");
    expect(posted).toHaveLength(1);
    expect(direct()).toHaveLength(1);
  });

  it("an announcement waits for a channel that can be mended", async () => {
    const findPlace = () => Promise.reject(new NowhereToPostError("archived"));
    const { display, posted, view } = await setUp({ findPlace });
    await expect(display.postThreadUpdate(view, "denied")).rejects.toBeInstanceOf(NowhereToPostError);
    expect(posted).toEqual([]);
  });

  it("an announcement goes to the channel where the card may be now", async () => {
    const { display, posted, view } = await setUp({ findPlace: elsewhere, members: ["U0MAYA"] });
    await display.postThreadUpdate(view, "denied");
    expect(posted.map(({ channelId }) => channelId)).toEqual(["C0OTHER"]);
  });

  it("an alarm goes once to the channel that the subject can't read", async () => {
    const emergency = { ratifyWithinHours: 24, escalateTo: ["insider-risk-leads"] };
    const request = someRequest({ state: "approved", emergency });
    const { display, posted, view } = await setUp({ findPlace: elsewhere, request });
    for (let time = 0; time < 2; time += 1) await display.postAlert(view, "begun");
    expect(posted.map(({ channelId }) => channelId)).toEqual(["C0OTHER"]);
  });
});

describe("the direct message about a card that moved", () => {
  async function shown(setting: Setting) {
    const { display, direct, view } = await setUp({ ...setting, findPlace: elsewhere });
    await display.show(view);
    return direct();
  }

  it("the requester is told directly why the card went elsewhere", async () => {
    expect(await shown({})).toEqual([expect.stringContaining("is in a restricted channel")]);
  });

  it("the requester is told directly even if the channel where they asked can't tell them", async () => {
    const postEphemeral = () => Promise.reject(new Error("user_not_in_channel"));
    expect(await shown({ postEphemeral })).toHaveLength(1);
  });

  it.each<[string, Setting]>([
    ["has taken over the subject's address since", { maya: somePerson({ email: NADIA }) }],
    ["is in no group any more", { maya: somePerson({ groups: [] }) }],
  ])("a requester who %s is not told why the card went elsewhere", async (_who, setting) => {
    expect(await shown(setting)).toEqual([]);
  });
});
