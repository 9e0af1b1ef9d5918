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
import { mayBeSubject } from "../confidentiality/subject-slack-ids.ts";
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

/** Updates Slack with the state of a request. Each method is idempotent. */
export interface RequestShowing {
  /** Posts or updates the card. If nobody may see it any more, removes it. */
  showCard(requestId: number): Promise<void>;
  /** As `showCard`, for the progress of a bulk, whose update was reserved before. */
  showProgress(requestId: number): Promise<void>;
  /** Announces an event in the card's thread. */
  postThreadUpdate(requestId: number, topic: string): Promise<void>;
  /** Posts an alert to the audit channel. */
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

  /** Shows the card in the channel where it may be now. Removes it if no channel may have it. */
  async function placeCard(requestId: number, card: HeldCard): Promise<Nowhere | null> {
    // Read under the card's lock, so that the card never goes back to an earlier state.
    const view = await readView(requestId);
    const { request } = view;
    const placement = await placeOf(request);
    // No channel may have the card now, so it is removed.
    if (placement instanceof NowhereToPostError)
      return { error: placement, wasTakenAway: await takeAway(card, placement.why) };
    const { place, moved } = placement;
    if (card.channelId !== null && card.channelId !== place.channelId) {
      // The invited approvers may not be in the new channel. Enqueued before the move, because a crash after the move
      // would leave no trace of it.
      await uow.run((tx) => tx.jobs.enqueue({ kind: "ask", requestId }));
    }
    if ((await card.put(view, place)) === "posted" && moved) await tellMoved(request, place, moved);
    // Called last, so that a fault in an earlier channel does not delay the card.
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
    // A card in an unusable restricted channel stays there, because the bot can't update it.
    if (isChannelOutage(why) && card.channelId !== null && (await isRestrictedOut(card.channelId)))
      return false;
    return card.takeAway();
  }

  /** Whether this restricted channel is unusable. If it is the only one, it must be, because the card has no place. */
  async function isRestrictedOut(channelId: string): Promise<boolean> {
    const { restrictedChannelIds } = rules;
    if (!restrictedChannelIds.includes(channelId)) return false;
    if (restrictedChannelIds.length === 1) return true;
    return isChannelOutage(placementFault(await channels.facts(channelId), rules));
  }

  /** Tells only the requester that the card moved, and explains the reason by direct message. */
  async function tellMoved(request: ChangeRequest, to: Place, why: ConfidentialityFault): Promise<void> {
    const { requester, targets } = request;
    await display.tellMoved(request);
    if (!(await mayHearOfSubjects(people, requester.slackUserId))) return;
    if (await mayBeSubject(requester.slackUserId, targets, people)) return;
    await display.tellWhyMoved(request, to, why);
  }

  /** Tells the requester, once, what an administrator has to set before the card can be shown. */
  async function tellWhatToSet(requestId: number, { why }: NowhereToPostError): Promise<void> {
    await uow.run(async (tx) => {
      const request = await tx.requests.get(requestId);
      if (!request || !(await tx.clicks.claim(uuidOf(`unmapped ${requestId}`), clock.now()))) return;
      const { place, requester } = request;
      const notice = { kind: "card_waits", requestId, why } as const;
      await tx.jobs.enqueue({ kind: "tell", slackUserId: requester.slackUserId, place, notice });
    });
  }

  /** Cancels a request that waits for a decision, because nobody may see it. An approved request goes on. */
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
      // The announcement goes into the card's thread. If Slack refuses the card, the direct messages are still sent.
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
      const isStuck = view.failures.some(({ reference }) => topic === `stuck:${reference}`);
      if (topic.startsWith("stuck:") && !isStuck) return;
      try {
        const { place } = await findPlace({ channelId: rules.auditChannelId, threadTs: null }, targets);
        await display.postAlert(view, topic, place);
      } catch (error) {
        // If an administrator can fix the fault, it is thrown, and the job tries again. Otherwise the alert is dropped:
        // the audit log has the entry, and the audit channel shows that it exists.
        if (!(error instanceof NowhereToPostError) || error.isMendable) throw error;
      }
    },
  };
}

interface Nowhere {
  readonly error: NowhereToPostError;
  readonly wasTakenAway: boolean;
}
