import { subjectsLookedUp } from "../../audit/index.ts";
import { FRESH } from "../../authorization/index.ts";
import { uuidOf } from "../../kernel/canonical-json.ts";
import { type ClickOptions, createCarryOutClick } from "../clicks/carry-out-click.ts";
import type { FileDelivery } from "../model/bulk-draft.ts";
import { type ChangeRequest, nameOf } from "../model/change-request.ts";
import type { CardClick } from "../model/click.ts";

/**
 * Makes the function that carries out a click on List users. It sends the ordered list that an approval is bound to, or
 * the outcomes so far. The person has to be allowed to look users up, and is never a subject.
 */
export function createSendList(
  options: Omit<ClickOptions, "directory" | "channels"> & { delivery: FileDelivery },
) {
  const { uow, delivery, clock } = options;
  return createCarryOutClick(options, () => "list", {
    async prepare({ clickId, slackUserId }: CardClick, request) {
      const authorizer = await options.authorizer.pin({ attemptId: clickId });
      const { email, policyHash } = await authorizer.authorize(slackUserId, "lookup", {
        freshness: FRESH,
        about: { requestId: nameOf(request.id) },
      });
      await uow.run(async (tx) => {
        const at = clock.now();
        // The click itself is claimed after the delivery, so that a failed delivery is tried again.
        if (!(await tx.clicks.claim(uuidOf(`${clickId} audited`), at))) return;
        const usernames = request.targets.map(({ username }) => username);
        const occasion = { actor: { slackUserId, email }, at, policyHash };
        await tx.audit.append(subjectsLookedUp(occasion, { usernames }, nameOf(request.id)));
      });
      const outcome = await delivery.deliver(`list:${clickId}`, slackUserId, listOf(request));
      // The click stores nothing that needs a permission of the policies.
      return { policyHash: null, outcome };
    },

    async apply(tx, { id }, { outcome }, { slackUserId, place }) {
      if (outcome === "delivered") return;
      const notice = { kind: "file_not_sent", file: "list", requestId: id } as const;
      await tx.jobs.enqueue({ kind: "tell", slackUserId, place, notice });
    },
  });
}

function listOf(request: ChangeRequest) {
  const name = nameOf(request.id);
  const isBegun = request.state === "executing" || request.state === "done";
  return {
    name: `${name}-${isBegun ? "outcomes" : "users"}.csv`,
    holds: { kind: isBegun ? "outcomes_so_far" : "users", request } as const,
  };
}
