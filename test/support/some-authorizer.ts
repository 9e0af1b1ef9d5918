import { type Authorizer, type AuthorizerOptions, createAuthorizer } from "../../src/authorization/index.ts";

/** A door behind which the policies never changed, everybody is one Incydr user and nothing is audited, unless the test says otherwise. */
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
