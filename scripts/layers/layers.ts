/** A folder of `src`, which imports only from the modules of lower layers. */
export interface Module {
  readonly name: string;
  /** The height: imports point only to lower layers. */
  readonly layer: number;
  /** The changes that a developer makes here. */
  readonly task: string;
  /** Its name in the table of modules; default its folder. */
  readonly places?: string;
  /** Packages that only this module may import; `@slack/*` stands for a scope. */
  readonly packages?: readonly string[];
  /** Packages of other modules that this module may import too. */
  readonly sharedPackages?: readonly string[];
  /** Modules of the same layer that this module may import. */
  readonly neighbours?: readonly string[];
  /** Whether other modules may import its files. Default false: they import its `index.ts`. */
  readonly isOpen?: boolean;
  /** Its folders, from the lowest up: a file imports only from its own folder and from those before it. */
  readonly folders?: readonly Folder[];
  /** Files that stand above the folders, beside `index.ts`; at most four. */
  readonly files?: readonly string[];
}

export interface Folder {
  readonly name: string;
  readonly holds: string;
}

/** The modules of `src`, from the lowest layer up. */
export const MODULES: readonly Module[] = [
  { name: "kernel", layer: 0, task: "the clock, ids, the base of the errors", isOpen: true },
  {
    name: "config",
    layer: 0,
    task: "an environment variable",
    places: "`config/`, and `.env.example`",
    packages: ["dotenv", "re2js", "node:process"],
    neighbours: ["kernel"],
  },
  {
    name: "observability",
    layer: 0,
    task: "logs, metrics",
    packages: ["pino", "prom-client"],
    neighbours: ["kernel"],
  },
  {
    name: "authorization",
    layer: 1,
    task: "who may do what",
    places: "[`policies/`](docs/authorization.md) first, then `authorization/`, which evaluates them",
    packages: ["@cedar-policy/*"],
  },
  { name: "audit", layer: 1, task: "the audit log, its verification, the entries that belong to no request" },
  {
    name: "incydr",
    layer: 1,
    task: "a call to the Incydr API, its retries or its rate",
    packages: ["axios", "bottleneck", "ioredis"],
    folders: [
      { name: "model", holds: "ids, types, errors, priorities, options of a call, hooks" },
      { name: "rate-limit", holds: "the limit of requests, alone or shared over Redis" },
      { name: "http", holds: "one request: transport, token, retry" },
      { name: "client", holds: "the public API: users, roles, organizations and other readings" },
    ],
  },
  { name: "subjects", layer: 2, task: "look-ups, the preflight, its warnings" },
  {
    name: "change-requests",
    layer: 2,
    task: "the life of a request, approvals, the execution",
    neighbours: ["subjects"],
    folders: [
      { name: "model", holds: "values, states and pure rules; no I/O" },
      { name: "ports", holds: "interfaces to storage, queue, Slack and locks; the jobs" },
      {
        name: "lifecycle",
        holds: "the only code that changes a stored state; the audit entries of requests",
      },
      {
        name: "confidentiality",
        holds: "the people and channels that may see a request: subjects, their accounts, members",
      },
      { name: "policy", holds: "the input of the policies, authority, who can decide" },
      { name: "notify", holds: "cards and their channels, announcements, reminders, invitations" },
      { name: "clicks", holds: "the answer to a click on a card" },
      { name: "execution", holds: "the executor, its write, the reading of the outcome, the freeze" },
      { name: "grants", holds: "temporary roles and their end" },
      { name: "drafting", holds: "from the form to the stored request; undo" },
      { name: "decisions", holds: "approve, deny, ratify, dispute, cancel, renew" },
      { name: "queries", holds: "lists of requests, and one request, for the people who may see them" },
      { name: "bulk", holds: "files, the dry run, its request, pause and stop, reports" },
      { name: "upkeep", holds: "expiry, pruning, a start, jobs that failed" },
    ],
  },
  {
    name: "persistence",
    layer: 3,
    task: "a table or a query",
    places: "`persistence/`, `migrations/`",
    packages: ["pg", "kysely"],
    sharedPackages: ["pg-boss"],
  },
  {
    name: "slack",
    layer: 4,
    task: "a command, a modal, a card, a button",
    packages: ["@slack/*", "csv-stringify"],
    folders: [
      { name: "ids", holds: "the ids of actions, menus, modals and deliveries" },
      { name: "web-api", holds: "the calls of the Web API, their scopes, how they fail" },
      { name: "texts", holds: "the sentences that people read" },
      { name: "messages", holds: "cards, announcements, audit messages, lists, buttons" },
      { name: "views", holds: "modals and the reading of their values" },
      { name: "directory", holds: "people, channels, user groups" },
      { name: "posting", holds: "posting, updating and deleting messages; files" },
      { name: "listeners", holds: "commands, actions, views, shortcuts, events" },
      { name: "receivers", holds: "the arrival of deliveries: Socket Mode, HTTP" },
    ],
    files: ["slack-app.ts"],
  },
  {
    name: "jobs",
    layer: 4,
    task: "a job that runs later, or again",
    packages: ["pg-boss"],
    sharedPackages: ["pg", "kysely"],
  },
  {
    name: "app",
    layer: 5,
    task: "how the service starts and stops",
    places: "`app/`, `main.ts`",
    sharedPackages: ["pg", "kysely", "pg-boss", "@slack/*"],
  },
  { name: "cli", layer: 6, task: "a command line tool", packages: ["commander"] },
];

/** `src/main.ts`, which nothing imports, may import these packages. */
export const ENTRY_POINT_PACKAGES: readonly string[] = ["dotenv", "node:process"];

/** Whether a module may import another. */
export function mayImport(from: Module, to: Module): boolean {
  return from.name === to.name || to.layer < from.layer || from.neighbours?.includes(to.name) === true;
}

/** Whether a module may import a package that belongs to a module. */
export function mayImportPackage({ packages = [], sharedPackages = [] }: Module, name: string): boolean {
  return packages.includes(name) || sharedPackages.includes(name);
}
