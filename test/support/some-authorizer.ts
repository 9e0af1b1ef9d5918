import { type Authorizer, type AuthorizerOptions, createAuthorizer } from "../../src/authorization/index.ts";

/** A door behind which the policies never changed, and nothing is audited, unless the test says otherwise. */
export function someAuthorizer(
  options: Pick<AuthorizerOptions, "engine" | "directory"> & Partial<AuthorizerOptions>,
): Authorizer {
  return createAuthorizer({
    decidingHash: async () => null,
    earlierPolicies: async () => options.engine,
    recordForbidden: async () => {},
    ...options,
  });
}
