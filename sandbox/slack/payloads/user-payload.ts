import type { SlackState } from "../state/slack-state.ts";
import type { Person } from "../state/workspace.ts";

/**
 * A person in answers and events. The payload has an e-mail only with `users:read.email`, and never for a person of
 * another company.
 */
export function userPayload(person: Person, state: SlackState): Record<string, unknown> {
  const isStranger = person.teamId !== state.workspace.team.id;
  const showsEmail = state.app.botScopes.has("users:read.email") && !isStranger && !person.isBot;
  return {
    id: person.id,
    team_id: person.teamId,
    name: person.username,
    deleted: person.deactivated,
    real_name: person.displayName,
    tz: "Etc/UTC",
    profile: {
      real_name: person.displayName,
      display_name: person.displayName,
      ...(showsEmail ? { email: person.email } : {}),
      team: person.teamId,
    },
    is_admin: false,
    is_owner: false,
    ...(person.isBot ? {} : { is_email_confirmed: person.emailConfirmed }),
    is_bot: person.isBot,
    is_app_user: false,
    is_restricted: person.guest !== "no",
    is_ultra_restricted: person.guest === "single_channel",
    ...(isStranger ? { is_stranger: true } : {}),
  };
}
