import { nameOf } from "../change-requests/index.ts";
import { runEach } from "../kernel/run-each.ts";
import type { Post, PostLedger } from "../persistence/index.ts";
import { cardKey } from "./card-address.ts";
import { shortMessage } from "./messages/message.ts";
import { CHANNEL_REFUSALS, MESSAGE_GONE } from "./messages/post-once.ts";
import { bold, plain } from "./messages/rich-text.ts";
import { type SlackApi, slackErrorCode } from "./slack-api.ts";
import { slackFailure } from "./slack-failure.ts";
import { isSlackOutage } from "./slack-outage.ts";

/** A message that Slack is known to have taken. */
type HidablePost = Pick<Post, "channelId" | "threadTs"> & { readonly ts: string };

/** Replaces a request's card and the messages of its thread by a stub. */
export interface HidePosts {
  /** Hides the card and its thread because the card moves; remembers each post that Slack did not let it hide. */
  beforeMove(requestId: number, card: HidablePost): Promise<void>;
  /** Hides and forgets the card and its thread. A post that Slack did not let it hide stays in the ledger. */
  withoutMove(requestId: number, card: HidablePost): Promise<{ readonly isCardHidden: boolean }>;
  /** Hides what could not be hidden when the card moved. */
  leftBehind(requestId: number): Promise<void>;
}

export function createHidePosts({ api, ledger }: { api: SlackApi; ledger: PostLedger }): HidePosts {
  return {
    async beforeMove(requestId, card) {
      const stub = movedStub(requestId);
      if (!(await hideOrLeave(card, stub))) await remember(requestId, card);
      await runEach(await threadOf(requestId), isSlackOutage, async ({ key, ...post }) => {
        if (isPosted(post) && !(await hideOrLeave(post, stub))) await remember(requestId, post);
        await ledger.forget(key);
      });
    },

    async withoutMove(requestId, card) {
      const stub = stubOf(requestId, "is not shown here any more");
      const isCardHidden = await hide(card, stub);
      await runEach(await threadOf(requestId), isSlackOutage, async ({ key, ...post }) => {
        if (!isPosted(post) || (await hide(post, stub))) await ledger.forget(key);
      });
      if (isCardHidden) await ledger.forget(cardKey(requestId));
      return { isCardHidden };
    },

    async leftBehind(requestId) {
      // One row says whether there is any other, since a search by prefix reads the whole table.
      if (!(await ledger.find(leftKey(requestId)))) return;
      const posts = await ledger.findAll(`${leftKey(requestId)}:`);
      // One refusal for each channel: many calls in vain would use up Slack's limit.
      const refusing = new Set<string>();
      await runEach(posts, isSlackOutage, async ({ key, ...post }) => {
        if (refusing.has(post.channelId)) return;
        if (!isPosted(post) || (await hideOrLeave(post, movedStub(requestId)))) await ledger.forget(key);
        else refusing.add(post.channelId);
      });
      if (refusing.size === 0) await ledger.forget(leftKey(requestId));
    },
  };

  /** Resolves to whether nobody can read the message any more: it shows the stub, or was deleted. */
  async function hide({ channelId, ts }: HidablePost, stub: ReturnType<typeof stubOf>): Promise<boolean> {
    try {
      await api.posting.chat.update({ channel: channelId, ts, ...stub });
      return true;
    } catch (error) {
      const code = slackErrorCode(error) ?? "";
      if (code === "message_not_found") return true;
      if (MESSAGE_GONE.includes(code) || CHANNEL_REFUSALS.includes(code)) return false;
      throw error;
    }
  }

  /** The same for any other refusal of Slack's: one message that stays must not keep the card from moving. */
  async function hideOrLeave(post: HidablePost, stub: ReturnType<typeof stubOf>): Promise<boolean> {
    try {
      return await hide(post, stub);
    } catch (error) {
      if (slackFailure(error).kind === "refused") return false;
      throw error;
    }
  }

  /** The announcements name the subject too. They are posted again in the thread of the next card. */
  function threadOf(requestId: number) {
    return ledger.findAll(announcementKey(requestId, ""));
  }

  async function remember(requestId: number, post: HidablePost): Promise<void> {
    await ledger.begin(leftKey(requestId), post);
    const key = `${leftKey(requestId)}:${post.channelId}:${post.ts}`;
    await ledger.begin(key, post);
    await ledger.posted(key, post.ts, null);
  }
}

function isPosted<P extends Pick<Post, "ts">>(post: P): post is P & { readonly ts: string } {
  return post.ts !== null;
}

export function announcementKey(requestId: number, topic: string): string {
  return `announce:${requestId}:${topic}`;
}

/** Under which posts are remembered that could not be hidden when the card moved. */
function leftKey(requestId: number): string {
  return `left:${requestId}`;
}

function movedStub(requestId: number) {
  return stubOf(requestId, "has moved to another channel");
}

function stubOf(requestId: number, what: string) {
  const name = nameOf(requestId);
  return shortMessage(`${name} ${what}`, [bold(name), plain(` ${what}.`)]);
}
