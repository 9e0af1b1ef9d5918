import type { Warning } from "../../subjects/index.ts";

/** A warning in words, for somebody about to ask for or approve a change. */
export function describeWarning(warning: Warning): string {
  switch (warning.code) {
    case "ends_monitoring":
      return "Deactivation ends Incydr's monitoring of this person, deactivates their devices, and rules out putting them under legal hold later. It does not touch their account at the identity provider.";
    case "legal_hold":
      return `Under legal hold: ${shortList(warning.matters)}.`;
    case "legal_hold_unknown":
      return "Legal hold is unknown: it could not be read.";
    case "agents_reporting":
      return `Agents that still report: ${shortList(warning.agents)}.`;
    case "agents_unknown":
      return "Whether agents still report is unknown: it could not be read.";
    case "watchlists":
      return `On watchlists: ${shortList(warning.watchlists)}.`;
    case "watchlists_unknown":
      return "Watchlists are unknown: they could not be read.";
    case "privileged_roles":
      return `Privileged: ${shortList(warning.roles)}.`;
    case "protected":
      return "Protected: a Customer Cloud Admin, or on the list of protected users.";
    case "inactive":
      return "The account is inactive.";
    case "blocked":
      return "The account is blocked.";
  }
}

/** At most five of them, with a count of the rest. */
export function shortList(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
