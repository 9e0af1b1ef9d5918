import type { AuditEntry } from "../../audit/index.ts";
import { isIncydrOutage } from "../../incydr/index.ts";
import type { Place, SubjectIdentity } from "../model/change-request.ts";
import type { ChannelRules } from "../model/placement.ts";
import { type FindPlace, isChannelOutage, NowhereToPostError } from "./find-place.ts";
import type { Concerned, SubjectsOfEntries } from "./subjects-of-entries.ts";

/** Where the whole of an entry goes; `null` if a subject reads every channel, or can't be told from the members. */
export type EntryPlace = Place | null;

/** Finds where audit entries may be posted, right before they are, since members change. */
export interface EntryPlaces {
  /**
   * Where entries go that are about nobody: the audit channel, or a restricted one if it is not fit any more.
   * @throws {NowhereToPostError} while the audit channel can't be used
   */
  base(): Promise<Place>;
  /**
   * Where the whole of each entry goes, in their order: to a restricted channel if a subject could read it at `base`, or
   * if it has typed text that may be about anybody.
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
      return placesOf(await subjectsOf(entries), base);
    },
  };

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
