import { ApiError } from "../http/api-error.ts";
import type { EndpointRegistrar } from "../http/endpoint-registrar.ts";
import { listAnswer } from "../http/list-answer.ts";
import { readBoolean, readPageQuery } from "../http/query-parameters.ts";
import type { ActorRecord } from "../tenant/tenant-records.ts";
import type { RouteContext } from "./route-context.ts";

/** Registers the actors of watchlists, at the paths that the reference SDK calls. */
export function registerActorRoutes(register: EndpointRegistrar, context: RouteContext): void {
  const { tenant } = context;

  register.read("GET", "/v1/actors/actor/name/{name}/parent", (request) => {
    const name = request.param("name");
    const ignoresCase = context.readings().actorNameCase === "insensitive";
    const fold = (text: string) => (ignoresCase ? text.toLowerCase() : text);
    return parentOf(tenant.data.actors.find((actor) => fold(actor.name) === fold(name)));
  });

  register.read("GET", "/v1/actors/actor/search", (request) => {
    const readings = context.readings();
    const query = readPageQuery(request, readings);
    const active = readBoolean(request, "active", readings);
    const start = (request.query("nameStartsWith") ?? "").toLowerCase();
    const end = (request.query("nameEndsWith") ?? "").toLowerCase();
    const found = tenant.data.actors.filter(
      ({ name, active: isActive }) =>
        name.toLowerCase().startsWith(start) &&
        name.toLowerCase().endsWith(end) &&
        (active === undefined || isActive === active),
    );
    // The SDK's model of this answer has no total.
    return { actors: listAnswer(found, query, { readings, idField: "actorId" }).records };
  });

  register.read("GET", "/v1/actors/actor/id/{actorId}", (request) => byId(request.param("actorId")));

  register.read("GET", "/v1/actors/actor/id/{actorId}/parent", (request) =>
    parentOf(byId(request.param("actorId"))),
  );

  function byId(actorId: string): ActorRecord {
    return found(tenant.data.actors.find((actor) => actor.actorId === actorId));
  }

  /** "Returns an actor themselves if they have no parent" (documentation of the SDK). */
  function parentOf(actor: ActorRecord | undefined): ActorRecord {
    const { parentActorId } = found(actor);
    return parentActorId === null ? found(actor) : byId(parentActorId);
  }
}

function found(actor: ActorRecord | undefined): ActorRecord {
  if (!actor) {
    throw new ApiError(404, "NOT_FOUND", "Actor was not found.");
  }
  return actor;
}
