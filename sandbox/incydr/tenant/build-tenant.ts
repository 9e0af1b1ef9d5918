import { createHardware } from "./create-hardware.ts";
import { generatePeople } from "./generated-people.ts";
import { incydrDate } from "./incydr-date.ts";
import { createOrgTree } from "./org-tree.ts";
import { OPEN_MATTER, type PersonSeed, SCENARIO_PEOPLE } from "./people.ts";
import { createRoleCatalogue, roleIdOf, UNASSIGNABLE_ROLE_IDS } from "./role-catalogue.ts";
import { createSeededGenerator, type SeededGenerator } from "./seeded-generator.ts";
import type { ActorRecord, OrgRecord, TenantData, UserRecord, WatchlistRecord } from "./tenant-records.ts";

/** The id of Harborlight in watchlists and tokens. */
export const TENANT_ID = "c0ffee11-0000-4000-8000-00000000b0a7";
const WATCHLISTS = [
  { title: "Departing employees", listType: "DEPARTING_EMPLOYEE", description: null },
  { title: "New hires", listType: "NEW_EMPLOYEE", description: null },
  { title: "Optics prototypes", listType: "CUSTOM", description: "People with access to the prototypes." },
];

/**
 * Builds Harborlight with `userCount` users: the people of the scenario and others, mixed. The same seed and count give
 * the same tenant, including ids and dates.
 */
export function buildTenant(options: { seed: number; userCount: number }): TenantData {
  const generator = createSeededGenerator(options.seed);
  const orgs = createOrgTree(generator);
  const data: TenantData = {
    users: [],
    orgs,
    roles: createRoleCatalogue(),
    unassignableRoleIds: new Set(UNASSIGNABLE_ROLE_IDS),
    roleIdsByUserId: new Map(),
    devices: [],
    agents: [],
    memberships: [],
    watchlists: createWatchlists(generator),
    actors: [],
  };
  const generated = generatePeople(
    Math.max(0, options.userCount - SCENARIO_PEOPLE.length),
    generator,
    SCENARIO_PEOPLE.map((person) => person.username),
  );
  const orgsByName = new Map(orgs.map((org) => [org.orgName, org]));
  for (const person of [...SCENARIO_PEOPLE, ...generated]) {
    addPerson(data, person, orgsByName, generator);
  }
  const last = data.users.at(-1);
  if (last && generated.length > 0) {
    emptyTheFields(last);
  }
  data.users = generator.shuffled(data.users);
  return data;
}

/** Adds one person with all their records. Throws if the org is unknown. */
export function addPerson(
  data: TenantData,
  person: PersonSeed,
  orgsByName: ReadonlyMap<string, OrgRecord>,
  generator: SeededGenerator,
): UserRecord {
  const org = orgsByName.get(person.orgName);
  if (!org) {
    throw new Error(`No org is named "${person.orgName}"; use one of: ${[...orgsByName.keys()].join(", ")}.`);
  }
  const createdAtMs = Date.UTC(2022, generator.integer(0, 35), generator.integer(1, 28), 16, 49, 11, 166);
  const user: UserRecord = {
    legacyUserId: generator.chance(0.05) ? null : generator.digits(8),
    userId: generator.digits(18),
    username: person.username,
    firstName: person.firstName,
    lastName: person.lastName,
    legacyOrgId: org.legacyOrgId,
    orgId: org.orgId,
    orgGuid: org.orgGuid,
    orgName: org.orgName,
    notes: person.notes ?? null,
    active: person.active ?? true,
    blocked: person.blocked ?? false,
    creationDate: incydrDate(createdAtMs),
    modificationDate: incydrDate(createdAtMs + generator.integer(1, 200) * 3_600_000),
  };
  data.users.push(user);
  data.roleIdsByUserId.set(user.userId, (person.roleNames ?? ["Desktop User", "PROe User"]).map(roleIdOf));
  for (const { device, agent } of createHardware(user, person.deviceCount ?? 1, createdAtMs, generator)) {
    data.devices.push(device);
    data.agents.push(agent);
  }
  for (const [name, membershipActive] of Object.entries(person.matters ?? {})) {
    data.memberships.push({
      userId: user.userId,
      matterId: matterIdOf(name),
      name,
      membershipActive,
      membershipCreationDate: incydrDate(createdAtMs + 90 * 86_400_000),
    });
  }
  if (person.hasActor ?? true) {
    addActor(data, user, person, generator);
  }
  return user;
}

/** The id of a legal-hold matter: the same for the same name. */
export function matterIdOf(name: string): string {
  const code = [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 10 ** 9, 7);
  return `${name === OPEN_MATTER ? "880" : "881"}${String(code).padStart(15, "0")}`;
}

function addActor(data: TenantData, user: UserRecord, person: PersonSeed, generator: SeededGenerator): void {
  const actor: ActorRecord = {
    actorId: generator.digits(18),
    name: person.username,
    alternateNames: [],
    firstName: person.firstName,
    lastName: person.lastName,
    active: user.active,
    inScope: user.active,
    department: user.orgName,
    title: null,
    managerActorId: null,
    ...UNSAID,
  };
  data.actors.push(actor);
  const parent = person.parentActor === undefined ? undefined : adoptActor(data, actor, person.parentActor);
  for (const title of person.watchlists ?? []) {
    const { actorId } = parent ?? actor;
    data.watchlists.find((watchlist) => watchlist.title === title)?.actorIds.push(actorId);
  }
}

/** Optional fields of an actor that are empty in Harborlight. */
const UNSAID = {
  parentActorId: null,
  notes: null,
  startDate: null,
  endDate: null,
  country: null,
  division: null,
  employeeType: null,
  locality: null,
  region: null,
};

/** Puts an actor under the parent of this name, which is made if missing. Watchlists then name the parent. */
export function adoptActor(data: TenantData, child: ActorRecord, parentName: string): ActorRecord {
  const known = data.actors.find(({ name }) => name === parentName);
  // Derived from the child's id, so that no other actor has it.
  const parent = known ?? { ...child, actorId: `9${child.actorId.slice(1)}`, name: parentName };
  if (!known) {
    data.actors.push(parent);
  }
  child.parentActorId = parent.actorId;
  for (const watchlist of data.watchlists) {
    watchlist.actorIds = watchlist.actorIds.map((id) => (id === child.actorId ? parent.actorId : id));
  }
  return parent;
}

function createWatchlists(generator: SeededGenerator): WatchlistRecord[] {
  return WATCHLISTS.map((watchlist) => ({
    ...watchlist,
    watchlistId: generator.uuid(),
    tenantId: TENANT_ID,
    actorIds: [],
  }));
}

/** Empties every nullable field of one user, because every field of a user may be null. */
function emptyTheFields(user: UserRecord): void {
  user.username = null;
  user.firstName = null;
  user.lastName = null;
  user.legacyUserId = null;
  user.legacyOrgId = null;
  user.orgName = null;
  user.notes = null;
  user.creationDate = null;
  user.modificationDate = null;
}
