import { type Authorizer, FRESH } from "../../authorization/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { uuidOf } from "../../kernel/uuid-of.ts";
import { createClickAnswer } from "../clicks/click-answer.ts";
import type { VisibleRequest } from "../confidentiality/visible-request.ts";
import type { FileDelivery } from "../model/bulk-draft.ts";
import { nameOf } from "../model/change-request.ts";
import type { CardClick } from "../model/click.ts";
import type { RequestDisplay, UnitOfWork } from "../ports/ports.ts";
import { outcomeRows, targetRows } from "./report-rows.ts";
import { toCsv } from "./to-csv.ts";

const UNREACHABLE = "Slack doesn't let the bot write to you directly.";

/**
 * Makes the function that carries out a click on List users: brings whoever may look users up the ordered list that
 * an approval is bound to, or what came of each so far. The card names nobody; who is on the list is told of none.
 */
export function createSendList(options: {
  authorizer: Authorizer;
  uow: UnitOfWork;
  visibleRequest: VisibleRequest;
  delivery: FileDelivery;
  display: RequestDisplay;
  clock: Clock;
}) {
  const { uow, delivery, display, clock } = options;
  const answered = createClickAnswer(options);

  return (click: CardClick): Promise<void> =>
    answered(click, "list", async () => {
      const { clickId, requestId, slackUserId, place } = click;
      const name = nameOf(requestId);
      const request = await options.visibleRequest(requestId, slackUserId, { attemptId: clickId });
      const authorizer = await options.authorizer.pin({ attemptId: clickId });
      const { email, policyHash } = await authorizer.authorize(slackUserId, "lookup", {
        freshness: FRESH,
        about: { requestId: name },
      });
      await uow.run(async (tx) => {
        const at = clock.now();
        // The click itself is claimed once the file is delivered: a delivery that fails is tried again.
        if (!(await tx.clicks.claim(uuidOf(`${clickId} audited`), at))) return;
        const details = { usernames: request.targets.map(({ username }) => username) };
        const actor = { slackUserId, email };
        const about = { requestId: name, subject: null, policyHash, details };
        await tx.audit.append({ kind: "subjects.looked_up", at, actor, ...about });
      });
      const isBegun = request.state === "executing" || request.state === "done";
      const outcome = await delivery.deliver(`list:${clickId}`, slackUserId, {
        name: `${name}-${isBegun ? "outcomes" : "users"}.csv`,
        content: toCsv(isBegun ? outcomeRows(request) : targetRows(request)),
        comment: isBegun
          ? `What has come of ${name} so far, user by user.`
          : `Whom ${name} is about, in the order in which it would be carried out.`,
      });
      await uow.run(async (tx) => {
        if (!(await tx.clicks.claim(clickId, clock.now())) || outcome === "delivered") return;
        const words = display.notice([`The list of ${name} could not be sent to you. ${UNREACHABLE}`]);
        await tx.jobs.enqueue({ kind: "tell", slackUserId, place, words });
      });
    });
}

export type SendList = ReturnType<typeof createSendList>;
