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
    details: [
      "With a part of a name, buttons offer the users who have it. A command that opens a form offers them there.",
      "The answer has buttons for changes. Its devices and agents are listed by /incydr devices and /incydr agents.",
    ],
    examples: ["user nadia@example.com", "user @Nadia", "user petrov"],
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
      "With a user it shows when Incydr created and changed each role, and when a temporary role ends.",
      "Incydr doesn't document these dates: they may not say since when the user holds the role.",
      "/incydr requests all --subject <who> lists the changes that the bot has made.",
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
    details: [
      "The order is A to Z, or the oldest connection first. --desc turns it around: the newest connection comes first.",
      PAGES,
    ],
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
    details: [
      "The list has the buttons. Extend… opens a form: the new time starts when the extension is approved and made.",
      "Revoke now removes the roles at once, before their planned end.",
    ],
    examples: ["grants", "grants nadia@example.com"],
  },
  can: {
    topic: "look_up",
    usage: ["can <@person> <action> [<who>]", "can <@person> <change> <who>"],
    does: "check whether a person can do something, and who can",
    details: [
      "Write me for yourself. The answer names the rule behind it and the groups that can do it.",
      "Changes are deactivate, activate, move, add-role, remove-role and set-roles.",
      "Actions are such as approve, ratify, cancel or emergency with a user, and freeze or export_users without.",
    ],
    examples: [
      "can me deactivate nadia@example.com",
      "can @Theo approve nadia@example.com",
      "can me export_users",
    ],
  },
  org: {
    topic: "look_up",
    usage: ["org <organization>"],
    does: "show an organization: status, parent, number of users",
    details: [
      "Use the name or the id of the organization. With a part of the name, buttons offer those that have it.",
      "It is read from Incydr.",
    ],
    examples: ["org Sales EMEA", "org emea"],
  },
  orgs: {
    topic: "look_up",
    usage: ["orgs [<part of a name>]"],
    does: "list organizations",
    details: [
      "The list comes from the bot's directory, which it reads from Incydr in the background. It says how old it is.",
      "--page 2 shows the second page.",
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
    details: [
      FORM,
      "Without an organization, you choose it in the form by typing a part of its name.",
      OPTIONS,
    ],
    examples: ["move nadia@example.com", "move nadia@example.com Sales EMEA"],
  },
  "add-role": {
    topic: "change",
    usage: ["add-role [<who> [<role>, …]] [--for <time>]"],
    does: "request roles for a user, for a time or permanently",
    details: [FORM, SEVERAL_ROLES, "--for is such as 8h, 3d or permanent.", OPTIONS],
    examples: [
      "add-role nadia@example.com Alert Emails --for 8h --ticket INC-17 --reason Night shift --ask @Theo",
      "add-role @Nadia Alert Emails, PROe User",
    ],
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
    details: [FORM, "You see a preview of each user before anything is requested."],
    examples: ["bulk deactivate", "bulk add-role"],
  },
  requests: {
    topic: "request",
    usage: ["requests [open|mine|waiting|all]"],
    does: "list requests, the newest first",
    details: [
      "The list “waiting” has those that you can approve. A pending request names the groups that can approve it.",
      "An emergency change to ratify has run already, so “all” lists it and “waiting” doesn't.",
      "Options are filters: --subject <who>, --by @person, --since 7d.",
    ],
    examples: ["requests", "requests waiting", "requests all --subject nadia@example.com --since 30d"],
  },
  request: {
    topic: "request",
    usage: ["request CR-<number>"],
    does: "show a request with its history and its buttons",
    details: [
      "The buttons are those of its card, such as Approve, Deny, Ratify or Extend. Use it if you can no longer find the card.",
      "It has the facts before and after the change, and for a bulk the outcome per user.",
    ],
    examples: ["request CR-17"],
  },
  cancel: {
    topic: "request",
    usage: ["cancel CR-<number>"],
    does: "cancel a request before it runs",
    details: ["Nothing is changed in Incydr. The request's card has the same button."],
    examples: ["cancel CR-17"],
  },
  undo: {
    topic: "request",
    usage: ["undo CR-<number>"],
    does: "request to undo a finished change",
    details: [FORM, "It is a new request, which needs approval as any other change does."],
    examples: ["undo CR-17"],
  },
  emergency: {
    topic: "incident",
    usage: ["emergency [<who>]"],
    does: "deactivate a user at once, without approval. A second person must ratify it afterwards",
    details: [
      "A form opens. The deactivation runs at once when you submit it.",
      "The second person uses Ratify or Dispute… on the card, or in /incydr request CR-<number>.",
      "Options fill in the form: --reason <text>, --ticket <text>.",
    ],
    examples: ["emergency nadia@example.com --ticket INC-17"],
  },
  freeze: {
    topic: "incident",
    usage: ["freeze [<reason>]"],
    does: "stop all changes at once, for everyone",
    details: ["Look-ups still work. Changes already in progress will finish. /incydr unfreeze ends it."],
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
    details: ["To find out why you may not do something, use /incydr can me <action> <who>."],
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
