import { type AuditEntry, type AuditSink, EntriesRefusedError } from "../audit/index.ts";
import type { PeopleDirectory } from "../authorization/index.ts";
import {
  type ChannelRules,
  excludedSlackIds,
  type FindPlace,
  isChannelOutage,
  NowhereToPostError,
  type Place,
} from "../change-requests/index.ts";
import { auditMessage, placeholderMessage } from "./messages/audit-message.ts";
import type { Message } from "./messages/message.ts";
import type { Poster } from "./messages/post-once.ts";
import { slackErrorCode } from "./slack-api.ts";
import { isContentRefused } from "./slack-outage.ts";

/**
 * Posts audit entries to the audit channel, or to the restricted one when a subject could read them there.
 * Whoever is in both reads no more of entries about a subject than that they exist: the rest mustn't wait.
 * While the audit channel can't be used, nothing is posted elsewhere: entries stay in their order.
 */
export function createAuditSink(options: {
  poster: Poster;
  findPlace: FindPlace;
  people: PeopleDirectory;
  rules: ChannelRules;
}): AuditSink {
  const { poster, findPlace, people, rules } = options;
  return {
    async publish(entries) {
      const [first] = entries;
      if (!first) return;
      const ids = await subjectIds(entries);
      const { place, withheld } = await placeForEntries(ids);
      await post(first, place, auditMessage(entries, { withheld }));
    },

    async publishPlaceholder(entry, code) {
      const { place } = await placeForEntries([]);
      await post(entry, place, placeholderMessage(entry, code));
    },
  };

  async function post({ seq }: AuditEntry, place: Place, message: Message): Promise<void> {
    try {
      await poster.post(`audit:${seq}`, place, message);
    } catch (error) {
      if (!isContentRefused(error)) throw error;
      throw new EntriesRefusedError(slackErrorCode(error) ?? "unknown", { cause: error });
    }
  }

  async function placeForEntries(ids: readonly string[]): Promise<{ place: Place; withheld: boolean }> {
    const asked: Place = { channelId: rules.auditChannelId, threadTs: null };
    try {
      return { place: await placeOf(asked, ids), withheld: false };
    } catch (error) {
      // The restricted channel may be mended; that a subject reads both channels is how they are.
      if (!(error instanceof NowhereToPostError) || error.why !== "subject_present") throw error;
      return { place: await placeOf(asked, []), withheld: true };
    }
  }

  async function placeOf(asked: Place, ids: readonly string[]): Promise<Place> {
    const { place, moved } = await findPlace(asked, ids);
    if (isChannelOutage(moved)) throw new NowhereToPostError(moved);
    return place;
  }

  async function subjectIds(entries: readonly AuditEntry[]): Promise<string[]> {
    const named = new Set(entries.flatMap(({ subject }) => (subject ? [subject.toLowerCase()] : [])));
    const subjects = [...named].map((username) => ({ username, slackUserIds: [] }));
    return excludedSlackIds(subjects, people);
  }
}
