import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type ConfidentialityFault,
  type Grant,
  NowhereToPostError,
  type Place,
  type RequestView,
} from "../../../../src/change-requests/index.ts";
import { createPoster } from "../../../../src/slack/posting/post-once.ts";
import { createRequestDisplay } from "../../../../src/slack/posting/request-messages.ts";
import { createTellDirectly } from "../../../../src/slack/posting/tell-directly.ts";
import {
  someChannelRules,
  someGrant,
  someLead,
  someRequest,
  someView,
} from "../../../support/domain-objects.ts";
import {
  createMemoryPostedMessages,
  type MemoryPostedMessages,
} from "../../../support/memory-posted-messages.ts";
import { showingOn } from "../../../support/shown-requests.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";
import { type SlackBench, startSlackBench } from "../slack-bench.ts";

const RESTRICTED: Place = { channelId: "C0RESTRICT", threadTs: null };
const ASKED: Place = { channelId: "C0INC4711", threadTs: null };
const CHANNELS = { C0RESTRICT: "insider-risk-restricted", C0INC4711: "inc-4711" } as const;
const request = someRequest({ id: 7, state: "pending" });
const view: RequestView = someView(request);

let bench: SlackBench;
let postedMessages: MemoryPostedMessages;
let shown: ReturnType<typeof showingOn>;
/** Where the card may be shown now, or why nowhere. */
let place: Place | ConfidentialityFault;
/** The configured restricted channels. The bot can use the channels in `usable`. */
let restricted: string[];
let usable: string[];
beforeEach(async () => {
  bench = await startSlackBench();
  postedMessages = createMemoryPostedMessages();
  place = RESTRICTED;
  restricted = ["C0RESTRICT"];
  usable = [];
  const poster = createPoster({ api: bench.api, postedMessages });
  const log = () => {};
  shown = showingOn({
    display: createRequestDisplay({
      ...{ api: bench.api, poster, postedMessages, log },
      tellDirectly: createTellDirectly({ poster, postedMessages, log }),
    }),
    findPlace: async () => {
      if (typeof place === "string") throw new NowhereToPostError(place);
      return { place, moved: null };
    },
    people: directoryOf(someLead()),
    channels: {
      facts: async (channelId) =>
        usable.includes(channelId)
          ? {
              ...{ channelId, name: "", isPrivate: true, isShared: false, isArchived: false },
              ...{ botIsMember: true, memberIds: [], hasOutsiders: false },
            }
          : null,
    },
    rules: {
      ...someChannelRules(),
      get restrictedChannelIds() {
        return restricted;
      },
    },
  });
});
afterEach(() => bench[Symbol.asyncDispose]());

const show = () => shown.show(view);
/** Shows the card while no channel may have it, for this reason. */
const showNowhere = async (why: ConfidentialityFault) => {
  place = why;
  await expect(show()).rejects.toMatchObject({ why });
};
/** The first words of each message that the bot posted in a channel. */
const seenIn = ({ channelId }: Place) =>
  bench.slack
    .as("theo")
    .sees(CHANNELS[channelId as keyof typeof CHANNELS])
    .map(({ plain }) => plain.split("\n")[0]);
const TEMPORARY = {
  kind: "add_roles",
  roles: [{ id: "alert-emails", name: "Alert Emails" }],
  grantHours: 8,
} as const;
const LIVE = expect.stringMatching(/^CR-7 ·/);

