import type { Call } from "../http/call-runner.ts";
import { IncompleteListError, IncydrError, invalidInput, isIncydrError } from "../model/errors.ts";
import { type ActorId, foldUsername } from "../model/ids.ts";
import type { List } from "../model/list.ts";
import type { Actor } from "../model/types.ts";
import { answers } from "./answers.ts";
import { type ApiContext, observePages } from "./api-context.ts";
import type { ActorsApi } from "./client-api.ts";
import { collectPages } from "./read-pages.ts";

// The reference SDK's page size for actors.
const pageSize = 500;
const searchPath = "/v1/actors/actor/search";

/** `client.actors` over `context`. */
export function createActorsApi({ run, transport, observer }: ApiContext): ActorsApi {
  /** The actor's parent, or the actor if it has none; undefined if Incydr knows no actor of this name. */
  async function parentByName(call: Call, name: string): Promise<Actor | undefined> {
    try {
      return await transport(call, {
        purpose: `find the actor ${JSON.stringify(name)}`,
        method: "GET",
        path: "/v1/actors/actor/name/{name}/parent",
        params: { name },
        effect: "read",
        read: (json) => answers.actor.parse(json),
      });
    } catch (error) {
      if (isIncydrError(error, "not_found")) return undefined;
      throw error;
    }
  }

  async function search(call: Call, name: string): Promise<List<Actor>> {
    return await collectPages({
      pageSize,
      wholeBelow: 2,
      keyOf: ({ actorId }) => actorId,
      ...observePages(observer, searchPath),
      fetchPage: (page) =>
        transport(call, {
          purpose: `search for the actor ${JSON.stringify(name)}`,
          method: "GET",
          path: searchPath,
          isList: true,
          query: { nameStartsWith: name, page, pageSize },
          effect: "read",
          read: answers.actors,
        }),
    });
  }

  async function byId(call: Call, actorId: ActorId): Promise<Actor> {
    const actor = await transport(call, {
      purpose: `read actor ${actorId}`,
      method: "GET",
      path: "/v1/actors/actor/id/{actorId}",
      params: { actorId },
      effect: "read",
      read: (json) => answers.actor.parse(json),
    });
    if (actor.actorId === actorId) return actor;
    const message = `Asked for actor ${actorId}, Incydr answered with ${actor.actorId}; nothing was taken from it`;
    throw new IncydrError("unexpected_answer", message, { sent: "yes" });
  }

  /** The one actor of exactly this name in any case, among those whose names begin alike. */
  async function onlyOne(call: Call, name: string): Promise<Actor> {
    const found = await search(call, name);
    const wanted = foldUsername(name);
    const [actor, ...others] = found.filter(
      (each) => each.name !== null && foldUsername(each.name) === wanted,
    );
    if (others.length > 0) {
      throw new IncydrError("ambiguous", `More than one actor is named ${JSON.stringify(name)}`, {
        sent: "yes",
      });
    }
    if (!found.complete) {
      throw new IncompleteListError(
        `Could not tell whether Incydr has one actor ${JSON.stringify(name)}: its list of actors may be incomplete`,
      );
    }
    if (actor) return actor;
    throw new IncydrError("not_found", `Incydr knows no actor named ${JSON.stringify(name)}`, {
      sent: "yes",
    });
  }

  return {
    byName: async (name, options) => {
      if (typeof name !== "string") throw invalidInput("an actor is found by a name, which is a text");
      return await run(options, async (call) => {
        const parent = await parentByName(call, name);
        if (parent) return parent;
        // Whether the look-up by name minds capitals is not documented; the search ignores them.
        const { actorId, parentActorId } = await onlyOne(call, name);
        return await readParentOf(call, { actorId, parentActorId });
      });
    },
  };

  /** Watchlists name the parent of a family of actors. */
  async function readParentOf(
    call: Call,
    { actorId, parentActorId }: Pick<Actor, "actorId" | "parentActorId">,
  ): Promise<Actor> {
    try {
      return await byId(call, parentActorId ?? actorId);
    } catch (error) {
      if (!isIncydrError(error, "not_found")) throw error;
      const message = `Incydr names actor ${parentActorId ?? actorId}, but doesn't know it`;
      throw new IncydrError("unexpected_answer", message, { sent: "yes", cause: error });
    }
  }
}
