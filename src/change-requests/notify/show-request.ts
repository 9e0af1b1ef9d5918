import type { Clock } from "../../kernel/clock.ts";
import { uuidOf } from "../../kernel/uuid-of.ts";
import { CardNotShownError, NowhereToPostError } from "../confidentiality/find-place.ts";
import { applyRequestEvent } from "../lifecycle/apply-event.ts";
import { grantHoursOf } from "../model/change.ts";
import { type ChangeRequest, isBulk, nameOf, onlyTarget } from "../model/change-request.ts";
import { RequestNotFoundError } from "../model/request-errors.ts";
import { type Standing, standingAfter } from "../model/standing.ts";
import type { AlarmTopic } from "../ports/job.ts";
import type { RequestDisplay, RequestView, Stored, UnitOfWork } from "../ports/ports.ts";
import { keptByReplacement } from "./kept-by-replacement.ts";

export interface ShowRequestOptions {
  readonly uow: UnitOfWork;
  readonly display: RequestDisplay;
  readonly clock: Clock;
  /** The configuration stops every change. */
  readonly readOnly: boolean;
}

/** Brings Slack up to date with a request. Each may run twice with the effect of once. */
export interface RequestShowing {
  /** Posts or updates the card; takes it away where nobody may be shown it any more. */
  showCard(requestId: number): Promise<void>;
  /** The same for a bulk that only goes on, in a turn that was taken before. */
  showProgress(requestId: number): Promise<void>;
  /** Says in the card's thread what came to pass. */
  announce(requestId: number, topic: string): Promise<void>;
  /** Says in the audit channel what must not be overlooked. */
  soundAlarm(requestId: number, topic: AlarmTopic): Promise<void>;
}

export function createRequestShowing(options: ShowRequestOptions): RequestShowing {
  const { uow, display, clock, readOnly } = options;
  const read = (requestId: number): Promise<RequestView> =>
    uow.read(async (stored) => {
      const request = await stored.requests.get(requestId);
      if (!request) throw new RequestNotFoundError(requestId);
      const isLimited = grantHoursOf(request.change) !== null;
      const grants = isLimited ? await stored.grants.ofRequest(requestId) : [];
      const lent = await keptByReplacement(stored, request);
      const failures = await stored.jobFailures.givenUpOf(requestId);
      const isFrozen = readOnly || (await stored.freeze.read()) !== null;
      const standing = await readStanding(stored, request);
      const named = [...request.othersOpen, ...(standing.reversedBy ? [standing.reversedBy.requestId] : [])];
      const bulks = new Set(await stored.requests.bulksAmong(named));
      return { request, grants, lent, standing, bulks, isFrozen, failures };
    });

  async function showCard(requestId: number): Promise<void> {
    await uow.read(({ cards }) => cards.takeTurn());
    await show(requestId);
  }

  async function show(requestId: number): Promise<void> {
    try {
      // Whom it asks by name may not be where it stands then. Left before it moves: afterwards nobody knows that it did.
      const askAgain = () => uow.run((tx) => tx.jobs.enqueue({ kind: "ask", requestId }));
      await display.showCard(requestId, () => read(requestId), askAgain);
    } catch (error) {
      if (!(error instanceof NowhereToPostError)) throw error;
      if (error.isMendable) {
        // The request waits until the channel is mended; until then nobody may see its card in another channel.
        await display.hideCard(requestId, error.why);
        if (error.why === "subject_unmapped") await tellWhatToSet(requestId, error);
        throw error;
      }
      await withdraw(requestId, error);
    }
  }

  /** Says once to the requester what an administrator has to set before the request can be shown. */
  async function tellWhatToSet(requestId: number, { message }: NowhereToPostError): Promise<void> {
    await uow.run(async (tx) => {
      const request = await tx.requests.get(requestId);
      if (!request || !(await tx.clicks.claim(uuidOf(`unmapped ${requestId}`), clock.now()))) return;
      const { place, requester } = request;
      const words = display.notice([`${nameOf(requestId)} waits: it can't be shown now.`, message]);
      await tx.jobs.enqueue({ kind: "tell", slackUserId: requester.slackUserId, place, words });
    });
  }

  /**
   * A request that nobody may be shown: what was shown is taken away, and one that waits for a decision is
   * cancelled, since nobody could make it. What is approved goes on.
   */
  async function withdraw(requestId: number, error: NowhereToPostError): Promise<void> {
    const wasShown = await display.hideCard(requestId, error.why);
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
      const words = display.notice([`${nameOf(requestId)} can't be shown any more.`, error.message]);
      await tx.jobs.enqueue({ kind: "tell", slackUserId: requester.slackUserId, place, words });
    });
  }

  return {
    showCard,
    showProgress: show,
    async announce(requestId, topic) {
      // The announcement goes into the card's thread, so there has to be a card. If Slack refuses it, people are told all
      // the same.
      let refused: CardNotShownError | null = null;
      try {
        await showCard(requestId);
      } catch (error) {
        if (!(error instanceof CardNotShownError)) throw error;
        refused = error;
      }
      try {
        await display.announce(await read(requestId), topic);
      } catch (error) {
        if (!(error instanceof NowhereToPostError) || error.isMendable) throw error;
      }
      if (refused) throw refused;
    },

    async soundAlarm(requestId, topic) {
      try {
        await display.soundAlarm(await read(requestId), topic);
      } catch (error) {
        // The audit log has it, and the audit channel that it has something.
        if (!(error instanceof NowhereToPostError) || error.isMendable) throw error;
      }
    },
  };
}

/** A request of which nothing was changed that could be reversed. */
const UNTOUCHED: Standing = { reversedBy: null, canBeUndone: false };

/** Reads what is left of a request's change. Of a bulk and of a request that isn't done, nothing is claimed. */
async function readStanding(
  { requests, grants }: Pick<Stored, "requests" | "grants">,
  request: ChangeRequest,
): Promise<Standing> {
  if (request.state !== "done" || isBulk(request)) return UNTOUCHED;
  const { userId, intent, settledAt } = onlyTarget(request);
  if (!settledAt) return standingAfter(request, [], []);
  // An undo leaves out roles whose time the request cut short.
  const wereLent =
    request.change.kind === "remove_roles" || request.change.kind === "replace_roles"
      ? await grants.lentBetween(userId, intent?.at ?? settledAt, settledAt)
      : [];
  return standingAfter(request, await requests.changesSince(userId, request.id, settledAt), wereLent);
}
