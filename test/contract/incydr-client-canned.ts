import type { RecordedRequest, Reply } from "../unit/incydr/recording-server.ts";

/** The records that the canned answers know. */
export const cannedIds = {
  userId: "912339407325443353",
  username: "nadia.petrov@harborlight.example",
  inactiveUserId: "912339407325443354",
  custodianId: "912339407325443355",
  actorId: "b0a5a8f2-9c39-4c2e-8a3d-2f3f5d1c0a01",
  orgGuid: "0a7c9a52-3d5b-4b9c-9d5e-7f9a1f4c2b02",
  userCount: 3,
};

const date = "2022-07-14T16:49:11.166000Z";
const dates = { creationDate: date, modificationDate: date };

/** A user of the API, with a field that the client has no type for. */
export const cannedUser = {
  legacyUserId: "1001",
  userId: cannedIds.userId,
  username: cannedIds.username,
  firstName: "Nadia",
  lastName: "Petrov",
  legacyOrgId: "501",
  orgId: "501",
  orgGuid: "9d2c1f3e-1111-4222-8333-944455556666",
  orgName: "Research",
  notes: null,
  active: true,
  blocked: false,
  ...dates,
  fieldOfTomorrow: { kept: true },
};

const inactiveUser = {
  ...cannedUser,
  userId: cannedIds.inactiveUserId,
  username: "ivy.morton@x.example",
  active: false,
};
// A user with only an id, because every other field may be missing.
const bareUser = { userId: cannedIds.custodianId };

const fieldOfTomorrow = { kept: true };
const role = (roleId: string, roleName: string) => ({ roleId, roleName, ...dates, fieldOfTomorrow });
const desktop = role("desktop-user", "Desktop User");
const proe = role("proe-user", "PROe User");
const alerts = role("alert-emails", "Alert Emails");
const permissions = [{ permission: "desktop.signin", description: "Sign in to the desktop app" }];

/** A role of the API that may be assigned. */
export const cannedRole = { ...desktop, permissions };
/** A role of the API that a user holds. */
export const cannedUserRole = { ...desktop, permissionIds: ["desktop.signin"] };

/** A device of the API. */
export const cannedDevice = {
  deviceId: "7001",
  legacyDeviceId: "71",
  name: "LAPTOP-NADIA",
  osHostname: "laptop-nadia",
  status: "Active",
  active: true,
  blocked: false,
  alertState: 0,
  userId: cannedIds.userId,
  legacyUserId: "1001",
  orgId: "501",
  legacyOrgId: "501",
  orgGuid: cannedUser.orgGuid,
  externalReferenceInfo: null,
  notes: null,
  lastConnected: date,
  osName: "win64",
  osVersion: "10.0.19045",
  osArch: "amd64",
  address: "10.0.0.7:4242",
  remoteAddress: "192.0.2.7",
  timeZone: "Europe/Berlin",
  version: "1525200006800",
  build: 778,
  ...dates,
  loginDate: date,
};

/** An agent of the API. */
export const cannedAgent = {
  agentId: "8001",
  name: "LAPTOP-NADIA",
  userId: cannedIds.userId,
  osHostname: "laptop-nadia",
  osName: "Win",
  machineId: "0f1e2d3c",
  serialNumber: "PF-31415",
  active: true,
  agentType: "COMBINED",
  agentHealthIssueTypes: ["NOT_CONNECTING"],
  agentHealthModificationDate: date,
  appVersion: "11.4.1",
  productVersion: "2.2.0",
  lastConnected: date,
  externalReference: "asset 42",
  ...dates,
  fieldOfTomorrow,
};

/** An organization of the API. */
export const cannedOrg = {
  orgGuid: cannedIds.orgGuid,
  orgName: "Leavers",
  parentOrgGuid: cannedUser.orgGuid,
  active: true,
  userCount: 4,
  ...dates,
  fieldOfTomorrow,
};

/** A legal-hold matter of a user, as in the API. */
export const cannedMatter = {
  membershipActive: true,
  membershipCreationDate: date,
  matterId: "m-1",
  name: "Meridian litigation",
  fieldOfTomorrow,
};
/** A watchlist of the API. */
export const cannedWatchlist = {
  watchlistId: "w-1",
  listType: "DEPARTING_EMPLOYEE",
  title: "Departing employees",
  description: "People who gave notice",
  tenantId: "t",
};
/** An actor of the API. */
export const cannedActor = {
  actorId: cannedIds.actorId,
  name: cannedIds.username,
  active: true,
  firstName: "Nadia",
  lastName: "Petrov",
  parentActorId: "b0a5a8f2-0000-4000-8000-000000000002",
  managerActorId: "b0a5a8f2-0000-4000-8000-000000000003",
  department: "Research",
  title: "Chemist",
  notes: "on leave",
  fieldOfTomorrow,
};

const answers: Readonly<Record<string, unknown>> = {
  "GET /v1/users": { users: [cannedUser, inactiveUser, bareUser], totalCount: 3 },
  [`GET /v1/users/${cannedIds.userId}`]: cannedUser,
  [`GET /v1/users/${cannedIds.userId}/devices`]: { devices: [cannedDevice], totalCount: 1 },
  [`GET /v1/users/${cannedIds.userId}/roles`]: {
    roles: [desktop, proe].map((held) => ({ ...held, permissionIds: ["desktop.signin"] })),
  },
  "GET /v1/users/roles": [desktop, proe, alerts].map((assignable) => ({ ...assignable, permissions })),
  "GET /v1/users/roles/desktop-user": cannedRole,
  "GET /v1/orgs": { orgs: [cannedOrg], totalCount: 1 },
  [`GET /v1/orgs/${cannedIds.orgGuid}`]: cannedOrg,
  "GET /v1/agents": { agents: [cannedAgent], totalCount: 1, pageSize: 500, page: 1 },
  [`GET /v1/legal-hold/custodians/${cannedIds.custodianId}`]: { matters: [cannedMatter] },
  "GET /v2/watchlists": { watchlists: [cannedWatchlist], totalCount: 1 },
  [`GET /v1/actors/actor/name/${encodeURIComponent(cannedIds.username)}/parent`]: cannedActor,
  "GET /v1/actors/actor/search": { actors: [] },
};

/** Gives the answers that are known from the API. A write has no effect on later answers. */
export function cannedReply({ method, target, body }: RecordedRequest): Reply {
  const [path = "", query = ""] = target.split("?");
  if (method === "PUT") return { json: replaced(JSON.parse(body).roleIds) };
  if (path === `/v1/users/${cannedIds.custodianId}/deactivate`) {
    return { status: 400, json: { problem: "ACTIVE_LEGAL_HOLD", description: null } };
  }
  if (method === "POST") return {};
  if (path === "/v1/users" && query.includes("username="))
    return { json: { users: [cannedUser], totalCount: 1 } };
  if (path === "/v1/users" && !/\bpage=1\b/.test(query)) return { json: { users: [], totalCount: 3 } };
  const json = answers[`${method} ${path}`];
  return json === undefined ? { status: 404, json: { problem: "NOT_FOUND", description: null } } : { json };
}

function replaced(roleIds: readonly string[]) {
  const held = ["desktop-user", "proe-user"];
  return {
    processedReplacementRoleIds: roleIds,
    newlyAssignedRolesIds: roleIds.filter((roleId) => !held.includes(roleId)),
    unassignedRolesIds: held.filter((roleId) => !roleIds.includes(roleId)),
    ignoredRolesIds: [],
  };
}
