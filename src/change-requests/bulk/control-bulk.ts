import { type Authorizer, FRESH, type PeopleDirectory } from "../../authorization/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { AppError } from "../../kernel/errors.ts";
import { createClickAnswer } from "../clicks/click-answer.ts";
import type { ChannelContexts } from "../confidentiality/channel-contexts.ts";
import type { VisibleRequest } from "../confidentiality/visible-request.ts";
import { applyEventToTargets, applyRequestEvent } from "../lifecycle/apply-event.ts";
import { type ChangeRequest, isBulk, nameOf, type OperatorRef, STOPPED } from "../model/change-request.ts";
import type { BulkControl, CardClick } from "../model/click.ts";
import { isSettled } from "../model/state-machine.ts";
import { assertDeciding } from "../policy/assert-deciding.ts";
import { authorizeForAll } from "../policy/authorize-all.ts";
import { factsOfRequest } from "../policy/policy-facts.ts";
import type { RequestDisplay, Transaction, UnitOfWork } from "../ports/ports.ts";

/** It isn't being carried out, or is so already. */
class BulkUnchangedError extends AppError<"bulk_unchanged"> {
  constructor(requestId: number, control: BulkControl) {
    super("bulk_unchanged", `${nameOf(requestId)} can't ${control} now; your click changed nothing.`);
  }
}

/**
 * Makes the function that carries out a click on Pause, Resume or Stop: by the requester, or by whom the policy
 * lets cancel. Pausing and stopping hold before the next write; what is being written is still read back.
 * Stop skips the targets that wait. Every refusal is audited and told to whoever clicked.
 */
export function createControlBulk(options: {
  authorizer: Authorizer;
  directory: PeopleDirectory;
  channels: ChannelContexts;
  uow: UnitOfWork;
  visibleRequest: VisibleRequest;
  display: RequestDisplay;
  clock: Clock;
}) {
  const { uow, clock } = options;
  const answered = createClickAnswer(options);

  return (click: CardClick, control: BulkControl): Promise<void> =>
    answered(click, control, async () => {
      const request = await options.visibleRequest(click.requestId, click.slackUserId, {
        attemptId: click.clickId,
      });
      const permitted = await authorize(request, click, control);
      await uow.run(async (tx) => {
        const locked = await tx.requests.lock(click.requestId);
        if (!locked || !(await tx.clicks.claim(click.clickId, clock.now()))) return;
        const isRunning = isBulk(locked) && locked.state === "executing";
        if (!isRunning || (control !== "stop" && locked.paused === (control === "pause")))
          throw new BulkUnchangedError(locked.id, control);
        if (permitted.policyHash) await assertDeciding(tx, permitted.policyHash);
        await (control === "stop" ? stop(tx, locked, permitted) : setPaused(tx, locked, permitted, control));
      });
    });

  /** Whoever asked may always hold back their own: that writes nothing, and no policy is asked. */
  async function authorize(
    request: ChangeRequest,
    { clickId, slackUserId }: CardClick,
    control: BulkControl,
  ): Promise<Permitted> {
    if (control !== "resume" && slackUserId === request.requester.slackUserId)
      return { actor: request.requester, policyHash: null };
    const authorizer = await options.authorizer.pin({ attemptId: clickId });
    const { email, policyHash } = await authorizeForAll(authorizer, slackUserId, "cancel", {
      freshness: FRESH,
      abouts: await factsOfRequest(request, options),
      requestId: nameOf(request.id),
    });
    return { actor: { slackUserId, email }, policyHash };
  }

  async function setPaused(
    tx: Transaction,
    request: ChangeRequest,
    { actor, policyHash }: Permitted,
    control: "pause" | "resume",
  ): Promise<void> {
    await tx.requests.update(request.id, { paused: control === "pause" });
    await tx.audit.append({
      kind: control === "pause" ? "request.paused" : "request.resumed",
      at: clock.now(),
      actor,
      requestId: nameOf(request.id),
      subject: null,
      policyHash,
      details: {},
    });
    if (control === "resume") await tx.jobs.enqueue({ kind: "execute_bulk", requestId: request.id });
    await tx.jobs.enqueue({ kind: "show_card", requestId: request.id });
  }

  async function stop(
    tx: Transaction,
    request: ChangeRequest,
    { actor, policyHash }: Permitted,
  ): Promise<void> {
    const at = clock.now();
    const waiting = request.targets.filter(({ state }) => state === "waiting");
    await tx.requests.update(request.id, { paused: false, stopped: true });
    await tx.audit.append({
      kind: "request.stopped",
      at,
      actor,
      requestId: nameOf(request.id),
      subject: null,
      policyHash,
      details: { skipped: waiting.length },
    });
    const patch = { explanation: STOPPED, settledAt: at };
    const stopped = await applyEventToTargets(tx, request, waiting, "skip", { actor, at, patch });
    const isOver = stopped.targets.every(({ state }) => isSettled(state));
    if (isOver) await applyRequestEvent(tx, stopped, "every_target_settled", { actor, at });
    else await tx.jobs.enqueue({ kind: "show_card", requestId: request.id });
  }
}

/** Whoever may, and by which policies; `null` where none was asked. */
interface Permitted {
  readonly actor: OperatorRef;
  readonly policyHash: string | null;
}

export type ControlBulk = ReturnType<typeof createControlBulk>;
