import type { Call } from "../http/call-runner.ts";
import { parseOrgGuid } from "../model/ids.ts";
import { otherRecordError, readPage } from "./answers.ts";
import { type ApiContext, reportIncomplete } from "./api-context.ts";
import type { OrgsApi } from "./client-api.ts";
import { collectPages } from "./read-pages.ts";
import { org } from "./records.ts";

const path = "/v1/orgs";
// Without paging in the request, the server chooses how many organizations a full page has.
const likelyPageSize = 100;

export function createOrgsApi({ run, transport, observer }: ApiContext): OrgsApi {
  const fetchPage = (
    call: Call,
    query: { readonly active?: boolean | undefined; readonly page?: number; readonly pageSize?: number },
  ) =>
    transport.read(call, {
      purpose: "list the organizations",
      path,
      isList: true,
      query,
      read: readPage("orgs", org),
    });

  return {
    // Pages of organizations are not documented. The first request is the reference SDK's, without paging. Unless the
    // first page is empty, the client asks for the next page of the same size. A server without pages then repeats the
    // whole set.
    list: async ({ active } = {}, options) =>
      await run(options, async (call) => {
        const first = await fetchPage(call, { active });
        const pageSize = Math.max(1, first.items.length + first.skipped);
        return await collectPages({
          pageSize: likelyPageSize,
          mayIgnorePaging: true,
          keyOf: ({ orgGuid }) => orgGuid.toLowerCase(),
          onEnd: reportIncomplete(observer, path),
          fetchPage: async (page) => (page === 1 ? first : await fetchPage(call, { active, page, pageSize })),
        });
      }),

    get: async (orgGuid, options) => {
      const guid = parseOrgGuid(orgGuid);
      const found = await run(options, (call) =>
        transport.read(call, {
          purpose: `read organization ${guid}`,
          path: "/v1/orgs/{orgGuid}",
          params: { orgGuid: guid },
          read: (json) => org.parse(json),
        }),
      );
      // GUIDs are the same in either case.
      if (found.orgGuid.toLowerCase() === guid.toLowerCase()) return found;
      throw otherRecordError(`organization ${guid}`, found.orgGuid);
    },
  };
}
