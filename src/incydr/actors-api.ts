import { answers } from "./answers.ts";
import type { ApiContext } from "./api-context.ts";
import type { ActorsApi } from "./client-api.ts";

/** `client.actors` over `context`. */
export function createActorsApi({ run, transport }: ApiContext): ActorsApi {
  return {
    byName: async (name, options) =>
      await run(options, (call) =>
        transport(call, {
          purpose: `find the actor ${JSON.stringify(name)}`,
          method: "GET",
          path: "/v1/actors/actor/name/{name}",
          params: { name },
          effect: "read",
          read: (json) => answers.actor.parse(json),
        }),
      ),
  };
}
