import { RefusalError } from "../../kernel/errors.ts";
import { nameOf } from "./change-request.ts";
import { type Grant, openGrants } from "./grant.ts";

/** No role of the request is given for a limited time, or all of it is over or being taken away already. */
export class NothingToRevokeError extends RefusalError<
  "nothing_to_revoke",
  { readonly requestId: number; readonly why: keyof typeof WHY_NOT_REVOKED }
> {
  constructor(requestId: number, grants: readonly Grant[]) {
    const why = grants.length === 0 ? "gave_none" : openGrants(grants).length > 0 ? "under_way" : "over";
    const message = `${nameOf(requestId)} ${WHY_NOT_REVOKED[why]}; your click changed nothing.`;
    super("nothing_to_revoke", { requestId, why }, message);
  }
}

const WHY_NOT_REVOKED = {
  gave_none: "gave no role for a limited time",
  under_way: "is to be revoked already",
  over: "is over already: it gives no role any more",
} as const;
