import {
  type Authorizer,
  type ChangeAction,
  FRESH,
  type PeopleDirectory,
  type PermittedPerson,
  type PinOptions,
} from "../../authorization/index.ts";
import type { ChannelContexts } from "../confidentiality/channel-contexts.ts";
import type { VisibleRequest } from "../confidentiality/visible-request.ts";
import { type ChangeRequest, nameOf, type OperatorRef } from "../model/change-request.ts";
import type { CardClick } from "../model/click.ts";
import { assertDeciding } from "../policy/assert-deciding.ts";
import { authorizeForAll } from "../policy/authorize-all.ts";
import { factsOfRequest, type PolicyInput } from "../policy/policy-facts.ts";
import type { Transaction } from "../ports/storage.ts";
import { type ClickAnswerOptions, createClickAnswer } from "./click-answer.ts";

export interface ClickOptions extends ClickAnswerOptions {
  readonly authorizer: Authorizer;
  readonly directory: PeopleDirectory;
  readonly channels: ChannelContexts;
  readonly visibleRequest: VisibleRequest;
}

export interface ClickHandler<Click extends CardClick, Facts extends Prepared> {
  /** Whether the stored request shows this click, so that nothing needs to be read. Default: the lock shows it. */
  readonly isDone?: (click: Click, stored: ChangeRequest) => boolean;
  /**
   * Does the slow part before the lock: reads authority and subject, and evaluates the policies. May run twice.
   * @throws {AppError} if the click is refused; the person gets a message
   */
  readonly prepare: (click: Click, request: ChangeRequest) => Promise<Facts>;
  /**
   * Repeats, under the request's lock, the checks whose facts may have changed, and stores the effect.
   * @throws {AppError} if the click is refused; then only an audit entry is stored
   */
  readonly apply: (tx: Transaction, locked: ChangeRequest, facts: Facts, click: Click) => Promise<void>;
}

export interface Prepared {
  /** Hash of the policies that permit the action; `null` if the action needs no permission. */
  readonly policyHash: string | null;
}

/**
 * Makes the function that carries out one kind of click, once, however often its job runs. `createClickAnswer` handles
 * refusals and outages.
 *
 * 1. Read the request, if the person may see it.
 * 2. Prepare: read facts and authority, without a lock.
 * 3. Lock the request, claim the click, and check that the policies of step 2 still decide.
 * 4. Repeat the checks whose facts may have changed, and store the effect.
 * @param action names the click in the audit log
 */
export function createCarryOutClick<Click extends CardClick, Facts extends Prepared>(
  options: Pick<ClickOptions, keyof ClickAnswerOptions | "visibleRequest">,
  action: (click: Click) => string,
  handler: ClickHandler<Click, Facts>,
): (click: Click) => Promise<void> {
  const { uow, visibleRequest, clock } = options;
  const answered = createClickAnswer(options);
  return (click) =>
    answered(click, action(click), async () => {
      const { requestId } = click;
      const stored = handler.isDone && (await uow.read(({ requests }) => requests.get(requestId)));
      if (stored && handler.isDone?.(click, stored)) return;
      const request = await visibleRequest(requestId, click.slackUserId);
      const facts = await handler.prepare(click, request);
      await uow.run(async (tx) => {
        const locked = await tx.requests.lock(requestId);
        if (!locked || !(await tx.clicks.claim(click.clickId, clock.now()))) return;
        if (facts.policyHash !== null) await assertDeciding(tx, facts.policyHash);
        await handler.apply(tx, locked, facts, click);
      });
    });
}

/** The permission of a person for each subject of a request. */
export interface Permission {
  readonly authorizer: Authorizer;
  readonly person: PermittedPerson;
  readonly policyInputs: readonly PolicyInput[];
}

/**
 * Lets a person do something about a request, or throws. Group membership is at most 30 s old.
 * @throws {ForbiddenError} after auditing the attempt.
 */
export async function permitAction(
  options: PermitOptions,
  request: ChangeRequest,
  { slackUserId, action, ...how }: { slackUserId: string; action: ChangeAction } & PinOptions,
): Promise<Permission> {
  const authorizer = await options.authorizer.pin(how);
  const policyInputs = await factsOfRequest(request, options);
  const person = await authorizeForAll(authorizer, slackUserId, action, {
    freshness: FRESH,
    policyInputs,
    requestId: nameOf(request.id),
  });
  return { authorizer, person, policyInputs };
}

type PermitOptions = Pick<ClickOptions, "authorizer" | "directory" | "channels">;

export interface PermittedActor extends Prepared {
  readonly actor: OperatorRef;
}
/**
 * Lets a person cancel, pause or stop a request, or throws. The requester always may, because that changes nothing in
 * Incydr; other people need permission to cancel.
 * @throws {ForbiddenError} after auditing the attempt.
 */
export async function permitHoldingBack(
  options: PermitOptions,
  request: ChangeRequest,
  click: CardClick,
): Promise<PermittedActor> {
  const { requester } = request;
  if (click.slackUserId === requester.slackUserId) return { actor: requester, policyHash: null };
  return permitCancelling(options, request, click);
}

/** Lets a person with permission to cancel act, or throws. @throws {ForbiddenError} after auditing the attempt. */
export async function permitCancelling(
  options: PermitOptions,
  request: ChangeRequest,
  { clickId, slackUserId }: CardClick,
): Promise<PermittedActor> {
  const how = { slackUserId, action: "cancel", attemptId: clickId } as const;
  const { person } = await permitAction(options, request, how);
  return { actor: { slackUserId, email: person.email }, policyHash: person.policyHash };
}
