import {
  type ChannelRules,
  type FindPlace,
  type FreezeDisplay,
  isChannelOutage,
  NowhereToPostError,
} from "../../change-requests/index.ts";
import { freezeAnnouncement, readOnlyAnnouncement } from "../texts/freeze-texts.ts";
import type { Message } from "../texts/message.ts";
import type { Poster } from "./post-once.ts";
import type { PostedMessages } from "./posted-messages.ts";

/** One lock for all freezes, so that the end of one never appears below the start of the next. */
const FREEZE_LOCK = "freezes";

const READ_ONLY_KEY = "read-only";

/** Announces freezes in the approvals channel, and updates each announcement at the end of its freeze. */
export function createFreezeDisplay(options: {
  poster: Poster;
  postedMessages: PostedMessages;
  findPlace: FindPlace;
  rules: ChannelRules;
  /** `READ_ONLY` of the configuration. */
  readOnly: boolean;
}): FreezeDisplay {
  const { poster, postedMessages, findPlace, rules, readOnly } = options;
  return {
    async showFreeze(freeze, readInForce) {
      const key = `freeze:${freeze.at}`;
      await postedMessages.withKey(FREEZE_LOCK, async () => {
        const inForce = await readInForce();
        if (freeze.ended === null && inForce !== "this") return;
        const isFrozenAgain = inForce === "another";
        // A new message below the next freeze's announcement would read as the end of that freeze.
        if (isFrozenAgain && !(await poster.find(key))) return;
        await show(key, freezeAnnouncement(freeze, { isReadOnly: readOnly, isFrozenAgain }));
      });
    },

    showReadOnly: (readReadOnly) =>
      postedMessages.withKey(READ_ONLY_KEY, async () => {
        const isReadOnly = await readReadOnly();
        if (isReadOnly) return show(READ_ONLY_KEY, readOnlyAnnouncement(true));
        if (!(await poster.find(READ_ONLY_KEY))) return;
        await show(READ_ONLY_KEY, readOnlyAnnouncement(false));
        // The next read-only start gets a new message.
        await postedMessages.forget(READ_ONLY_KEY);
      }),
  };

  async function show(key: string, message: Message): Promise<void> {
    const posted = await poster.find(key);
    if (posted && (await poster.update(key, posted, message))) return;
    try {
      const { place } = await findPlace({ channelId: rules.approvalsChannelId, threadTs: null }, []);
      if (posted) await postedMessages.begin(key, place);
      await poster.post(key, place, message);
    } catch (error) {
      // If an administrator can restore the channel, the error is thrown, and the job tries again. Otherwise the
      // announcement is dropped: cards and audit log show the freeze too.
      if (!(error instanceof NowhereToPostError) || isChannelOutage(error.why)) throw error;
    }
  }
}
