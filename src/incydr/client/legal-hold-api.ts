import { parseUserId } from "../model/ids.ts";
import { answers } from "./answers.ts";
import { type ApiContext, observePages } from "./api-context.ts";
import type { LegalHoldApi } from "./client-api.ts";
import { collectPages } from "./read-pages.ts";

const pageSize = 100;

/** `client.legalHold` over `context`. */
export function createLegalHoldApi({ run, transport, observer }: ApiContext): LegalHoldApi {
  const path = "/v1/legal-hold/custodians/{userId}";
  return {
    mattersOf: async (userId, options) => {
      const id = parseUserId(userId);
      return await run(options, (call) =>
        collectPages({
          pageSize,
          wholeBelow: 2,
          // One matter may have had the user twice, of which one membership has ended.
          keyOf: ({ matterId, membershipActive, membershipCreationDate }) =>
            `${matterId} ${membershipActive} ${membershipCreationDate?.getTime()}`,
          ...observePages(observer, path),
          fetchPage: (page) =>
            transport(call, {
              purpose: `list the legal-hold matters of user ${id}`,
              method: "GET",
              path,
              params: { userId: id },
              query: { page, pageSize },
              effect: "read",
              read: answers.matters,
            }),
        }),
      );
    },
  };
}
