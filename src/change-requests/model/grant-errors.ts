import { AppError } from "../../kernel/errors.ts";
import { nameOf } from "./change-request.ts";
import { type Grant, openGrants } from "./grant.ts";

/** No role of the request is given for a limited time, or all of it is over or being taken away already. */
export class NothingToRevokeError extends AppError<"nothing_to_revoke"> {
  constructor(requestId: number, grants: readonly Grant[]) {
    const why =
      grants.length === 0
        ? "gave no role for a limited time"
        : openGrants(grants).length > 0
          ? "is to be revoked already"
          : "is over already: it gives no role any more";
    super("nothing_to_revoke", `${nameOf(requestId)} ${why}; your click changed nothing.`);
  }
}
