import { z } from "zod";
import { ERROR_BODY_SHAPES } from "./http/api-error.ts";

/**
 * The simulator's behaviour where Incydr's behaviour isn't publicly known. A client must be correct under every value.
 * The default is the value that finds most faults of careless clients, or else the likeliest.
 */
export const readingsSchema = z.strictObject({
  /** The comparison of `GET /v1/users?username=`; default `substring`. */
  usernameFilter: z.enum(["exact", "prefix", "substring"]).default("substring"),
  /** Whether that comparison regards capitals; default `insensitive`. */
  usernameFilterCase: z.enum(["insensitive", "sensitive"]).default("insensitive"),
  /** The users that an empty `username` finds; the vendor documents `all`. */
  emptyUsername: z.enum(["all", "none"]).default("all"),
  /** Spellings of a boolean in a query: `any_case` takes `True`, `lower_case` answers it with 400. */
  booleans: z.enum(["any_case", "lower_case"]).default("any_case"),
  /** Activating the active, deactivating the inactive: 200, or 400 with ALREADY_ACTIVE or ALREADY_DEACTIVATED. */
  repeatedStateChange: z.enum(["accepted", "refused"]).default("accepted"),
  /** Assigning a role the client may not assign: named in `ignoredRolesIds`, or the whole PUT fails with 403. */
  unassignableRole: z.enum(["ignored", "refused"]).default("ignored"),
  /** A role the user holds already and the client may not assign, sent again in a PUT. */
  heldUnassignableRole: z.enum(["processed", "ignored"]).default("processed"),
  /** A held role that the client may not assign, left out of a PUT: removed, or kept silently. */
  omittedUnassignableRole: z.enum(["removed", "kept"]).default("removed"),
  /** A role id in a PUT that does not exist: the whole PUT fails with 400, or it is named as ignored. */
  unknownRole: z.enum(["refused", "ignored"]).default("refused"),
  /** Moving a user to an org that does not exist: 400, as the older console answered, or 404. */
  unknownOrg: z.enum(["bad_request", "not_found"]).default("bad_request"),
  /** Whether activating a user brings devices and agents back; default false. */
  activationRestoresDevices: z.boolean().default(false),
  /** The largest `pageSize`; default 500. */
  maxPageSize: z.int().min(1).default(500),
  /** A `pageSize` above that maximum: reduced silently, or answered with 400. */
  oversizedPage: z.enum(["cut", "refused"]).default("cut"),
  /**
   * The meaning of `totalCount`: the whole list; the whole list up to `largestTotal`; the page alone, as in one users
   * fixture of the reference SDK; or the field is absent.
   */
  totalCount: z.enum(["whole", "capped", "per_page", "absent"]).default("whole"),
  /** The largest `totalCount` if it is capped; default 10,000. */
  largestTotal: z.int().min(1).default(10_000),
  /** `GET /v1/orgs`: every org in one answer for any page, or on pages; default `whole`. */
  orgs: z.enum(["whole", "paged"]).default("whole"),
  /** If orgs are paged, the largest page of them, also the size without a `pageSize`; default 100. */
  orgsPageSize: z.int().min(1).default(100),
  /** Whether the first record of each list lacks its id; default false. */
  recordWithoutId: z.boolean().default(false),
  /** A user of the tenant who never was a custodian: an empty list of matters, or 404. */
  neverCustodian: z.enum(["no_matters", "not_found"]).default("no_matters"),
  /** Whether the look-up of an actor by name regards capitals; default `insensitive`, like the search. */
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

/** The readings with some of them changed; throws a zod error for unknown names and values. */
export function changeReadings(current: Readings, change: Readonly<Record<string, unknown>>): Readings {
  return readingsSchema.parse({ ...current, ...change });
}
