import {
  type Authorizer,
  type AuthorizerOptions,
  createAuthorizer,
  createPolicyEngine,
  loadPolicies,
  type PolicyEngine,
} from "../../src/authorization/index.ts";

/** The same for all tests of a worker, because reading and compiling the policies takes long. */
let engine: Promise<PolicyEngine> | undefined;

/** The policies that come with the bot. */
export function shippedPolicies(): Promise<PolicyEngine> {
  engine ??= loadPolicies("policies").then(createPolicyEngine);
  return engine;
}

/**
 * An authorizer whose policies never change, with one Incydr user for each person and no audit, unless the options
 * differ.
 */
export function someAuthorizer(
  options: Pick<AuthorizerOptions, "engine" | "directory"> & Partial<AuthorizerOptions>,
): Authorizer {
  return createAuthorizer({
    decidingHash: async () => null,
    earlierPolicies: async () => options.engine,
    identify: async ({ slackUserId }) => `user of ${slackUserId}`,
    recordForbidden: async () => {},
    ...options,
  });
}
