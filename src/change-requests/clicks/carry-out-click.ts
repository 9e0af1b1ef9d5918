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

/** The parts that each click on a card needs. */
export interface ClickOptions extends ClickAnswerOptions {
  readonly authorizer: Authorizer;
  readonly directory: PeopleDirectory;
  readonly channels: ChannelContexts;
  readonly visibleRequest: VisibleRequest;
}

/** The part of a click that differs from button to button. */
export interface ClickHandler<Click extends CardClick, Facts extends Prepared> {
  /** Whether this very click was carried out before, so that nothing needs to be read. Default: the lock tells. */
  readonly isDone?: (click: Click) => Promise<boolean>;
  /**
   * Does everything that takes a while, before anything is locked: reads the person's authority and the subject, asks
   * the policies. May run twice.
   * @throws {AppError} a refusal, of which the person is told.
   */
  readonly prepare: (click: Click, request: ChangeRequest) => Promise<Facts>;
  /**
   * Checks under the request's lock whatever may have changed since, and stores the effect.
   * @throws {AppError} a refusal; then nothing is stored but its audit entry.
   */
  readonly apply: (tx: Transaction, locked: ChangeRequest, facts: Facts, click: Click) => Promise<void>;
}

export interface Prepared {
  /** The policies that let the person do it; `null` if no policy was asked. */
  readonly policyHash: string | null;
}

/**
 * Makes the function that carries out one kind of click. The click is kept until it is carried out, refused or told to
 * wait (see `createClickAnswer`). Each click takes effect once, however often its job runs.
 *
 * 1. Read the request, if the person may know of it.
 * 2. Prepare: read facts and authority, without a lock.
 * 3. Lock the request, claim the click, and check that the policies of step 2 still decide.
 * 4. Check again what may have changed, and store the effect.
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
      if (await handler.isDone?.(click)) return;
      const request = await visibleRequest(click.requestId, click.slackUserId, { attemptId: click.clickId });
      const facts = await handler.prepare(click, request);
      await uow.run(async (tx) => {
        const locked = await tx.requests.lock(click.requestId);
        if (!locked || !(await tx.clicks.claim(click.clickId, clock.now()))) return;
        if (facts.policyHash !== null) await assertDeciding(tx, facts.policyHash);
        await handler.apply(tx, locked, facts, click);
      });
    });
}

/** A person whom the policies let do something about each subject of a request. */
export interface Permission {
  readonly authorizer: Authorizer;
  readonly person: PermittedPerson;
  readonly policyInputs: readonly PolicyInput[];
}

/**
 * Lets a person do something about a request by the policies of now, or throws. Group membership is fetched, or at most
 * 30 s old.
 * @throws {ForbiddenError} after auditing the attempt.
 */
export async function permitAction(
  options: Pick<ClickOptions, "authorizer" | "directory" | "channels">,
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

/** A person who may hold a request back, and the policies that let them; `null` if no policy was asked. */
export interface PermittedActor extends Prepared {
  readonly actor: OperatorRef;
}

/**
 * Lets a person hold a request back, or throws. The requester always may, since that changes nothing in Incydr; anybody
 * else needs the policies' leave to cancel.
 * @throws {ForbiddenError} after auditing the attempt.
 */
export async function permitHoldingBack(
  options: Pick<ClickOptions, "authorizer" | "directory" | "channels">,
  request: ChangeRequest,
  { clickId, slackUserId }: CardClick,
): Promise<PermittedActor> {
  if (slackUserId === request.requester.slackUserId) return { actor: request.requester, policyHash: null };
  return permitCancelling(options, request, { clickId, slackUserId });
}

/**
 * Lets a person do what the policies ask of those who cancel, or throws.
 * @throws {ForbiddenError} after auditing the attempt.
 */
export async function permitCancelling(
  options: Pick<ClickOptions, "authorizer" | "directory" | "channels">,
  request: ChangeRequest,
  { clickId, slackUserId }: Pick<CardClick, "clickId" | "slackUserId">,
): Promise<PermittedActor> {
  const how = { slackUserId, action: "cancel", attemptId: clickId } as const;
  const { person } = await permitAction(options, request, how);
  return { actor: { slackUserId, email: person.email }, policyHash: person.policyHash };
}
