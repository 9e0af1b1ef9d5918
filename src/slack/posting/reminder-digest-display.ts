import {
  type ChangeRequest,
  type ChannelDirectory,
  type ChannelRules,
  type DigestDisplay,
  type DigestLine,
  type FindPlace,
  isChannelOutage,
  NowhereToPostError,
} from "../../change-requests/index.ts";
import { runEach } from "../../kernel/run-each.ts";
import { digestMessage, type LinkedLine, personalDigest } from "../messages/reminder-digest-message.ts";
import type { FindCard } from "./card-address.ts";
import type { Poster } from "./post-once.ts";
import type { PostedMessages } from "./posted-messages.ts";
import type { TellDirectly } from "./tell-directly.ts";

/**
 * Posts digests to the approvals channel. If a subject could read a request there, its line goes to a restricted channel,
 * or to none if the subject reads those too. An invited approver who is no member of the channel gets one direct message
 * about all their requests. While the restricted channel can't be used, only its lines wait.
 */
export function createDigestDisplay(options: {
  poster: Poster;
  postedMessages: PostedMessages;
  findPlace: FindPlace;
  findCard: FindCard;
  tellDirectly: TellDirectly;
  channels: ChannelDirectory;
  rules: ChannelRules;
  isOutage: (error: unknown) => boolean;
}): DigestDisplay {
  const { poster, postedMessages, findPlace, findCard, tellDirectly, channels, rules, isOutage } = options;
  /** Whether every other line would fail too. If one channel can't be used, only its lines fail. */
  const stopsAll = (error: unknown) => isOutage(error) && !(error instanceof NowhereToPostError);
  return {
    async showDigest(digestId, lines) {
      const byChannel = new Map<string, LinkedLine[]>();
      const byPerson = new Map<string, LinkedLine[]>();
      /** People invited to a line without a channel. They get their one message when each of their lines has a channel. */
      const waiting = new Set<string>();
      const addLine = async (each: DigestLine) => {
        const channelId = await channelFor(each.request).catch((error: unknown) => {
          if (error instanceof NowhereToPostError)
            for (const person of each.invitedApprovers) waiting.add(person);
          throw error;
        });
        if (!channelId) return;
        const line = await linked(each);
        // If this line can't be rendered, this throws here, and the other lines are posted.
        digestMessage([line]);
        add(byChannel, channelId, line);
        const members = (await channels.facts(channelId))?.memberIds ?? [];
        for (const person of line.invitedApprovers)
          if (!members.includes(person)) add(byPerson, person, line);
      };
      const postIn = async ([channelId, listed]: [string, LinkedLine[]]) => {
        const key = `digest:${digestId}:${channelId}`;
        await postedMessages.withKey(key, () =>
          poster.post(key, { channelId, threadTs: null }, digestMessage(listed)),
        );
      };
      const sendPersonalDigest = async ([person, listed]: [string, LinkedLine[]]) => {
        if (waiting.has(person)) return;
        await tellDirectly(`digest:${digestId}:${person}`, person, personalDigest(listed));
      };
      const steps = [
        () => runEach(lines, stopsAll, addLine),
        () => runEach(byChannel, stopsAll, postIn),
        () => runEach(byPerson, stopsAll, sendPersonalDigest),
      ];
      await runEach(steps, stopsAll, (step) => step());
    },
  };

  function add(to: Map<string, LinkedLine[]>, key: string, line: LinkedLine): void {
    to.set(key, [...(to.get(key) ?? []), line]);
  }

  async function channelFor({ targets }: ChangeRequest): Promise<string | null> {
    const asked = { channelId: rules.approvalsChannelId, threadTs: null };
    try {
      return (await findPlace(asked, targets)).place.channelId;
    } catch (error) {
      if (error instanceof NowhereToPostError && !isChannelOutage(error.why)) return null;
      throw error;
    }
  }

  async function linked(line: DigestLine): Promise<LinkedLine> {
    return { ...line, cardUrl: (await findCard(line.request.id))?.url ?? null };
  }
}
