import { EMPLOYEE_ROLES, type PersonSeed } from "./people.ts";
import type { SeededGenerator } from "./seeded-generator.ts";

// No name contains "ann", so that a search for it finds only Ann and Annette Karlsson. No name is the first name of a
// person of the scenario.
const FIRST_NAMES = words(
  "Aisha Albert Alma Amir Astrid Axel Beatriz Boris Camille Carlos Chidi Clara Daiki Elena Elif Emil Erik",
  "Fatima Felix Freya Gabriel Greta Hugo Ida Imran Ingrid Isak Jamal Javier José Kaito Karin Kofi Lars Leila",
  "Leo Linh Lucia Łukasz Malik Marta Mei Mikael Mina Nils Omar Oskar Paula Pedro Quentin Rania Ravi Rosa",
  "Sara Selma Søren Stefan Tariq Tove Uma Vera Wei Xavier Yara Yusuf Zoë",
);
const LAST_NAMES = words(
  "Abbott Aziz Baptiste Becker Bianchi Brooks Castillo Chen Cruz Dahl Demir Diallo Duarte Engel Eriksen",
  "Farah Ferrari Fontaine Garcia Gupta Hansson Hayes Ibarra Ito Jansen Jensen Kaya Keller Kim Koch Kowalski",
  "Laurent Leclerc Lopez Lund Marino Meyer Mensah Moreau Nakamura Nguyen Nielsen Nowak Okoye Olsen Park",
  "Quinn Reyes Romano Rossi Sato Schmidt Silva Singh Sørensen Suzuki Tanaka Torres Vargas Vidal Wolff Yilmaz",
);
const ORG_NAMES = words(
  "Research Optics Materials Engineering Platform Embedded Finance Sales People Legal IT Contractors",
);
const EXTRA_ROLES = [
  "Insider Risk Read Only",
  "Watchlist Manager",
  "Org Manager",
  "Alert Emails",
  "Departing Employee Manager",
] as const;

/**
 * Makes `count` further employees. About one in twelve is inactive. Some are blocked, have a `+` or capitals in the
 * username, or have no actor or device. The last one has almost no data.
 */
export function generatePeople(
  count: number,
  generator: SeededGenerator,
  takenUsernames: readonly string[],
): PersonSeed[] {
  const taken = new Set(takenUsernames);
  return Array.from({ length: count }, () => generatePerson(generator, taken));
}

function generatePerson(generator: SeededGenerator, taken: Set<string>): PersonSeed {
  const firstName = generator.pick(FIRST_NAMES);
  const lastName = generator.pick(LAST_NAMES);
  const active = !generator.chance(0.08);
  return {
    username: freeUsername(`${firstName}.${lastName}`, generator, taken),
    firstName,
    lastName,
    orgName: active ? generator.pick(ORG_NAMES) : "Leavers",
    roleNames: generator.chance(0.06) ? [...EMPLOYEE_ROLES, generator.pick(EXTRA_ROLES)] : EMPLOYEE_ROLES,
    active,
    blocked: generator.chance(0.03),
    deviceCount: generator.pick([0, 1, 1, 1, 2]),
    notes: generator.chance(0.05) ? "Imported from the directory." : null,
    matters: active && generator.chance(0.02) ? { "Cobalt audit": true } : {},
    watchlists: generator.chance(0.03) ? ["Optics prototypes"] : [],
    hasActor: !generator.chance(0.04),
  };
}

function freeUsername(name: string, generator: SeededGenerator, taken: Set<string>): string {
  const tag = generator.chance(0.03) ? "+lab" : "";
  const capitals = generator.chance(0.04);
  for (let attempt = 1; ; attempt += 1) {
    const local = `${name}${attempt === 1 ? "" : attempt}${tag}`;
    const folded = `${local}@harborlight.example`.toLowerCase();
    if (!taken.has(folded)) {
      taken.add(folded);
      return capitals ? `${local}@Harborlight.example` : folded;
    }
  }
}

function words(...lines: string[]): [string, ...string[]] {
  const [first = "", ...rest] = lines.join(" ").split(" ");
  return [first, ...rest];
}
