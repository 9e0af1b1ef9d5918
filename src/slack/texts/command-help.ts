import { DEVICES_ON_A_PAGE } from "../../change-requests/index.ts";

/** The names of the commands behind `/incydr`. `menu` is the command without a name. */
export type CommandName =
  | "user"
  | "users"
  | "roles"
  | "role"
  | "devices"
  | "agents"
  | "grants"
  | "deactivate"
  | "activate"
  | "move"
  | "add-role"
  | "remove-role"
  | "set-roles"
  | "bulk"
  | "requests"
  | "request"
  | "cancel"
  | "undo"
  | "emergency"
  | "freeze"
  | "unfreeze"
  | "can"
  | "org"
  | "orgs"
  | "status"
  | "whoami"
  | "help"
  | "menu";

/** The groups of commands in the help, in their order. */
export const TOPICS = {
  look_up: "Look up",
  change: "Request a change",
  request: "Requests",
  incident: "During an incident",
  more: "More",
} as const;

export interface CommandHelp {
  readonly topic: keyof typeof TOPICS;
  /** The forms of the command without `/incydr`. */
  readonly usage: readonly string[];
  readonly does: string;
  /** More sentences for `/incydr help <command>`. */
  readonly details: readonly string[];
  readonly examples: readonly string[];
}

const OPTIONS =
  "Options fill in the form: --reason <text>, --ticket <text>, --ask @approver. Put a text that has two hyphens in quotes.";
const SEVERAL_ROLES = "Put commas between several roles. Without a role, the form offers all that fit.";
const PAGES = `A page has ${DEVICES_ON_A_PAGE} lines and is read from Incydr when you open it. --page 2 opens the second page.`;
const FORM = "A form opens. Nothing is requested before you submit it.";

