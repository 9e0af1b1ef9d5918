import type { AuditEntry } from "../../audit/index.ts";
import { isIncydrOutage } from "../../incydr/index.ts";
import type { Place, SubjectIdentity } from "../model/change-request.ts";
import type { ChannelRules } from "../model/placement.ts";
import { type FindPlace, isChannelOutage, NowhereToPostError } from "./find-place.ts";
import type { SubjectsOfEntries } from "./subjects-of-entries.ts";

/** The place of a full entry; `null` if a subject could read it in every channel. */
export type EntryPlace = Place | null;

/** Finds where audit entries may be posted now. Members change, so this is checked right before each post. */
export interface EntryPlaces {
  /**
   * The place of entries without subjects: the audit channel, or a restricted one if outsiders can read the audit
   * channel.
   * @throws {NowhereToPostError} while the audit channel is archived, or the bot is no member or can't see it
   */
  base(): Promise<Place>;
  /**
   * The place of each full entry. It is a restricted channel if a subject could read the entry at `base`, or if the
   * entry has typed text that may be about anybody.
   */
  of(entries: readonly AuditEntry[], base: Place): Promise<readonly EntryPlace[]>;
}

export function createEntryPlaces(options: {
  findPlace: FindPlace;
  subjectsOf: SubjectsOfEntries;
  rules: ChannelRules;
}): EntryPlaces {
  const { findPlace, subjectsOf, rules } = options;
  const [firstRestricted = rules.auditChannelId] = rules.restrictedChannelIds;
  return {
    async base() {
      const { place, moved } = await findPlace({ channelId: rules.auditChannelId, threadTs: null }, []);
      if (isChannelOutage(moved)) throw new NowhereToPostError(moved);
      return place;
    },

    async of(entries, base) {
      // The entries of one bulk have the same subjects, up to 1,000.
      const known = new Map<string, EntryPlace>();
      const places: EntryPlace[] = [];
      for (const { subjects, isUndetermined } of await subjectsOf(entries)) {
        if (subjects.length === 0 && !isUndetermined) {
          places.push(base);
          continue;
        }
        const channelId = isUndetermined ? firstRestricted : rules.auditChannelId;
        const key = `${channelId} ${JSON.stringify(subjects)}`;
        const place = known.has(key) ? (known.get(key) ?? null) : await placeFor(channelId, subjects);
        known.set(key, place);
        places.push(place);
      }
      return places;
    },
  };

  async function placeFor(channelId: string, subjects: readonly SubjectIdentity[]): Promise<EntryPlace> {
    try {
      return (await findPlace({ channelId, threadTs: null }, subjects)).place;
    } catch (error) {
      // Incydr maps the members to users. While it is down, the audit channel still gets the short entry.
      if (isIncydrOutage(error)) return null;
      // If no restricted channel can be used now, the error is thrown, and the entry waits. If the subject may read
      // every channel, waiting would not help: the audit channel gets the short entry.
      if (!(error instanceof NowhereToPostError)) throw error;
      if (error.why !== "subject_present" && error.why !== "subject_unmapped") throw error;
      return null;
    }
  }
}
