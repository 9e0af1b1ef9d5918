import { type AuditEntry, type AuditSink, EntriesRefusedError } from "../../audit/index.ts";
import type { EntryPlaces, Place } from "../../change-requests/index.ts";
import { auditMessage, placeholderMessage } from "../messages/audit-message.ts";
import type { Message } from "../texts/message.ts";
import { slackErrorCode } from "../web-api/slack-api.ts";
import { isContentRefused } from "../web-api/slack-outage.ts";
import type { Poster } from "./post-once.ts";

/**
 * Posts audit entries to the audit channel. If a subject could read an entry there, the whole entry goes to a
 * restricted channel, and the audit channel shows only that it exists. The same holds for typed text that may be about
 * anybody. If a subject reads every channel, no channel shows the whole entry. While the audit channel can't be used,
 * no entry is posted elsewhere, so that entries stay in order.
 */
export function createAuditSink({ poster, places }: { poster: Poster; places: EntryPlaces }): AuditSink {
  return {
    async publish(entries) {
      const [first] = entries;
      if (!first) return;
      const base = await places.base();
      const wholes = await places.of(entries, base);
      const elsewhere = new Map<string, AuditEntry[]>();
      const withheld = new Set<number>();
      for (const [index, entry] of entries.entries()) {
        const channelId = wholes[index]?.channelId;
        if (channelId === base.channelId) continue;
        withheld.add(entry.seq);
        if (channelId !== undefined) elsewhere.set(channelId, [...(elsewhere.get(channelId) ?? []), entry]);
      }
      for (const [channelId, moved] of elsewhere) {
        const key = `audit:${moved.map(({ seq }) => seq).join("+")}:restricted`;
        await post(key, { channelId, threadTs: null }, auditMessage(moved));
      }
      await post(keyOf(first), base, auditMessage(entries, { withheld }));
    },

    async publishPlaceholder(entry, code) {
      await post(keyOf(entry), await places.base(), placeholderMessage(entry, code));
    },
  };

  async function post(key: string, place: Place, message: Message): Promise<void> {
    try {
      await poster.post(key, place, message);
    } catch (error) {
      if (!isContentRefused(error)) throw error;
      throw new EntriesRefusedError(slackErrorCode(error) ?? "unknown", { cause: error });
    }
  }
}

function keyOf({ seq }: AuditEntry): string {
  return `audit:${seq}`;
}
