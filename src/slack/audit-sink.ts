import type { AuditEntry, AuditSink } from "../audit/index.ts";
import type { PeopleDirectory } from "../authorization/index.ts";
import {
  type ChannelRules,
  type FindPlace,
  NowhereToPostError,
  type Place,
} from "../change-requests/index.ts";
import { auditMessage } from "./messages/audit-message.ts";
import type { Poster } from "./messages/post-once.ts";

/**
 * Posts audit entries to the audit channel, or to the restricted one when a subject could read them there.
 * Whoever is in both reads no more of entries about a subject than that they exist: the rest mustn't wait.
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
      await poster.post(`audit:${first.seq}`, place, auditMessage(entries, { withheld }));
    },
  };

  async function placeForEntries(ids: readonly string[]): Promise<{ place: Place; withheld: boolean }> {
    const asked: Place = { channelId: rules.auditChannelId, threadTs: null };
    try {
      return { place: (await findPlace(asked, ids)).place, withheld: false };
    } catch (error) {
      if (!(error instanceof NowhereToPostError)) throw error;
      return { place: (await findPlace(asked, [])).place, withheld: true };
    }
  }

  async function subjectIds(entries: readonly AuditEntry[]): Promise<string[]> {
    const named = new Set(entries.flatMap(({ subject }) => (subject ? [subject.toLowerCase()] : [])));
    const ids = await Promise.all([...named].map((username) => people.idsByEmail(username)));
    return ids.flat();
  }
}
