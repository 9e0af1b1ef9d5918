import { incydrDate } from "./incydr-date.ts";
import type { SeededGenerator } from "./seeded-generator.ts";
import type { AgentRecord, DeviceRecord, UserRecord } from "./tenant-records.ts";

const SYSTEMS = [
  { osName: "win64", agentOsName: "Win", osVersion: "10.0.19045", osArch: "amd64", prefix: "DESKTOP" },
  { osName: "mac", agentOsName: "Mac", osVersion: "14.6.1", osArch: "arm64", prefix: "MACBOOK" },
  { osName: "linux", agentOsName: "Linux", osVersion: "6.8.0", osArch: "amd64", prefix: "WORKSTATION" },
] as const;
const HEALTH_ISSUES = ["NOT_CONNECTING", "NOT_SENDING_SECURITY_EVENTS"] as const;

/** Makes `count` devices of a user, each with the agent that runs on it. */
export function createHardware(
  user: UserRecord,
  count: number,
  createdAtMs: number,
  generator: SeededGenerator,
): { device: DeviceRecord; agent: AgentRecord }[] {
  return Array.from({ length: count }, () => createMachine(user, createdAtMs, generator));
}

function createMachine(
  user: UserRecord,
  createdAtMs: number,
  generator: SeededGenerator,
): { device: DeviceRecord; agent: AgentRecord } {
  const system = generator.pick(SYSTEMS);
  const name = `${system.prefix}-${generator.digits(7)}`;
  const creationDate = incydrDate(createdAtMs + 3_600_000);
  const seenAtMs = Date.UTC(2026, 9, generator.integer(1, 28), generator.integer(0, 23), 5, 44, 524);
  const lastConnected = generator.chance(0.04) ? null : incydrDate(seenAtMs);
  const modificationDate = incydrDate(seenAtMs);
  const device: DeviceRecord = {
    deviceId: generator.digits(18),
    legacyDeviceId: generator.chance(0.1) ? null : generator.digits(6),
    name,
    osHostname: `${name}.harborlight.example`,
    status: user.active ? "Active" : "Deactivated",
    active: user.active,
    blocked: user.blocked,
    alertState: generator.pick([0, 0, 0, 0, 1, 2] as const),
    userId: user.userId,
    legacyUserId: user.legacyUserId,
    orgId: user.orgId,
    legacyOrgId: user.legacyOrgId,
    orgGuid: user.orgGuid,
    externalReferenceInfo: null,
    notes: null,
    lastConnected,
    osName: system.osName,
    osVersion: system.osVersion,
    osArch: system.osArch,
    address: `192.168.${generator.integer(1, 40)}.${generator.integer(2, 250)}:4247`,
    remoteAddress: `203.0.113.${generator.integer(2, 250)}`,
    timeZone: "Europe/Stockholm",
    version: "11.4.0",
    build: generator.integer(60, 99),
    creationDate,
    modificationDate,
    loginDate: generator.chance(0.1) ? null : creationDate,
  };
  const agent: AgentRecord = {
    agentId: generator.digits(18),
    name,
    userId: user.userId,
    osHostname: device.osHostname,
    osName: system.agentOsName,
    machineId: generator.digits(12),
    serialNumber: generator.chance(0.1) ? null : `HL${generator.digits(8)}`,
    active: user.active,
    agentType: generator.pick(["COMBINED", "COMBINED", "CODE42AAT", "CODE42"] as const),
    agentHealthIssueTypes: generator.chance(0.12) ? [generator.pick(HEALTH_ISSUES)] : [],
    agentHealthModificationDate: generator.chance(0.5) ? modificationDate : null,
    appVersion: "2.3.0",
    productVersion: generator.chance(0.1) ? null : "11.4.0",
    lastConnected,
    externalReference: null,
    creationDate,
    modificationDate,
  };
  return { device, agent };
}
