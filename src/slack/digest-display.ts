import type { PeopleDirectory } from "../authorization/index.ts";
import {
  type ChangeRequest,
  type ChannelRules,
  type DigestDisplay,
  type DigestLine,
  type FindPlace,
  NowhereToPostError,
  subjectSlackIds,
} from "../change-requests/index.ts";
import type { PostLedger } from "../persistence/index.ts";
import type { FindCard } from "./card-address.ts";
import { digestMessage, type LinkedLine } from "./messages/digest-message.ts";
import type { Poster } from "./messages/post-once.ts";

/**
 * Posts digests to the approvals channel. A request whose subject could read it there is told of in the
 * restricted channel instead, and nowhere if they could read that too.
 */
export function createDigestDisplay(options: {
  poster: Poster;
  ledger: PostLedger;
  findPlace: FindPlace;
  findCard: FindCard;
  people: PeopleDirectory;
  rules: ChannelRules;
}): DigestDisplay {
  const { poster, ledger, findPlace, findCard, people, rules } = options;
  return {
    async showDigest(digestId, lines) {
      const byChannel = new Map<string, LinkedLine[]>();
      for (const line of lines) {
        const channelId = await channelFor(line.request);
        if (!channelId) continue;
        byChannel.set(channelId, [...(byChannel.get(channelId) ?? []), await linked(line)]);
      }
      for (const [channelId, listed] of byChannel) {
        const key = `digest:${digestId}:${channelId}`;
        await ledger.withKey(key, () =>
          poster.post(key, { channelId, threadTs: null }, digestMessage(listed)),
        );
      }
    },
  };

  async function channelFor({ targets }: ChangeRequest): Promise<string | null> {
    const ids = await Promise.all(targets.map((target) => subjectSlackIds(target, people)));
    const asked = { channelId: rules.approvalsChannelId, threadTs: null };
    try {
      return (await findPlace(asked, [...new Set(ids.flat())])).place.channelId;
    } catch (error) {
      if (error instanceof NowhereToPostError) return null;
      throw error;
    }
  }

  async function linked(line: DigestLine): Promise<LinkedLine> {
    return { ...line, cardUrl: (await findCard(line.request.id))?.url ?? null };
  }
}
