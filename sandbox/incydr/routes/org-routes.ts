import { ApiError } from "../http/api-error.ts";
import type { EndpointRegistrar } from "../http/endpoint-registrar.ts";
import { listAnswer } from "../http/list-answer.ts";
import { readBoolean, readPageQuery } from "../http/query-parameters.ts";
import type { OrgRecord } from "../tenant/tenant-records.ts";
import type { RouteContext } from "./route-context.ts";

/** Registers the orgs, with their current counts. */
export function registerOrgRoutes(register: EndpointRegistrar, context: RouteContext): void {
  const { tenant } = context;

  register.read("GET", "/v1/orgs", (request) => {
    const readings = context.readings();
    const active = readBoolean(request, "active", readings);
    const found = tenant.orgs.filter((org) => active === undefined || org.active === active);
    const shown = found.map((org) => showOrg(org, context));
    const maxPageSize = Math.min(readings.maxPageSize, readings.orgsPageSize);
    const part = readings.orgs === "paged" ? readPageQuery(request, { ...readings, maxPageSize }) : "whole";
    const { records: orgs, ...total } = listAnswer(shown, part, { readings, idField: "orgGuid" });
    return { orgs, ...total };
  });

  register.read("GET", "/v1/orgs/{orgGuid}", (request) => {
    const org = tenant.orgs.find((candidate) => candidate.orgGuid === request.param("orgGuid"));
    if (!org) {
      throw new ApiError(404, "NOT_FOUND", "Organization was not found.");
    }
    return showOrg(org, context);
  });
}

function showOrg(org: OrgRecord, { tenant }: RouteContext) {
  const { orgId: _orgId, legacyOrgId: _legacyOrgId, ...shown } = org;
  const holds = (record: { orgGuid: string | null }) => record.orgGuid === org.orgGuid;
  return {
    ...shown,
    userCount: tenant.users.filter(holds).length,
    computerCount: tenant.data.devices.filter(holds).length,
    orgCount: tenant.orgs.filter((child) => child.parentOrgGuid === org.orgGuid).length,
  };
}
