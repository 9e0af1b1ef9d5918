import { type ClickOptions, createCarryOutClick, permitAction } from "../clicks/carry-out-click.ts";
import { applyGrantEvent, enqueueEndUpdate } from "../lifecycle/apply-grant-event.ts";
import type { CardClick } from "../model/click.ts";
import { grantThatStays, NothingToRevokeError } from "../model/grant.ts";
import { lockGrants, supersede } from "./revocation-steps.ts";

/** Makes the function that carries out a click on Revoke now. A job removes the roles. */
export function createRevokeNow(options: ClickOptions) {
  const { clock } = options;
  return createCarryOutClick(options, () => "revoke", {
    async prepare({ slackUserId, clickId }: CardClick, request) {
      // Only the current policies decide: the earlier ones permitted giving the role.
      const how = { slackUserId, action: "revoke", attemptId: clickId } as const;
      const { person } = await permitAction(options, request, how);
      return { policyHash: person.policyHash, by: { slackUserId, email: person.email } };
    },

    async apply(tx, { id: requestId }, { by, policyHash }) {
      const { mine, ofSubject } = await lockGrants(tx, requestId);
      const at = clock.now();
      const active = mine.filter(({ state }) => state === "active");
      if (active.length === 0)
        throw new NothingToRevokeError(requestId, await tx.grants.ofRequest(requestId));
      const cause = { actor: by, at, policyHash };
      for (const grant of active) {
        const staying = grantThatStays(grant, ofSubject);
        if (staying) await supersede(tx, grant, staying, cause);
        else await applyGrantEvent(tx, grant, "revoke_now", { ...cause, patch: { endedBy: by } });
      }
      if (active.some((grant) => grantThatStays(grant, ofSubject))) await enqueueEndUpdate(tx, requestId, at);
      await tx.jobs.enqueue({ kind: "end_grants", requestId });
    },
  });
}
