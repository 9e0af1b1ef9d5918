import { type Authorizer, type AuthorizerOptions, createAuthorizer } from "../../src/authorization/index.ts";

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
