import { ApiError } from "../http/api-error.ts";
import type { EndpointRegistrar } from "../http/endpoint-registrar.ts";
import { pageOf, readPageQuery } from "../http/query-parameters.ts";
import type { WatchlistRecord } from "../tenant/tenant-records.ts";
import { type RouteContext, requestedUser } from "./route-context.ts";

/** What else is known of a person: legal-hold matters, watchlists, and the actor that the watchlists name. */
export function registerPreflightRoutes(register: EndpointRegistrar, context: RouteContext): void {
  const { tenant } = context;

  register.read("GET", "/v1/legal-hold/custodians/{userId}", (request) => {
    const query = readPageQuery(request, context.readings());
    const { userId } = requestedUser(request, context);
    const matters = tenant.mattersOf(userId).map(({ userId: _custodian, ...matter }) => matter);
    return { matters: pageOf(matters, query) };
  });

  register.read("GET", "/v2/watchlists", (request) => {
    const query = readPageQuery(request, context.readings());
    const actorId = request.query("actorId");
    const found = tenant.data.watchlists.filter(
      (watchlist) => actorId === undefined || watchlist.actorIds.includes(actorId),
    );
    return { watchlists: pageOf(found, query).map(showWatchlist), totalCount: found.length };
  });

  register.read("GET", "/v1/actors/actor/name/{name}", (request) => {
    const wanted = request.param("name").toLowerCase();
    const actor = tenant.data.actors.find((candidate) => candidate.name.toLowerCase() === wanted);
    if (!actor) {
      throw new ApiError(404, "NOT_FOUND", "Actor was not found.");
    }
    return {
      ...actor,
      country: null,
      division: null,
      employeeType: null,
      locality: null,
      parentActorId: null,
      region: null,
    };
  });
}

function showWatchlist({ actorIds, ...watchlist }: WatchlistRecord) {
  return {
    ...watchlist,
    stats: {
      includedActorsCount: actorIds.length,
      includedDepartmentsCount: 0,
      includedDirectoryGroupsCount: 0,
      excludedActorsCount: 0,
    },
  };
}
