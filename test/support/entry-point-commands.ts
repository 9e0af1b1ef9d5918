import type { ParsedCommand } from "../../src/slack/listeners/commands/parse-command.ts";
import type { EntryPointFixtures } from "./entry-point-fixtures.ts";
import { APPROVALS, emailOf } from "./scenario-requests.ts";

/** One use of an entry point of the domain. */
export interface EntryPointCase {
  /** The key of the person who acts: a change that only they see is no effect. */
  readonly by: string;
  readonly run: (setting: EntryPointFixtures) => Promise<unknown>;
  /** The effects under policies that forbid everything, and why no policy decides on them. */
  readonly evenSo?: {
    readonly because: string;
    readonly tables?: readonly string[];
    readonly audit?: readonly string[];
    readonly isSeen?: boolean;
  };
  /** Why it has no effect under any policies. */
  readonly isIdle?: string;
}
const NADIA = emailOf("nadia.petrov");

export const does = (by: string, run: EntryPointCase["run"]): EntryPointCase => ({ by, run });
const typed = (by: string, line: string) =>
  does(by, ({ world }) => world.slack.as(by).command(line, { in: APPROVALS }));

/** Each word behind `/incydr`; the type keeps the list whole. */
export const COMMAND_CASES: Record<ParsedCommand["name"], EntryPointCase> = {
  help: { ...typed("maya", "/incydr help"), isIdle: "it is one text for everybody" },
  unknown: { ...typed("maya", "/incydr delete"), isIdle: "it is one text for everybody" },
  user: typed("maya", `/incydr user ${NADIA}`),
  users: typed("maya", "/incydr users"),
  role: typed("maya", "/incydr role Alert Emails"),
  devices: typed("maya", `/incydr devices ${NADIA}`),
  agents: typed("maya", `/incydr agents ${NADIA}`),
  roles: typed("maya", "/incydr roles"),
  menu: { ...typed("maya", "/incydr"), isIdle: "it is one text for everybody" },
  deactivate: typed("maya", `/incydr deactivate ${NADIA}`),
  activate: typed("maya", `/incydr activate ${emailOf("olga.novak")}`),
  move: typed("maya", `/incydr move ${NADIA}`),
  "add-role": typed("maya", `/incydr add-role ${NADIA}`),
  "remove-role": typed("maya", `/incydr remove-role ${NADIA}`),
  "set-roles": typed("maya", `/incydr set-roles ${NADIA}`),
  emergency: typed("jonas", `/incydr emergency ${NADIA}`),
  can: typed("maya", `/incydr can me request ${NADIA}`),
  undo: does("maya", async ({ world, done }) =>
    world.slack.as("maya").command(`/incydr undo CR-${await done()}`, { in: APPROVALS }),
  ),
  requests: typed("maya", "/incydr requests"),
  request: does("maya", async ({ world, done }) =>
    world.slack.as("maya").command(`/incydr request CR-${await done()}`, { in: APPROVALS }),
  ),
  cancel: does("priya", async ({ world, pending }) =>
    world.slack.as("priya").command(`/incydr cancel CR-${await pending()}`, { in: APPROVALS }),
  ),
  bulk: typed("maya", "/incydr bulk deactivate"),
  grants: typed("maya", "/incydr grants"),
  org: typed("maya", "/incydr org Sales"),
  orgs: typed("maya", "/incydr orgs"),
  status: { ...typed("maya", "/incydr status"), isIdle: "only this person sees it, and it names no user" },
  whoami: { ...typed("maya", "/incydr whoami"), isIdle: "it tells this person about themselves" },
  freeze: typed("jonas", "/incydr freeze"),
  unfreeze: typed("theo", "/incydr unfreeze"),
};
