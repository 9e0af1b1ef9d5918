import { ApiError } from "../http/api-error.ts";
import type { EndpointRequest } from "../http/endpoint.ts";
import type { Readings } from "../readings.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { UserRecord } from "../tenant/tenant-records.ts";

/** The dependencies of the endpoints. */
export interface RouteContext {
  tenant: Tenant;
  /** The current readings. */
  readings: () => Readings;
}

/** The user with the id in the path; a 404 for an unknown id. */
export function requestedUser(request: EndpointRequest, context: RouteContext): UserRecord {
  const user = context.tenant.userById(request.param("userId"));
  if (!user) {
    throw new ApiError(404, "NOT_FOUND", "User was not found.");
  }
  return user;
}
