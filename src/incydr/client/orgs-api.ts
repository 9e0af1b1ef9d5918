import type { Call } from "../http/call-runner.ts";
import { IncydrError } from "../model/errors.ts";
import { parseOrgGuid } from "../model/ids.ts";
import type { Org } from "../model/types.ts";
import { answers } from "./answers.ts";
import { type ApiContext, observePages } from "./api-context.ts";
import type { OrgsApi } from "./client-api.ts";
import { collectPages, type Page } from "./read-pages.ts";

const path = "/v1/orgs";
// Without paging in the request, how many organizations a full page has is the server's choice.
const likelyPageSize = 100;

/** `client.orgs` over `context`. */
export function createOrgsApi({ run, transport, observer }: ApiContext): OrgsApi {
  async function fetchPage(
    call: Call,
    query: { readonly active?: boolean | undefined; readonly page?: number; readonly pageSize?: number },
  ): Promise<Page<Org>> {
    return await transport(call, {
      purpose: "list the organizations",
      method: "GET",
      path,
      isList: true,
      query: { active: query.active, page: query.page, pageSize: query.pageSize },
      effect: "read",
      read: answers.orgs,
    });
  }

  return {
    // Pages of organizations are not documented. The first request is the reference SDK's, without paging. Unless
    // it is empty, the next page of the same size is asked for. A server without pages repeats the whole set then.
    list: async ({ active } = {}, options) =>
      await run(options, async (call) => {
        const first = await fetchPage(call, { active });
        const pageSize = Math.max(1, first.items.length + (first.skipped ?? 0));
        return await collectPages({
          pageSize: likelyPageSize,
          mayIgnorePaging: true,
          keyOf: ({ orgGuid }) => orgGuid.toLowerCase(),
          ...observePages(observer, path),
          fetchPage: async (page) => (page === 1 ? first : await fetchPage(call, { active, page, pageSize })),
        });
      }),

    get: async (orgGuid, options) => {
      const guid = parseOrgGuid(orgGuid);
      const org = await run(options, (call) =>
        transport(call, {
          purpose: `read organization ${guid}`,
          method: "GET",
          path: "/v1/orgs/{orgGuid}",
          params: { orgGuid: guid },
          effect: "read",
          read: (json) => answers.org.parse(json),
        }),
      );
      // GUIDs are the same in either case.
      if (org.orgGuid.toLowerCase() === guid.toLowerCase()) return org;
      const message = `Asked for organization ${guid}, Incydr answered with ${org.orgGuid}; nothing was taken from it`;
      throw new IncydrError("unexpected_answer", message, { sent: "yes" });
    },
  };
}
