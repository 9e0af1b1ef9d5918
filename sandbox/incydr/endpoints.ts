/**
 * The source for an endpoint: the vendor's documentation, the reference SDK's code, a run of that SDK, the older
 * console's API, or inference.
 */
export type Evidence = "documented" | "sdk" | "observed" | "console" | "inferred";

/** One endpoint that the simulator answers. */
export interface Endpoint {
  method: "GET" | "POST" | "PUT";
  /** With `{name}` for variable segments. */
  route: string;
  evidence: Evidence;
  summary: string;
}

/** Every simulated endpoint of Incydr. Any other request gets 404. */
export const ENDPOINTS = [
  endpoint("POST", "/v1/oauth", "documented", "A token for the client's credentials."),
  endpoint("GET", "/v1/users", "sdk", "A page of users; an empty username finds all of them (documented)."),
  endpoint("GET", "/v1/users/roles", "sdk", "The roles that this client may assign, as a bare array."),
  endpoint("GET", "/v1/users/roles/{roleId}", "sdk", "One role that this client may assign."),
  endpoint("GET", "/v1/users/{userId}", "sdk", "One user."),
  endpoint("GET", "/v1/users/{userId}/devices", "sdk", "A page of a user's devices."),
  endpoint("GET", "/v1/users/{userId}/roles", "sdk", "The roles that a user holds."),
  endpoint("PUT", "/v1/users/{userId}/roles", "sdk", "Replaces the whole set of a user's roles."),
  endpoint("POST", "/v1/users/{userId}/move", "sdk", "Puts a user into another org."),
  endpoint("POST", "/v1/users/{userId}/activate", "sdk", "Activates a user."),
  endpoint("POST", "/v1/users/{userId}/deactivate", "sdk", "Deactivates a user, unless under legal hold."),
  endpoint("GET", "/v1/orgs", "sdk", "All orgs."),
  endpoint("GET", "/v1/orgs/{orgGuid}", "sdk", "One org."),
  endpoint("GET", "/v1/agents", "sdk", "A page of agents; sort parameters in upper case."),
  endpoint("GET", "/v1/legal-hold/custodians/{userId}", "sdk", "A page of a user's legal-hold matters."),
  endpoint("GET", "/v2/watchlists", "sdk", "A page of watchlists, or of those an actor is on."),
  endpoint(
    "GET",
    "/v1/actors/actor/name/{name}/parent",
    "sdk",
    "The parent of the actor of that name, or the actor.",
  ),
  endpoint("GET", "/v1/actors/actor/search", "sdk", "A page of actors whose names begin or end with a text."),
  endpoint("GET", "/v1/actors/actor/id/{actorId}", "sdk", "One actor."),
  endpoint("GET", "/v1/actors/actor/id/{actorId}/parent", "sdk", "The parent of that actor, or the actor."),
] as const satisfies readonly Endpoint[];

function endpoint(method: Endpoint["method"], route: string, evidence: Evidence, summary: string): Endpoint {
  return { method, route, evidence, summary };
}
