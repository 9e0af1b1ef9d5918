import { type AuditEntry, type AuditSink, EntriesRefusedError } from "../../audit/index.ts";
import {
  type ChannelRules,
  type Concerned,
  type FindPlace,
  isChannelOutage,
  NowhereToPostError,
  type Place,
  type SubjectIdentity,
  type SubjectsOfEntries,
} from "../../change-requests/index.ts";
import { isIncydrOutage } from "../../incydr/index.ts";
import { auditMessage, placeholderMessage } from "../messages/audit-message.ts";
import type { Message } from "../texts/message.ts";
import { slackErrorCode } from "../web-api/slack-api.ts";
import { isContentRefused } from "../web-api/slack-outage.ts";
import type { Poster } from "./post-once.ts";

/** Where the whole of an entry goes; `null` if a subject reads every channel, or can't be told from the members. */
type EntryPlace = Place | null;

/**
 * Posts audit entries to the audit channel. The whole of an entry goes to a restricted channel instead if a subject
 * could read it there, or if it has typed text that may be about anybody; the audit channel then says only that the
 * entry exists. Nothing waits for a subject who reads every channel: that is how they are.
 * While the audit channel can't be used, nothing is posted elsewhere: entries stay in their order.
 */
export function createAuditSink(options: {
  poster: Poster;
  findPlace: FindPlace;
  subjectsOf: SubjectsOfEntries;
  rules: ChannelRules;
}): AuditSink {
  const { poster, findPlace, subjectsOf, rules } = options;
  const [firstRestricted = rules.auditChannelId] = rules.restrictedChannelIds;
  return {
    async publish(entries) {
      const [first] = entries;
      if (!first) return;
      const base = await basePlace();
      const places = await placesOf(await subjectsOf(entries), base);
      const elsewhere = new Map<string, AuditEntry[]>();
      const withheld = new Set<number>();
      for (const [index, entry] of entries.entries()) {
        const channelId = places[index]?.channelId;
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
      await post(keyOf(entry), await basePlace(), placeholderMessage(entry, code));
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

  /** Where entries go that are about nobody: the audit channel, or a restricted one if it is not fit any more. */
  async function basePlace(): Promise<Place> {
    const { place, moved } = await findPlace({ channelId: rules.auditChannelId, threadTs: null }, []);
    if (isChannelOutage(moved)) throw new NowhereToPostError(moved);
    return place;
  }

  async function placesOf(concerned: readonly Concerned[], base: Place): Promise<readonly EntryPlace[]> {
    // The entries of one bulk have the same thousand subjects.
    const known = new Map<string, Promise<EntryPlace>>();
    const placeOnce = (key: string, find: () => Promise<EntryPlace>) => {
      const place = known.get(key) ?? find();
      known.set(key, place);
      return place;
    };
    const places: EntryPlace[] = [];
    for (const { subjects, isUndetermined } of concerned) {
      const channelId = isUndetermined ? firstRestricted : rules.auditChannelId;
      const find = () => placeFor(channelId, subjects);
      if (subjects.length === 0 && !isUndetermined) places.push(base);
      else places.push(await placeOnce(`${channelId} ${JSON.stringify(subjects)}`, find));
    }
    return places;
  }

  async function placeFor(channelId: string, subjects: readonly SubjectIdentity[]): Promise<EntryPlace> {
    try {
      return (await findPlace({ channelId, threadTs: null }, subjects)).place;
    } catch (error) {
      // Incydr, which is asked who the members are, must not keep the audit channel waiting.
      if (isIncydrOutage(error)) return null;
      // A restricted channel that is out may be mended; that a subject reads them all is how they are.
      if (!(error instanceof NowhereToPostError)) throw error;
      if (error.why !== "subject_present" && error.why !== "subject_unmapped") throw error;
      return null;
    }
  }
}

function keyOf({ seq }: AuditEntry): string {
  return `audit:${seq}`;
}