describe("a channel that is out", () => {
  it.each([
    [
      "archived",
      () => bench.slack.admin.archive(CHANNELS.C0RESTRICT),
      () => bench.slack.admin.unarchive(CHANNELS.C0RESTRICT),
    ],
    [
      "bot_not_member",
      () => bench.slack.admin.removeFromChannel(CHANNELS.C0RESTRICT, "bot"),
      () => bench.slack.admin.addToChannel(CHANNELS.C0RESTRICT, "bot"),
    ],
  ] as const)(
    "a channel that is out (%s) keeps its card and thread, which are updated when it is back",
    async (why, breakIt, mendIt) => {
      await show();
      await shown.postThreadUpdate(view, "expired");
      const [card, ...thread] = seenIn(RESTRICTED);
      await breakIt();
      await showNowhere(why);
      await mendIt();
      place = RESTRICTED;
      await show();
      await shown.postThreadUpdate(view, "expired");
      expect(seenIn(RESTRICTED)).toEqual([card, ...thread]);
      expect(thread).not.toEqual([]);
    },
  );

  it("a channel that is back before its card is hidden keeps the card", async () => {
    await show();
    await showNowhere("archived");
    expect(seenIn(RESTRICTED)).toEqual([LIVE]);
  });

  it("a card that Slack refuses to hide stays, although only another channel was known to be out", async () => {
    place = ASKED;
    await show();
    await bench.slack.admin.archive(CHANNELS.C0INC4711);
    await showNowhere("archived");
    await bench.slack.admin.unarchive(CHANNELS.C0INC4711);
    place = ASKED;
    await show();
    expect(seenIn(ASKED)).toEqual([LIVE]);
  });

  it("while the restricted channel is out, a card in another channel is hidden and tells of no move", async () => {
    place = ASKED;
    await show();
    await showNowhere("archived");
    expect(seenIn(ASKED)).toEqual(["CR-7 is no longer shown here."]);
    place = RESTRICTED;
    await show();
    expect(seenIn(RESTRICTED)).toEqual([LIVE]);
  });

  it("while one restricted channel is out, a card in another restricted channel is hidden", async () => {
    restricted = ["C0INC4711", "C0RESTRICT"];
    usable = ["C0INC4711"];
    place = ASKED;
    await show();
    await showNowhere("archived");
    expect(seenIn(ASKED)).toEqual(["CR-7 is no longer shown here."]);
  });

  it("a card that moved away from a channel that is out is hidden there when the channel is back", async () => {
    place = ASKED;
    await show();
    await shown.postThreadUpdate(view, "expired");
    await bench.slack.admin.archive(CHANNELS.C0INC4711);
    place = RESTRICTED;
    await show();
    await show();
    await bench.slack.admin.unarchive(CHANNELS.C0INC4711);
    await show();
    const hidden = seenIn(ASKED);
    expect(hidden.length).toBeGreaterThan(1);
    expect(new Set(hidden)).toEqual(new Set(["CR-7 has moved to another channel."]));
    expect([...postedMessages.posts.keys()]).toEqual(["card:7", "outcome:7:expired"]);
    expect(seenIn(RESTRICTED)).toEqual([LIVE]);
  });
});

it("a card that Slack doesn't let the bot hide moves and is updated all the same", async () => {
  place = ASKED;
  await show();
  await shown.postThreadUpdate(view, "expired");
  // An answer that is neither about the message nor about the channel.
  const refusal = { method: "chat.update", kind: "refused", error: "cant_broadcast_message" } as const;
  bench.slack.faults.add({ ...refusal, times: 6 });
  place = RESTRICTED;
  await show();
  expect(seenIn(RESTRICTED)).toEqual([LIVE]);
  await show();
  expect(seenIn(RESTRICTED)).toEqual([LIVE]);
  bench.slack.faults.clear();
  await show();
  expect(new Set(seenIn(ASKED))).toEqual(new Set(["CR-7 has moved to another channel."]));
});

it("a message that was hidden when its card moved is not changed again", async () => {
  place = ASKED;
  await show();
  await shown.postThreadUpdate(view, "expired");
  bench.calls();
  place = RESTRICTED;
  await show();
  expect(bench.calls().filter((method) => method === "chat.update")).toHaveLength(seenIn(ASKED).length);
  expect([...postedMessages.posts.keys()]).toEqual(["card:7", "outcome:7:expired"]);
});

it("a channel that is out gets one call, however many messages were left there", async () => {
  place = ASKED;
  await show();
  for (const topic of ["expired", "cancelled"]) await shown.postThreadUpdate(view, topic);
  await bench.slack.admin.archive(CHANNELS.C0INC4711);
  place = RESTRICTED;
  await show();
  bench.calls();
  await show();
  expect(bench.calls().filter((method) => method === "chat.update")).toHaveLength(1);
});

it("the warning that temporary roles end soon loses its buttons when the roles are over, like the card", async () => {
  const ending = someGrant({ requestId: 7, warnedAt: new Date(0) });
  const showWith = async (grants: readonly Grant[]) => {
    const given = someView(someRequest({ id: 7, state: "done", change: TEMPORARY }), { grants });
    await shown.show(given);
    return given;
  };
  await shown.postThreadUpdate(await showWith([ending]), "grants_end_soon");
  const warning = () => bench.slack.as("theo").sees(CHANNELS.C0RESTRICT).at(-1);
  expect(warning()?.buttons).toEqual(["Extend…", "Revoke now"]);
  await showWith([{ ...ending, state: "revoked", endedAt: new Date(1) }]);
  expect(warning()?.buttons).toEqual([]);
  expect(warning()?.plain).toBe("CR-7: this warning about temporary roles no longer applies. See the card.");
});

