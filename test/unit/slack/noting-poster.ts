import type { Place } from "../../../src/change-requests/index.ts";
import type { Poster } from "../../../src/slack/posting/post-once.ts";
import type { Message } from "../../../src/slack/texts/message.ts";

/** A poster that keeps every message in memory, and finds none. */
export function createNotingPoster() {
  const posted: { readonly key: string; readonly place: Place; readonly message: Message }[] = [];
  const poster: Poster = {
    find: async () => null,
    post: async (key, place, message) => {
      posted.push({ key, place, message });
      return "17.5";
    },
    update: async () => true,
  };
  return { poster, posted };
}
