import type { AuditEntry, AuditSink } from "../audit/index.ts";
import type { PeopleDirectory } from "../authorization/index.ts";
import type { ChannelRules } from "../change-requests/index.ts";
import { auditMessage } from "./messages/audit-message.ts";
import type { FindPlace } from "./messages/find-place.ts";
import type { Poster } from "./messages/post-once.ts";

/** Posts audit entries to the audit channel, or to the restricted one when a subject could read them there. */
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
      const { place } = await findPlace(
        { channelId: rules.auditChannelId, threadTs: null },
        await subjectIds(entries),
      );
      await poster.post(`audit:${first.seq}`, place, auditMessage(entries));
    },
  };

  async function subjectIds(entries: readonly AuditEntry[]): Promise<string[]> {
    const usernames = new Set(entries.flatMap(({ subject }) => (subject ? [subject.toLowerCase()] : [])));
    const ids = await Promise.all([...usernames].map((username) => people.idsByEmail(username)));
    return ids.flat();
  }
}
