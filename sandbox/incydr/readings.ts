import { z } from "zod";
import { ERROR_BODY_SHAPES } from "./http/api-error.ts";

/**
 * The simulator's behaviour where Incydr's behaviour isn't publicly known. A client must be correct under every value.
 * The default is the value that finds most faults of careless clients, or else the likeliest.
 */
export const readingsSchema = z.strictObject({
  /** The comparison of `GET /v1/users?username=`; default `substring`. */
  usernameFilter: z.enum(["exact", "prefix", "substring"]).default("substring"),
  /** Whether that comparison is case-sensitive; default `insensitive`. */
  usernameFilterCase: z.enum(["insensitive", "sensitive"]).default("insensitive"),
  /** The users that an empty `username` finds; the vendor documents `all`. */
  emptyUsername: z.enum(["all", "none"]).default("all"),
  /** The accepted spellings of a boolean in a query: `any_case` accepts `True`, `lower_case` refuses it with 400. */
  booleans: z.enum(["any_case", "lower_case"]).default("any_case"),
  /**
   * The answer to activating an active user or deactivating an inactive one: 200, or 400 with ALREADY_ACTIVE or
   * ALREADY_DEACTIVATED.
   */
  repeatedStateChange: z.enum(["accepted", "refused"]).default("accepted"),
  /** A new role that the client may not assign: named in `ignoredRolesIds`, or the whole PUT fails with 403. */
  unassignableRole: z.enum(["ignored", "refused"]).default("ignored"),
  /** A held role that the client may not assign, in a PUT that has it. */
  heldUnassignableRole: z.enum(["processed", "ignored"]).default("processed"),
  /** A held role that the client may not assign, in a PUT without it: removed, or kept silently. */
  omittedUnassignableRole: z.enum(["removed", "kept"]).default("removed"),
  /** A role id in a PUT that does not exist: the whole PUT fails with 400, or it is named as ignored. */
  unknownRole: z.enum(["refused", "ignored"]).default("refused"),
  /** The answer to a move to an unknown org: 400, as in the older console API, or 404. */
  unknownOrg: z.enum(["bad_request", "not_found"]).default("bad_request"),
  /** Whether activating a user also activates devices and agents; default false. */
  activationRestoresDevices: z.boolean().default(false),
  /** The largest `pageSize`; default 500. */
  maxPageSize: z.int().min(1).default(500),
  /** A `pageSize` above that maximum: reduced silently, or answered with 400. */
  oversizedPage: z.enum(["cut", "refused"]).default("cut"),
  /**
   * The meaning of `totalCount`. `whole`: the size of the list. `capped`: the same, up to `largestTotal`. `per_page`:
   * the size of the page, as in a users fixture of the reference SDK. `absent`: no such field.
   */
  totalCount: z.enum(["whole", "capped", "per_page", "absent"]).default("whole"),
  /** The largest `totalCount` if it is capped; default 10,000. */
  largestTotal: z.int().min(1).default(10_000),
  /** `GET /v1/orgs`: every org in each answer, or pages; default `whole`. */
  orgs: z.enum(["whole", "paged"]).default("whole"),
  /** If orgs are paged, the largest page, and the size of a page without `pageSize`; default 100. */
  orgsPageSize: z.int().min(1).default(100),
  /** Whether the first record of each list lacks its id; default false. */
  recordWithoutId: z.boolean().default(false),
  /** The answer for a user who never was a custodian: an empty list of matters, or 404. */
  neverCustodian: z.enum(["no_matters", "not_found"]).default("no_matters"),
  /** Whether the look-up of an actor by name is case-sensitive; default `insensitive`, like the search. */
  actorNameCase: z.enum(["insensitive", "sensitive"]).default("insensitive"),
  /** The content of the answer to a replacement of roles: all, the changed roles only, nulls, or nothing. */
  roleReplacementAnswer: z.enum(["all", "changed_only", "nulls", "empty"]).default("all"),
  /** `expires_in` of a token: a number, the same as text, or absent. */
  tokenLifetime: z.enum(["number", "text", "absent"]).default("number"),
  /** The shape of error bodies; `as_known` is an array for an unknown org and a problem for all else. */
  errorBody: z.enum(["as_known", ...ERROR_BODY_SHAPES]).default("as_known"),
});

/** One value for each unknown behaviour. */
export type Readings = z.output<typeof readingsSchema>;

/** The readings to switch. */
export type ReadingsChange = Partial<Readings>;

/** Changes some readings. Throws a zod error if a name or a value is unknown. */
export function changeReadings(current: Readings, change: Readonly<Record<string, unknown>>): Readings {
  return readingsSchema.parse({ ...current, ...change });
}