describe("a card that can't be changed any more", () => {
  const decided: RequestView = { ...view, request: someRequest({ id: 7, state: "denied" }) };
  const showDecided = () => shown.show(decided);

  it("a card that can't be changed is posted anew, and the old one is taken away", async () => {
    await show();
    expect(seenIn(RESTRICTED)).toEqual([LIVE]);
    bench.slack.faults.add({ kind: "refused", error: "edit_window_closed", method: "chat.update" });
    await showDecided();
    const [card, ...more] = bench.slack.as("theo").sees(CHANNELS.C0RESTRICT);
    expect(card?.plain).toContain("Denied");
    expect(more).toEqual([]);
    expect([...postedMessages.posts.keys()]).toEqual(["card:7"]);
  });

  it("a card that can be neither changed nor deleted is taken away later", async () => {
    await show();
    bench.slack.admin.closeEditWindow(0);
    const refusal = { kind: "refused", error: "cant_delete_message", method: "chat.delete" } as const;
    const kept = bench.slack.faults.add(refusal);
    await showDecided();
    expect(seenIn(RESTRICTED)).toHaveLength(2);
    kept.release();
    await show();
    expect(seenIn(RESTRICTED)).toHaveLength(1);
    expect([...postedMessages.posts.keys()]).toEqual(["card:7"]);
  });

  it("a card that can't be changed is deleted when it moves", async () => {
    place = ASKED;
    await show();
    await shown.postThreadUpdate(view, "expired");
    bench.slack.admin.closeEditWindow(0);
    place = RESTRICTED;
    await show();
    expect(seenIn(ASKED)).toEqual([]);
    expect(seenIn(RESTRICTED)).toEqual([LIVE]);
  });

  it("a card does not move while Slack doesn't answer whether it is hidden", async () => {
    place = ASKED;
    await show();
    bench.slack.admin.closeEditWindow(0);
    bench.slack.faults.add({ kind: "http_error", status: 503, method: "chat.delete" });
    place = RESTRICTED;
    await expect(show()).rejects.toThrow();
    expect(seenIn(RESTRICTED)).toEqual([]);
  });
});

describe("a card whose content Slack refuses", () => {
  const refusal = { kind: "refused", error: "invalid_blocks", method: "chat.postMessage" } as const;

  it("a card whose content Slack refuses is shown as its summary and buttons", async () => {
    bench.slack.faults.add({ ...refusal, times: 1 });
    await show();
    const [card] = bench.slack.as("theo").sees(CHANNELS.C0RESTRICT);
    expect(card?.plain).toContain("CR-7");
    expect(card?.plain).toContain(
      "⚠️ The reason and the warnings can't be shown. Look up the user and ask the requester before you approve.",
    );
    // The summary has names that others chose.
    expect(JSON.stringify(card)).not.toContain("mrkdwn");
    expect(card?.buttons).toEqual(expect.arrayContaining(["Approve", "Deny"]));
  });

  it("a card whose summary Slack refuses too fails with Slack's refusal", async () => {
    bench.slack.faults.add(refusal);
    await expect(show()).rejects.toMatchObject({
      code: "card_not_shown",
      cause: { data: { error: "invalid_blocks" } },
    });
  });
});

describe("an outcome that Slack refuses in the card's thread", () => {
  /** Has Slack refuse each reply. */
  const refuseReplies = (error: string) =>
    bench.slack.faults.add({ kind: "refused", error, method: "chat.postMessage", times: 1 });
  const directly = () => bench.slack.as("maya").sees("dm").length;

  it.each(["thread_not_found", "cannot_reply_to_message"])(
    "an outcome that no thread can take is told to the requester, and not tried again (%s)",
    async (error) => {
      await show();
      refuseReplies(error);
      await shown.postThreadUpdate(view, "expired");
      expect(directly()).toBe(1);
    },
  );

  it("an outcome that the thread can take later is told to the requester once, and tried again there", async () => {
    await show();
    refuseReplies("restricted_action_read_only_channel");
    await expect(shown.postThreadUpdate(view, "expired")).rejects.toThrow(
      "restricted_action_read_only_channel",
    );
    await shown.postThreadUpdate(view, "expired");
    expect(directly()).toBe(1);
    expect(seenIn(RESTRICTED)).toHaveLength(2);
  });
});

it("a card that the bot was about to replace when it died is kept and updated", async () => {
  await show();
  const card = postedMessages.posts.get("card:7");
  if (!card?.ts) throw new Error("There is no card.");
  const left = `left:7:${card.channelId}:${card.ts}`;
  for (const key of ["left:7", left]) await postedMessages.begin(key, card);
  await postedMessages.posted(left, card.ts, null);
  await show();
  expect(seenIn(RESTRICTED)).toEqual([LIVE]);
  expect([...postedMessages.posts.keys()]).toEqual(["card:7"]);
});

it("a card that was deleted is forgotten", async () => {
  await show();
  for (const message of bench.slack.as("theo").sees(CHANNELS.C0RESTRICT))
    bench.slack.admin.deleteMessage(message);
  place = "subject_present";
  await show();
  expect(postedMessages.posts.size).toBe(0);
});
