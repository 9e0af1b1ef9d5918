import { answers } from "./answers.ts";
import type { ApiContext } from "./api-context.ts";
import type { OrgsApi } from "./client-api.ts";
import { IncydrError } from "./errors.ts";
import { parseOrgGuid } from "./ids.ts";

/** `client.orgs` over `context`. */
export function createOrgsApi({ run, transport }: ApiContext): OrgsApi {
  return {
    list: async ({ active } = {}, options) =>
      await run(options, (call) =>
        transport(call, {
          purpose: "list the organizations",
          method: "GET",
          path: "/v1/orgs",
          query: { active },
          effect: "read",
          read: (json) => answers.orgs.parse(json).orgs,
        }),
      ),

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