/** The help for each command. */
export const COMMAND_HELP: Readonly<Record<CommandName, CommandHelp>> = {
  user: {
    topic: "look_up",
    usage: ["user <who>"],
    does: "look up a user: status, organization, roles, devices, warnings",
    details: ["With a part of a name, buttons offer the users who have it."],
    examples: ["user nadia@example.com", "user @Nadia"],
  },
  users: {
    topic: "look_up",
    usage: [
      "users [<part of a name>] [--active|--inactive] [--blocked|--unblocked] [--org <organization>] [--role <role>]",
    ],
    does: "list users, with filters",
    details: [
      "The list comes from the bot's directory, which it reads from Incydr in the background. It says how old it is.",
      "An organization or a role is found by its name, its id or a part of its name.",
      "Export CSV under the list sends you up to 10,000 of the users as a file, if the policies permit it.",
    ],
    examples: ["users nadia", "users --inactive --org Sales", "users --role Insider Risk Admin"],
  },
  roles: {
    topic: "look_up",
    usage: ["roles [<who>]"],
    does: "list the roles that a user holds, or all roles that can be added",
    details: [
      "With a user it shows the dates of each role in Incydr, and when a temporary role ends.",
      "With a user and add, remove or set, it does the same as add-role, remove-role and set-roles.",
      "--page 2 shows the second page.",
    ],
    examples: ["roles", "roles nadia@example.com", "roles nadia@example.com add Alert Emails"],
  },
  role: {
    topic: "look_up",
    usage: ["role <role>"],
    does: "show a role that can be added, with its permissions and its holders",
    details: ["The holders come from the bot's directory. The answer says how old it is."],
    examples: ["role Alert Emails"],
  },
  devices: {
    topic: "look_up",
    usage: [
      "devices <who> [--active|--inactive] [--blocked|--unblocked] [--sort name|os|host|last-connected] [--desc]",
    ],
    does: "list the devices of a user",
    details: ["--desc turns the order around.", PAGES],
    examples: ["devices nadia@example.com", "devices @Nadia --active --sort last-connected --desc"],
  },
  agents: {
    topic: "look_up",
    usage: ["agents <who> [--active|--inactive]"],
    does: "list the agents of a user",
    details: [PAGES],
    examples: ["agents nadia@example.com"],
  },
  grants: {
    topic: "look_up",
    usage: ["grants [<who>]"],
    does: "list temporary roles and when they end",
    details: ["Extend… opens the form for more time. Revoke now removes the roles at once."],
    examples: ["grants", "grants nadia@example.com"],
  },
  can: {
    topic: "look_up",
    usage: ["can <@person> <action> [<who>]", "can <@person> <change> <who>"],
    does: "check whether a person can do something, and who can",
    details: [
      "Write me for yourself. Actions are such as approve or freeze. Changes are such as deactivate or add-role.",
    ],
    examples: ["can me deactivate nadia@example.com", "can @Theo approve nadia@example.com"],
  },
  org: {
    topic: "look_up",
    usage: ["org <organization>"],
    does: "show an organization: status, parent, number of users",
    details: ["Use the name or the id of the organization. It is read from Incydr."],
    examples: ["org Sales EMEA"],
  },
  orgs: {
    topic: "look_up",
    usage: ["orgs [<part of a name>]"],
    does: "list organizations",
    details: [
      "The list comes from the bot's directory, which it reads from Incydr in the background. It says how old it is.",
    ],
    examples: ["orgs", "orgs sales"],
  },
  deactivate: {
    topic: "change",
    usage: ["deactivate [<who>]"],
    does: "request to deactivate a user",
    details: [FORM, OPTIONS],
    examples: ["deactivate nadia@example.com", "deactivate @Nadia --ticket INC-17 --reason Left the company"],
  },
  activate: {
    topic: "change",
    usage: ["activate [<who>]"],
    does: "request to activate a user again",
    details: [FORM, OPTIONS],
    examples: ["activate nadia@example.com"],
  },
  move: {
    topic: "change",
    usage: ["move [<who> [<organization>]]"],
    does: "request to move a user to another organization",
    details: [FORM, OPTIONS],
    examples: ["move nadia@example.com Sales EMEA"],
  },
  "add-role": {
    topic: "change",
    usage: ["add-role [<who> [<role>, …]] [--for <time>]"],
    does: "request roles for a user, for a time or permanently",
    details: [FORM, SEVERAL_ROLES, "--for is such as 8h, 3d or permanent.", OPTIONS],
    examples: ["add-role nadia@example.com Alert Emails --for 8h", "add-role @Nadia Alert Emails, PROe User"],
  },
  "remove-role": {
    topic: "change",
    usage: ["remove-role [<who> [<role>, …]]"],
    does: "request to remove roles from a user",
    details: [FORM, SEVERAL_ROLES, OPTIONS],
    examples: ["remove-role nadia@example.com Alert Emails"],
  },
  "set-roles": {
    topic: "change",
    usage: ["set-roles [<who>]"],
    does: "request a new set of roles for a user",
    details: [FORM, "Roles that are not in the new set are removed.", OPTIONS],
    examples: ["set-roles nadia@example.com"],
  },
  bulk: {
    topic: "change",
    usage: ["bulk deactivate|activate|add-role|remove-role|move"],
    does: "request a change for many users, from a file or pasted lines",
    details: ["You see a preview of each user before anything is requested."],
    examples: ["bulk deactivate"],
  },
  requests: {
    topic: "request",
    usage: ["requests [open|mine|waiting|all]"],
    does: "list requests, the newest first",
    details: [
      "The list “waiting” has those that you can approve. A pending request names the groups that can approve it.",
      "Options are filters: --subject <who>, --by @person, --since 7d.",
    ],
    examples: ["requests", "requests waiting", "requests all --subject nadia@example.com --since 30d"],
  },
  request: {
    topic: "request",
    usage: ["request CR-<number>"],
    does: "show a request with its history and its buttons",
    details: ["It has the facts before and after the change, and for a bulk the outcome per user."],
    examples: ["request CR-17"],
  },
  cancel: {
    topic: "request",
    usage: ["cancel CR-<number>"],
    does: "cancel a request before it runs",
    details: [],
    examples: ["cancel CR-17"],
  },
  undo: {
    topic: "request",
    usage: ["undo CR-<number>"],
    does: "request to undo a finished change",
    details: [FORM],
    examples: ["undo CR-17"],
  },
  emergency: {
    topic: "incident",
    usage: ["emergency [<who>]"],
    does: "deactivate a user at once, without approval. A second person must ratify it afterwards",
    details: [FORM, "Options fill in the form: --reason <text>, --ticket <text>."],
    examples: ["emergency nadia@example.com --ticket INC-17"],
  },
  freeze: {
    topic: "incident",
    usage: ["freeze [<reason>]"],
    does: "stop all changes at once, for everyone",
    details: ["Look-ups still work. Changes already in progress will finish."],
    examples: ["freeze API token leaked, see INC-17"],
  },
  unfreeze: {
    topic: "incident",
    usage: ["unfreeze"],
    does: "let changes run again",
    details: [],
    examples: ["unfreeze"],
  },
  status: {
    topic: "more",
    usage: ["status"],
    does: "show whether changes are frozen and whether the bot works",
    details: ["It also shows the policies in force, the age of the bot's directory, and the version."],
    examples: ["status"],
  },
  whoami: {
    topic: "more",
    usage: ["whoami"],
    does: "show your Incydr user, your groups, and what you may do",
    details: [],
    examples: ["whoami"],
  },
  menu: {
    topic: "more",
    usage: [""],
    does: "show the most frequent commands as buttons",
    details: [],
    examples: [],
  },
  help: {
    topic: "more",
    usage: ["help [<command>]"],
    does: "list all commands, or explain one",
    details: [],
    examples: ["help add-role"],
  },
};

/** The most characters of a button's value (https://docs.slack.dev/reference/block-kit/block-elements/button-element). */
export const LONGEST_COMMAND_TEXT = 2_000;
