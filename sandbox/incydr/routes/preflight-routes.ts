import { ApiError } from "../http/api-error.ts";
import type { EndpointRegistrar } from "../http/endpoint-registrar.ts";
import { listAnswer } from "../http/list-answer.ts";
import { readPageQuery } from "../http/query-parameters.ts";
import type { WatchlistRecord } from "../tenant/tenant-records.ts";
import { type RouteContext, requestedUser } from "./route-context.ts";

/** Registers further facts of a person: legal-hold matters and watchlists. */
export function registerPreflightRoutes(register: EndpointRegistrar, context: RouteContext): void {
  const { tenant } = context;

  register.read("GET", "/v1/legal-hold/custodians/{userId}", (request) => {
    const readings = context.readings();
    const query = readPageQuery(request, readings);
    const { userId } = requestedUser(request, context);
    const memberships = tenant.mattersOf(userId);
    if (memberships.length === 0 && readings.neverCustodian === "not_found") {
      throw new ApiError(404, "NOT_FOUND", "Custodian was not found.");
    }
    const matters = memberships.map(({ userId: _custodian, ...matter }) => matter);
    return { matters: listAnswer(matters, query, { readings, idField: "matterId" }).records };
  });

  register.read("GET", "/v2/watchlists", (request) => {
    const readings = context.readings();
    const query = readPageQuery(request, readings);
    const actorId = request.query("actorId");
    const found = tenant.data.watchlists
      .filter((watchlist) => actorId === undefined || watchlist.actorIds.includes(actorId))
      .map(showWatchlist);
    const { records: watchlists, ...total } = listAnswer(found, query, { readings, idField: "watchlistId" });
    return { watchlists, ...total };
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
