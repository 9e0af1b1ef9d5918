import type { Post, PostedMessages } from "../../src/slack/posting/posted-messages.ts";

/** Posted messages in memory. A second poster can continue after the end of the first poster. */
export interface MemoryPostedMessages extends PostedMessages {
  readonly posts: ReadonlyMap<string, Post>;
}

/** `now` dates what is begun. */
export function createMemoryPostedMessages(now: () => Date = () => new Date()): MemoryPostedMessages {
  const posts = new Map<string, Post>();
  const refused = new Map<string, Date>();
  return {
    posts,
    find: async (key) => posts.get(key) ?? null,
    begin: async (key, { channelId, threadTs }) => {
      refused.delete(key);
      posts.set(key, { channelId, threadTs, ts: null, contentHash: null, begunAt: now() });
    },
    posted: async (key, ts, contentHash) => {
      const post = posts.get(key);
      refused.delete(key);
      if (post) posts.set(key, { ...post, ts, contentHash });
    },
    findAll: async (prefix) =>
      [...posts].filter(([key]) => key.startsWith(prefix)).map(([key, post]) => ({ key, ...post })),
    updateRefused: async (key) => {
      const since = refused.get(key) ?? now();
      refused.set(key, since);
      return now().getTime() - since.getTime();
    },
    forget: async (key) => void posts.delete(key),
    withKey: (_key, work) => work(),
  };
}
