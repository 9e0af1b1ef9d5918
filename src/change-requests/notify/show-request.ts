import type { PeopleDirectory } from "../../authorization/index.ts";
import { uuidOf } from "../../kernel/canonical-json.ts";
import type { Clock } from "../../kernel/clock.ts";
import {
  CardNotShownError,
  type FindPlace,
  isChannelOutage,
  NowhereToPostError,
} from "../confidentiality/find-place.ts";
import { mayHearOfSubjects } from "../confidentiality/subject-among.ts";
import { excludedSlackIds, isExcluded } from "../confidentiality/subject-slack-ids.ts";
import { applyRequestEvent } from "../lifecycle/apply-event.ts";
import type { ChangeRequest, Place } from "../model/change-request.ts";
import {
  type ChannelRules,
  type ConfidentialityFault,
  type Placement,
  placementFault,
} from "../model/placement.ts";
import type { ChannelDirectory } from "../ports/channel-directory.ts";
import type { AlarmTopic } from "../ports/job.ts";
import type { JobFailure } from "../ports/job-failure.ts";
import type { HeldCard, RequestDisplay } from "../ports/request-messages.ts";
import type { UnitOfWork } from "../ports/storage.ts";
import { createPostThreadUpdate } from "./post-thread-update.ts";
import type { ReadView } from "./read-view.ts";

export interface ShowRequestOptions {
  readonly uow: UnitOfWork;
  readonly readView: ReadView;
  readonly display: RequestDisplay;
  readonly findPlace: FindPlace;
  readonly people: PeopleDirectory;
  readonly channels: ChannelDirectory;
  readonly rules: ChannelRules;
  readonly clock: Clock;
}

/** Brings Slack up to date with a request. Each may run twice with the effect of once. */
export interface RequestShowing {
  /** Posts or updates the card; takes it away where nobody may be shown it any more. */
  showCard(requestId: number): Promise<void>;
  /** The same for a bulk that only goes on, in a turn that was taken before. */
  showProgress(requestId: number): Promise<void>;
  /** Says in the card's thread what came to pass. */
  postThreadUpdate(requestId: number, topic: string): Promise<void>;
  /** Says in the audit channel what must not be overlooked. */
  postAlert(requestId: number, topic: AlarmTopic): Promise<void>;
}

