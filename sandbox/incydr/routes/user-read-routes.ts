import type { EndpointRegistrar } from "../http/endpoint-registrar.ts";
import { listAnswer } from "../http/list-answer.ts";
import { readBoolean, readChoice, readPageQuery, sortedBy } from "../http/query-parameters.ts";
import type { Readings } from "../readings.ts";
import type { DeviceRecord } from "../tenant/tenant-records.ts";
import { type RouteContext, requestedUser } from "./route-context.ts";

const DEVICE_SORT_KEYS = {
  name: (device: DeviceRecord) => device.name,
  osHostname: (device: DeviceRecord) => device.osHostname,
  os: (device: DeviceRecord) => device.osName,
  lastConnected: (device: DeviceRecord) => device.lastConnected,
};

/** Registers users and their devices. */
export function registerUserReadRoutes(register: EndpointRegistrar, context: RouteContext): void {
  register.read("GET", "/v1/users", (request) => {
    const readings = context.readings();
    const query = readPageQuery(request, readings);
    const active = readBoolean(request, "active", readings);
    const blocked = readBoolean(request, "blocked", readings);
    const username = request.query("username");
    const found = context.tenant.users.filter(
      (user) =>
        (active === undefined || user.active === active) &&
        (blocked === undefined || user.blocked === blocked) &&
        (username === undefined || matchesUsername(user.username, username, readings)),
    );
    const { records: users, ...total } = listAnswer(found, query, { readings, idField: "userId" });
    return { users, ...total };
  });

  register.read("GET", "/v1/users/{userId}", (request) => requestedUser(request, context));

  register.read("GET", "/v1/users/{userId}/devices", (request) => {
    const readings = context.readings();
    const query = readPageQuery(request, readings);
    const active = readBoolean(request, "active", readings);
    const blocked = readBoolean(request, "blocked", readings);
    const sortKey = readChoice(request, "sortKey", ["name", "osHostname", "os", "lastConnected"]) ?? "name";
    const descending = readChoice(request, "sortDirection", ["asc", "desc"]) === "desc";
    const { userId } = requestedUser(request, context);
    const found = context.tenant
      .devicesOf(userId)
      .filter(
        (device) =>
          (active === undefined || device.active === active) &&
          (blocked === undefined || device.blocked === blocked),
      );
    const sorted = sortedBy(found, DEVICE_SORT_KEYS[sortKey], descending);
    const { records: devices, ...total } = listAnswer(sorted, query, { readings, idField: "deviceId" });
    return { devices, ...total };
  });
}

function matchesUsername(username: string | null, wanted: string, readings: Readings): boolean {
  if (wanted === "") {
    return readings.emptyUsername === "all";
  }
  const fold = (text: string) => (readings.usernameFilterCase === "insensitive" ? text.toLowerCase() : text);
  const candidate = fold(username ?? "");
  switch (readings.usernameFilter) {
    case "exact":
      return candidate === fold(wanted);
    case "prefix":
      return candidate.startsWith(fold(wanted));
    case "substring":
      return candidate.includes(fold(wanted));
  }
}
