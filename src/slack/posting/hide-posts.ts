import { runEach } from "../../kernel/run-each.ts";
import { stubOf } from "../texts/card-texts.ts";
import type { Message } from "../texts/message.ts";
import { slackErrorCode } from "../web-api/slack-api.ts";
import { slackFailure } from "../web-api/slack-failure.ts";
import { isSlackOutage } from "../web-api/slack-outage.ts";
import { cardKey } from "./card-address.ts";
import { CHANNEL_REFUSALS, isUpdateRefused, MESSAGE_GONE } from "./post-once.ts";
import type { Post, PostingDeps } from "./posted-messages.ts";

/** `hidden`: nobody can read the message. `kept`: Slack refuses to hide it. `channel_closed`: its channel takes no change. */
type Hiding = "hidden" | "kept" | "channel_closed";

type HidablePost = Pick<Post, "channelId" | "threadTs"> & { readonly ts: string };

/** Replaces a request's card and the messages of its thread by a stub. */
export interface HidePosts {
  /** Records a card that Slack does not let the bot update, before a new card is posted. `leftBehind` hides it. */
  beforeRepost(requestId: number, card: HidablePost): Promise<void>;
  /** Hides the card and its thread because the card moves. Records each post that Slack refuses to hide. */
  beforeMove(requestId: number, card: HidablePost): Promise<void>;
  /** Hides the card and its thread, and deletes their records. Keeps the record of a post that Slack refuses to hide. */
  withoutMove(requestId: number, card: HidablePost): Promise<{ readonly isCardHidden: boolean }>;
  /** Tries again to hide the recorded posts. */
  leftBehind(requestId: number): Promise<void>;
}

export function createHidePosts({ api, postedMessages }: PostingDeps): HidePosts {
  return {
    beforeRepost: remember,

    async beforeMove(requestId, card) {
      const stub = stubOf(requestId, "moved");
      if ((await hideOrLeave(card, stub)) !== "hidden") await remember(requestId, card);
      await runEach(await threadOf(requestId), isSlackOutage, async ({ key, ...post }) => {
        if (isPosted(post) && (await hideOrLeave(post, stub)) !== "hidden") await remember(requestId, post);
        await postedMessages.forget(key);
      });
    },

    async withoutMove(requestId, card) {
      const stub = stubOf(requestId, "hidden");
      const isCardHidden = (await hide(card, stub)) === "hidden";
      await runEach(await threadOf(requestId), isSlackOutage, async ({ key, ...post }) => {
        if (!isPosted(post) || (await hide(post, stub)) === "hidden") await postedMessages.forget(key);
      });
      if (isCardHidden) await postedMessages.forget(cardKey(requestId));
      return { isCardHidden };
    },

    async leftBehind(requestId) {
      // This row exists if any other row does. The check saves a search by prefix, which reads the whole table.
      if (!(await postedMessages.find(leftKey(requestId)))) return;
      const posts = await postedMessages.findAll(`${leftKey(requestId)}:`);
      const card = await postedMessages.find(cardKey(requestId));
      // One call for each closed channel, because more calls would only use up Slack's rate limit.
      const closed = new Set<string>();
      let isAnyLeft = false;
      await runEach(posts, isSlackOutage, async ({ key, ...post }) => {
        const stub = stubOf(requestId, card?.channelId === post.channelId ? "reposted" : "moved");
        // This post is the card, because the bot could use the channel again before it posted a new one.
        if (card?.channelId === post.channelId && card.ts === post.ts) return postedMessages.forget(key);
        const end = closed.has(post.channelId) ? "channel_closed" : await hideOrLeave(post, stub);
        if (end === "hidden") return postedMessages.forget(key);
        if (end === "channel_closed") closed.add(post.channelId);
        isAnyLeft = true;
      });
      if (!isAnyLeft) await postedMessages.forget(leftKey(requestId));
    },
  };

  /** Replaces a message by the stub, or deletes it if it can't be changed. */
  async function hide({ channelId, ts }: HidablePost, stub: Message): Promise<Hiding> {
    try {
      await api.posting.chat.update({ channel: channelId, ts, ...stub });
      return "hidden";
    } catch (error) {
      const code = slackErrorCode(error) ?? "";
      if (code === "message_not_found") return "hidden";
      if (CHANNEL_REFUSALS.includes(code)) return "channel_closed";
      if (MESSAGE_GONE.includes(code) || isUpdateRefused(code) || code === "update_failed")
        return remove({ channelId, ts });
      throw error;
    }
  }

  async function remove({ channelId, ts }: Pick<HidablePost, "channelId" | "ts">): Promise<Hiding> {
    try {
      await api.posting.chat.delete({ channel: channelId, ts });
      return "hidden";
    } catch (error) {
      if (slackErrorCode(error) === "message_not_found") return "hidden";
      if (slackFailure(error).kind === "refused") return "kept";
      throw error;
    }
  }

  /** Like `hide`, but treats every other refusal as `kept`, so that the card can move. */
  async function hideOrLeave(
    post: Pick<Post, "channelId" | "threadTs" | "ts">,
    stub: Message,
  ): Promise<Hiding> {
    if (!isPosted(post)) return "hidden";
    try {
      return await hide(post, stub);
    } catch (error) {
      if (slackFailure(error).kind === "refused") return "kept";
      throw error;
    }
  }

  /** The announcements of a request, which name the subject too. The thread of the next card gets them again. */
  function threadOf(requestId: number) {
    return postedMessages.findAll(announcementKey(requestId, ""));
  }

  async function remember(requestId: number, post: HidablePost): Promise<void> {
    await postedMessages.begin(leftKey(requestId), post);
    const key = `${leftKey(requestId)}:${post.channelId}:${post.ts}`;
    await postedMessages.begin(key, post);
    await postedMessages.posted(key, post.ts, null);
  }
}

function isPosted<P extends Pick<Post, "ts">>(post: P): post is P & { readonly ts: string } {
  return post.ts !== null;
}

export function announcementKey(requestId: number, topic: string): string {
  return `announce:${requestId}:${topic}`;
}

/** The key of the records of posts that Slack refused to hide. */
function leftKey(requestId: number): string {
  return `left:${requestId}`;
}
