import type { Call } from "../http/call-runner.ts";
import { IncompleteListError, IncydrError, invalidInput, isIncydrError } from "../model/errors.ts";
import { type ActorId, foldUsername } from "../model/ids.ts";
import { otherRecordError } from "./answers.ts";
import { type ApiContext, collectList } from "./api-context.ts";
import type { ActorsApi } from "./client-api.ts";
import { type Actor, actor } from "./records.ts";

export function createActorsApi(context: ApiContext): ActorsApi {
  const { run, transport } = context;

  /** The actor's parent, or the actor if it has none; undefined if Incydr knows no actor of this name. */
  async function parentByName(call: Call, name: string): Promise<Actor | undefined> {
    try {
      return await transport.read(call, {
        purpose: `find the actor ${JSON.stringify(name)}`,
        path: "/v1/actors/actor/name/{name}/parent",
        params: { name },
        read: (json) => actor.parse(json),
      });
    } catch (error) {
      if (isIncydrError(error, "not_found")) return undefined;
      throw error;
    }
  }

  async function byId(call: Call, actorId: ActorId): Promise<Actor> {
    const found = await transport.read(call, {
      purpose: `read actor ${actorId}`,
      path: "/v1/actors/actor/id/{actorId}",
      params: { actorId },
      read: (json) => actor.parse(json),
    });
    if (found.actorId !== actorId) throw otherRecordError(`actor ${actorId}`, found.actorId);
    return found;
  }

  /** The one actor of exactly this name in any case, among those whose names begin alike. */
  async function onlyOne(call: Call, name: string): Promise<Actor> {
    const quoted = JSON.stringify(name);
    const list = await collectList(context, call, {
      purpose: `search for the actor ${quoted}`,
      path: "/v1/actors/actor/search",
      isList: true,
      query: { nameStartsWith: name },
      // The reference SDK's page size for actors.
      pageSize: 500,
      wholeBelow: 2,
      keyOf: ({ actorId }) => actorId,
      field: "actors",
      item: actor,
    });
    const wanted = foldUsername(name);
    const [found, ...others] = list.filter(
      (each) => each.name !== null && foldUsername(each.name) === wanted,
    );
    if (others.length > 0) {
      throw new IncydrError("ambiguous", `More than one actor is named ${quoted}`, { sent: "yes" });
    }
    if (!list.complete) {
      throw new IncompleteListError(
        `Could not tell whether Incydr has one actor ${quoted}: its list of actors may be incomplete`,
      );
    }
    if (found) return found;
    throw new IncydrError("not_found", `Incydr has no actor named ${quoted}`, { sent: "yes" });
  }

  return {
    byName: async (name, options) => {
      if (typeof name !== "string") throw invalidInput("the name of an actor must be a text");
      return await run(options, async (call) => {
        const parent = await parentByName(call, name);
        if (parent) return parent;
        // It is not documented whether the look-up by name is case-sensitive. The search is not.
        const { actorId, parentActorId } = await onlyOne(call, name);
        const named = parentActorId ?? actorId;
        try {
          // Watchlists name the parent of a family of actors.
          return await byId(call, named);
        } catch (error) {
          if (!isIncydrError(error, "not_found")) throw error;
          const message = `Incydr refers to actor ${named}, but has no such actor`;
          throw new IncydrError("unexpected_answer", message, { sent: "yes", cause: error });
        }
      });
    },
  };
}
