import { WEB_API_METHODS } from "./web-api-methods.ts";

/** The scope that slash commands and shortcuts take. */
const COMMANDS_SCOPE = "commands";

/** Every bot scope that the bot needs. */
const REQUIRED_SCOPES: ReadonlySet<string> = new Set([
  COMMANDS_SCOPE,
  ...Object.values(WEB_API_METHODS).flatMap(({ scopes }): readonly string[] => scopes),
]);

/**
 * Lists the needed bot scopes that the token lacks, in alphabetical order.
 *
 * @param granted the header `x-oauth-scopes` of any answer, which `@slack/web-api` gives as
 *   `response_metadata.scopes`; `undefined` if Slack did not send it, and then nothing is known to be missing
 */
export function missingScopes(granted: readonly string[] | undefined): string[] {
  if (granted === undefined) return [];
  return [...REQUIRED_SCOPES].filter((scope) => !granted.includes(scope)).toSorted();
}
