/** The facts of one person that the scenario needs. */
export interface PersonSeed {
  username: string;
  firstName: string | null;
  lastName: string | null;
  orgName: string;
  /** Role names; default Desktop User and PROe User. */
  roleNames?: readonly string[];
  /** Default true. */
  active?: boolean;
  /** Default false. */
  blocked?: boolean;
  /** Default 1; each device has an agent. */
  deviceCount?: number;
  notes?: string | null;
  /** Whether each membership is active, by the name of its matter. */
  matters?: Readonly<Record<string, boolean>>;
  /** Watchlists by title. */
  watchlists?: readonly string[];
  /** The name of the parent of this person's actor; default none. The watchlists then name the parent. */
  parentActor?: string;
  /** Default true. A person without an actor is on no watchlist. */
  hasActor?: boolean;
}

/** The roles of an ordinary employee. */
export const EMPLOYEE_ROLES = ["Desktop User", "PROe User"] as const;

/** The legal-hold matter that is open in the scenario. */
export const OPEN_MATTER = "Meridian litigation";

/** The people of the scenario, with the names of the simulated workspace. */
export const SCENARIO_PEOPLE: readonly PersonSeed[] = [
  person("Maya", "Lindqvist", "Security", { roleNames: [...EMPLOYEE_ROLES, "Insider Risk Analyst"] }),
  person("Noor", "Haddad", "Security", { roleNames: [...EMPLOYEE_ROLES, "Insider Risk Analyst"] }),
  person("Theo", "Okafor", "Security", { roleNames: [...EMPLOYEE_ROLES, "Insider Risk Admin"] }),
  person("Priya", "Raman", "Security", {
    roleNames: [...EMPLOYEE_ROLES, "Insider Risk Admin", "Security Center - Restore"],
  }),
  person("Lena", "Fischer", "Security", { roleNames: [...EMPLOYEE_ROLES, "Insider Risk Analyst"] }),
  person("Jonas", "Weber", "Security", { roleNames: [...EMPLOYEE_ROLES, "Insider Risk Respond"] }),
  person("Sam", "Ortega", "Sales EMEA", {}),
  person("Nadia", "Petrov", "Research", { deviceCount: 2, watchlists: ["Departing employees"] }),
  person("Dario", "Conti", "Finance", { matters: { [OPEN_MATTER]: true } }),
  person("Ben", "Adeyemi", "IT", {
    roleNames: [...EMPLOYEE_ROLES, "Customer Cloud Admin", "Identity Management Administrator"],
  }),
  person("Olga", "Novak", "Security", { roleNames: [...EMPLOYEE_ROLES, "Insider Risk Admin"] }),
  person("Ann", "Karlsson", "Engineering", {}),
  person("Annette", "Karlsson", "Engineering", {}),
  person("Pär", "Öberg", "Optics", { notes: "Works from Luleå." }),
  person("Victor", "Hale", "Materials", {
    username: "victor.hale+lab@harborlight.example",
    roleNames: [...EMPLOYEE_ROLES, "Identity Management Administrator"],
    matters: { "Cobalt audit": false },
    parentActor: "victor.hale@harborlight.example",
    watchlists: ["Optics prototypes"],
  }),
  person("Ivy", "Morton", "Leavers", { active: false }),
  person("Rolf", "Brandt", "Sales Americas", { blocked: true }),
  {
    username: "service.backup@harborlight.example",
    firstName: null,
    lastName: null,
    orgName: "IT",
    roleNames: ["Desktop User", "Admin Restore"],
    deviceCount: 0,
    notes: "Service account of the backup job.",
    hasActor: false,
  },
];

function person(firstName: string, lastName: string, orgName: string, rest: Partial<PersonSeed>): PersonSeed {
  return {
    username: `${firstName}.${lastName}@harborlight.example`.toLowerCase(),
    firstName,
    lastName,
    orgName,
    ...rest,
  };
}