export function createRequestShowing(options: ShowRequestOptions): RequestShowing {
  const { uow, readView, display, findPlace, people, channels, rules, clock } = options;
  const postThreadUpdate = createPostThreadUpdate(options);

  async function showCard(requestId: number): Promise<void> {
    await uow.read(({ cards }) => cards.reserveUpdate());
    await show(requestId);
  }

  async function show(requestId: number): Promise<void> {
    const nowhere = await display.withCard(requestId, (card) => placeCard(requestId, card));
    if (!nowhere)
      return display.withWarning(requestId, async (warning) => warning.update(await readView(requestId)));
    const { error, wasTakenAway } = nowhere;
    if (!error.isMendable) return withdraw(requestId, error, wasTakenAway);
    if (error.why === "subject_unmapped") await tellWhatToSet(requestId, error);
    throw error;
  }

  /** Shows the card where it may stand now, and takes it away if it may stand nowhere. */
  async function placeCard(requestId: number, card: HeldCard): Promise<Nowhere | null> {
    // Read while nobody else writes the card, so that it never shows an earlier state than before.
    const view = await readView(requestId);
    const { request } = view;
    const placement = await placeOf(request);
    // Until the channel is mended nobody may see the card in another channel.
    if (placement instanceof NowhereToPostError)
      return { error: placement, wasTakenAway: await takeAway(card, placement.why) };
    const { place, moved } = placement;
    if (card.channelId !== null && card.channelId !== place.channelId) {
      // The people it asks by name may not be where it stands then. Stored before it moves: a crash after it leaves no
      // trace of the move.
      await uow.run((tx) => tx.jobs.enqueue({ kind: "ask", requestId }));
    }
    if ((await card.put(view, place)) === "posted" && moved) await tellMoved(request, place, moved);
    // Last, so that an earlier channel keeps no card waiting.
    await card.takeAwayEarlier();
    return null;
  }

  async function placeOf(request: ChangeRequest): Promise<Placement | NowhereToPostError> {
    try {
      return await findPlace(request.place, request.targets);
    } catch (error) {
      if (error instanceof NowhereToPostError) return error;
      throw error;
    }
  }

  async function takeAway(card: HeldCard, why: ConfidentialityFault): Promise<boolean> {
    await card.takeAwayEarlier();
    // In a restricted channel that is out it stays as it is: nobody may have moved it, and it can't be updated.
    if (isChannelOutage(why) && card.channelId !== null && (await isRestrictedOut(card.channelId)))
      return false;
    return card.takeAway();
  }

  /** Whether this is a restricted channel, and out itself. With a single one it is: only its fault leaves no place. */
  async function isRestrictedOut(channelId: string): Promise<boolean> {
    const { restrictedChannelIds } = rules;
    if (!restrictedChannelIds.includes(channelId)) return false;
    if (restrictedChannelIds.length === 1) return true;
    return isChannelOutage(placementFault(await channels.facts(channelId), rules));
  }

  /** Tells the requester alone: where they asked, that it went elsewhere; directly, the one reason. */
  async function tellMoved(request: ChangeRequest, to: Place, why: ConfidentialityFault): Promise<void> {
    const { requester, targets } = request;
    await display.tellMoved(request);
    if (!(await mayHearOfSubjects(people, requester.slackUserId))) return;
    if (isExcluded(requester.slackUserId, await excludedSlackIds(targets, people))) return;
    await display.tellWhyMoved(request, to, why);
  }

  /** Says once to the requester what an administrator has to set before the request can be shown. */
  async function tellWhatToSet(requestId: number, { why }: NowhereToPostError): Promise<void> {
    await uow.run(async (tx) => {
      const request = await tx.requests.get(requestId);
      if (!request || !(await tx.clicks.claim(uuidOf(`unmapped ${requestId}`), clock.now()))) return;
      const { place, requester } = request;
      const notice = { kind: "card_waits", requestId, why } as const;
      await tx.jobs.enqueue({ kind: "tell", slackUserId: requester.slackUserId, place, notice });
    });
  }

  /**
   * A request that nobody may be shown: what was shown is taken away, and one that waits for a decision is
   * cancelled, since nobody could make it. What is approved goes on.
   */
  async function withdraw(requestId: number, error: NowhereToPostError, wasShown: boolean): Promise<void> {
    await uow.run(async (tx) => {
      const request = await tx.requests.lock(requestId);
      if (!request) return;
      const isUndecided = request.state === "pending" || request.state === "stale";
      if (isUndecided) {
        const why = error.message;
        await tx.requests.updateTarget(requestId, 0, { explanation: why });
        await applyRequestEvent(tx, request, "cancel", { actor: "bot", at: clock.now(), details: { why } });
      }
      if (!isUndecided && !wasShown) return;
      const { place, requester } = request;
      const notice = { kind: "card_withdrawn", requestId, why: error.why } as const;
      await tx.jobs.enqueue({ kind: "tell", slackUserId: requester.slackUserId, place, notice });
    });
  }

  return {
    showCard,
    showProgress: show,
    async postThreadUpdate(requestId, topic) {
      // The announcement goes into the card's thread, so there has to be a card. If Slack refuses it, people are told all
      // the same.
      let refused: CardNotShownError | null = null;
      try {
        await showCard(requestId);
      } catch (error) {
        if (!(error instanceof CardNotShownError)) throw error;
        refused = error;
      }
      await postThreadUpdate(await readView(requestId), topic);
      if (refused) throw refused;
    },

    async postAlert(requestId, topic) {
      const view = await readView(requestId);
      const { targets } = view.request;
      if (isMended(view.failures, topic)) return;
      try {
        const { place } = await findPlace({ channelId: rules.auditChannelId, threadTs: null }, targets);
        await display.postAlert(view, topic, place);
      } catch (error) {
        // The audit log has it, and the audit channel that it has something.
        if (!(error instanceof NowhereToPostError) || error.isMendable) throw error;
      }
    },
  };
}

/** A request may be shown nowhere. */
interface Nowhere {
  readonly error: NowhereToPostError;
  readonly wasTakenAway: boolean;
}

/** Whether an alarm is about work that doesn't fail any more. */
function isMended(failures: readonly JobFailure[], topic: AlarmTopic): boolean {
  return topic.startsWith("stuck:") && !failures.some(({ reference }) => topic === `stuck:${reference}`);
}
