import { answers } from "./answers.ts";
import type { ApiContext } from "./api-context.ts";
import type { ActorsApi } from "./client-api.ts";
import { invalidInput } from "./errors.ts";

/** `client.actors` over `context`. */
export function createActorsApi({ run, transport }: ApiContext): ActorsApi {
  return {
    byName: async (name, options) => {
      if (typeof name !== "string") throw invalidInput("an actor is found by a name, which is a text");
      return await run(options, (call) =>
        transport(call, {
          purpose: `find the actor ${JSON.stringify(name)}`,
          method: "GET",
          path: "/v1/actors/actor/name/{name}",
          params: { name },
          effect: "read",
          read: (json) => answers.actor.parse(json),
        }),
      );
    },
  };
}
