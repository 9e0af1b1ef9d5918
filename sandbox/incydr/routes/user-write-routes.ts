import { z } from "zod";
import { ApiError } from "../http/api-error.ts";
import { type EndpointRequest, parseJsonOrText } from "../http/endpoint.ts";
import type { EndpointRegistrar } from "../http/endpoint-registrar.ts";
import { type RouteContext, requestedUser } from "./route-context.ts";

const moveSchema = z.object({ orgGuid: z.string() });

/** Registers activation, deactivation and moves. Their answers have no body. */
export function registerUserWriteRoutes(register: EndpointRegistrar, context: RouteContext): void {
  const { tenant } = context;

  register.write("POST", "/v1/users/{userId}/activate", "activate", (request) => {
    const user = requestedUser(request, context);
    const { repeatedStateChange, activationRestoresDevices } = context.readings();
    if (user.active) {
      if (repeatedStateChange === "refused") {
        throw new ApiError(400, "ALREADY_ACTIVE", "User is already active.");
      }
      return;
    }
    tenant.setActive(user.userId, true, { withDevices: activationRestoresDevices });
  });

  register.write("POST", "/v1/users/{userId}/deactivate", "deactivate", (request) => {
    const user = requestedUser(request, context);
    if (!user.active) {
      if (context.readings().repeatedStateChange === "refused") {
        throw new ApiError(400, "ALREADY_DEACTIVATED", "User is already deactivated.");
      }
      return;
    }
    if (tenant.mattersOf(user.userId).some((matter) => matter.membershipActive)) {
      throw new ApiError(400, "ACTIVE_LEGAL_HOLD", "Cannot deactivate a custodian of an active legal hold.");
    }
    tenant.setActive(user.userId, false, { withDevices: true });
  });

  register.write("POST", "/v1/users/{userId}/move", "move", (request) => {
    const user = requestedUser(request, context);
    const { orgGuid } = parseBody(request, moveSchema);
    const org = tenant.orgs.find((candidate) => candidate.orgGuid === orgGuid);
    if (!org) {
      const status = context.readings().unknownOrg === "not_found" ? 404 : 400;
      throw new ApiError(status, "SYSTEM", "Organization was not found", "array");
    }
    tenant.move(user.userId, org);
  });
}

/** Parses the JSON body of a write; a 400 for another shape. */
export function parseBody<T>(request: EndpointRequest, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parseJsonOrText(request.text));
  if (!parsed.success) {
    throw new ApiError(400, "INVALID_REQUEST", z.prettifyError(parsed.error));
  }
  return parsed.data;
}
