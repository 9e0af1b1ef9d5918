import fc from "fast-check";
import { expect, it } from "vitest";
import { parseCommand } from "../../../../../src/slack/listeners/commands/parse-command.ts";
import { nearestCommand } from "../../../../../src/slack/texts/command-suggestions.ts";

const change = { role: null, org: null, emergency: false, given: {} } as const;
const deactivation = { ...change, name: "deactivate", kind: "deactivate" } as const;
const activation = { ...change, name: "activate", kind: "activate" } as const;
const replacing = { ...change, name: "roles", kind: "replace_roles" } as const;
const moving = { ...change, name: "move", kind: "move" } as const;
const adding = { ...change, name: "roles", kind: "add_roles" } as const;
const removing = { ...change, name: "roles", kind: "remove_roles" } as const;

const listing = { name: "requests", which: "open", subject: null, by: null, since: null, below: null };
const NO_MENTION = { why: "no_mentions", option: "by", most: 1 };

const EVERYBODY = { text: null, active: null, blocked: null, org: null, role: null };
const FILTERED = { name: "users", filter: { ...EVERYBODY, text: "nadia", active: false, blocked: true } };

/** The name and the arguments of a command, or the parts that were not understood. */
function read(text: string): object {
  const parsed = parseCommand(text);
  return { name: parsed.name, ...(parsed.name === "unknown" ? parsed.notUnderstood : parsed.args) };
}

it.each<[string, object]>([
  ["", { name: "menu" }],
  ["   ", { name: "menu" }],
  ["help", { name: "help", of: null }],
  ["HELP me", { name: "help", of: "me" }],
  ["user", { name: "user", who: "" }],
  ["user nadia@x.example", { name: "user", who: "nadia@x.example" }],
  ["  User   nadia petrov  ", { name: "user", who: "nadia petrov" }],
  ["user <@U0NADIA|nadia>", { name: "user", who: "<@U0NADIA|nadia>" }],
  ["org", { name: "org", named: null }],
  ["org 'Sales EMEA'", { name: "org", named: "'Sales EMEA'" }],
  ["orgs", { name: "orgs", text: null, page: 1 }],
  ["orgs “Sales & Co”", { name: "orgs", text: "Sales & Co", page: 1 }],
  ["orgs sales --page 2", { name: "orgs", text: "sales", page: 2 }],
  ["orgs ''", { name: "orgs", text: null, page: 1 }],
  [`orgs ${"x".repeat(101)}`, { name: "unknown", option: { why: "long_name", most: 100 } }],
  ["Status now", { name: "status" }],
  ["whoami", { name: "whoami" }],
  ["users", { name: "users", filter: EVERYBODY }],
  ["users Nadia Petrov", { name: "users", filter: { ...EVERYBODY, text: "Nadia Petrov" } }],
  ["users <@U0NADIA|nadia>", { name: "users", filter: { ...EVERYBODY, text: "nadia" } }],
  ['users "--org"', { name: "users", filter: { ...EVERYBODY, text: "--org" } }],
  ["users --inactive nadia --Blocked", FILTERED],
  ["users —inactive —blocked nadia", FILTERED],
  [
    "users --active --unblocked --role “Alert Emails” --org Sales EMEA",
    {
      name: "users",
      filter: { ...EVERYBODY, active: true, blocked: false, role: "Alert Emails", org: "Sales EMEA" },
    },
  ],
  [
    "users --active --inactive",
    { name: "unknown", option: { why: "exclusive", option: "active", other: "inactive" } },
  ],
  [
    "users --unblocked --blocked",
    { name: "unknown", option: { why: "exclusive", option: "blocked", other: "unblocked" } },
  ],
  ["users --org", { name: "unknown", option: { why: "empty", option: "org" } }],
  ["users --org \u200B", { name: "unknown", option: { why: "empty", option: "org" } }],
  ["users --role “\u2060”", { name: "unknown", option: { why: "empty", option: "role" } }],
  [
    `users --role ${"x".repeat(101)}`,
    { name: "unknown", option: { why: "too_long", option: "role", most: 100 } },
  ],
  ["requests", { ...listing }],
  ["requests all --by ME", { ...listing, which: "all", by: "me" }],
  ["requests —by <@U0MAYA|Maya M> mine", { name: "unknown", option: NO_MENTION }],
  ["requests mine --by <@U0MAYA|Maya M>", { ...listing, which: "mine", by: "U0MAYA" }],
  ["requests --by <@u0maya>", { name: "unknown", option: NO_MENTION }],
  ...['He said "no"', "“Gone” and “back”", "the users'"].map((reason): [string, object] => [
    `deactivate nadia@x.example --reason ${reason}`,
    { ...deactivation, who: "nadia@x.example", given: { reason } },
  ]),
  [
    "deactivate nadia@x.example --reason “ He said ‘no’ ”",
    { ...deactivation, who: "nadia@x.example", given: { reason: "He said ‘no’" } },
  ],
  ['users --org "', { name: "unknown", option: { why: "empty", option: "org" } }],
  ["users --org “”", { name: "unknown", option: { why: "empty", option: "org" } }],
  ["users --org `Sales`", { name: "users", filter: { ...EVERYBODY, org: "Sales" } }],
  ["users --org 'Sales'", { name: "users", filter: { ...EVERYBODY, org: "Sales" } }],
  ["users --org Partners'", { name: "users", filter: { ...EVERYBODY, org: "Partners'" } }],
  ["roles", { name: "roles", lists: "assignable", page: 1 }],
  ["roles --page 3", { name: "roles", lists: "assignable", page: 3 }],
  ["roles --page 0", { name: "unknown", option: { why: "no_page", option: "page" } }],
  ["roles nadia@x.example", { name: "roles", lists: "held", who: "nadia@x.example", page: 1 }],
  ["roles nadia@x.example --page 2", { name: "roles", lists: "held", who: "nadia@x.example", page: 2 }],
  ["roles <@U0NADIA|Nadia P>", { name: "roles", lists: "held", who: "<@U0NADIA|Nadia P>", page: 1 }],
  ["roles nadia@x.example add", { ...adding, who: "nadia@x.example", role: null }],
  ["roles nadia@x.example Add Alert Emails", { ...adding, who: "nadia@x.example", role: "Alert Emails" }],
  ["roles nadia@x.example REMOVE  PROe User ", { ...removing, who: "nadia@x.example", role: "PROe User" }],
  ["deactivate", { ...deactivation, who: "" }],
  ["deactivate nadia@x.example", { ...deactivation, who: "nadia@x.example" }],
  ["DEACTIVATE\tnadia@x.example", { ...deactivation, who: "nadia@x.example" }],
  ["activate ivy@x.example", { ...activation, who: "ivy@x.example" }],
  ["roles nadia@x.example SET", { ...replacing, who: "nadia@x.example" }],
  ["roles nadia@x.example set Alert Emails", { name: "unknown", typed: "roles <who> set" }],
  ["deactivate nadia petrov", { ...deactivation, who: "nadia petrov" }],
  ["activate Nadia <ivy@x.example> now", { ...activation, who: "Nadia <ivy@x.example> now" }],
  ["move nadia@x.example", { ...moving, who: "nadia@x.example", org: null }],
  ["move nadia@x.example Sales  EMEA ", { ...moving, who: "nadia@x.example", org: "Sales  EMEA" }],
  ["undo CR-17", { name: "undo", request: 17 }],
  ["UNDO cr-17", { name: "undo", request: 17 }],
  ["undo 17", { name: "undo", request: 17 }],
  ["undo", { name: "undo", request: null }],
  ["undo CR-0", { name: "undo", request: null }],
  ["freeze", { name: "freeze", reason: null }],
  ["freeze token leaked, see INC-1", { name: "freeze", reason: "token leaked, see INC-1" }],
  ["unfreeze", { name: "unfreeze" }],
  ["delete everything", { name: "unknown", typed: "delete" }],
  ["userr nadia", { name: "unknown", typed: "userr" }],
  ["bulk constructor", { name: "unknown", typed: "bulk constructor" }],
  ["bulk __proto__", { name: "unknown", typed: "bulk __proto__" }],
  ["roles nadia constructor", { name: "unknown", typed: "roles <who> constructor" }],
  ["roles nadia __proto__ Ops", { name: "unknown", typed: "roles <who> __proto__" }],
  ["roles nadia — remove Ops", { name: "unknown", typed: "roles <who> —" }],
  ["roles nadia “” remove Ops", { name: "unknown", typed: "roles <who> “”" }],
  ["roles nadia \u200B", { name: "roles", lists: "held", who: "nadia", page: 1 }],
])("the command %j is understood", (text, command) => {
  expect(read(text)).toEqual(command);
});

it.each<[string, object]>([
  ["help “add–role”", { name: "help", of: "add-role" }],
  ["“help”", { name: "help", of: null }],
  ["—help", { name: "help", of: null }],
  ["\u200Bhelp", { name: "help", of: null }],
  ["bulk add\u2011roles", { name: "bulk", kind: "add_roles" }],
  ["bulk “remove–roles”", { name: "bulk", kind: "remove_roles" }],
  ["undo CR\u201117", { name: "undo", request: 17 }],
  ["undo “CR–17”", { name: "undo", request: 17 }],
  [
    "roles\u00A0nadia@x.example\u00A0add\u00A0“Alert\u00A0Emails”",
    { ...adding, who: "nadia@x.example", role: "“Alert\u00A0Emails”" },
  ],
  [
    "roles “nadia@x.example”, ‘add’ 'Alert Emails'",
    { ...adding, who: "“nadia@x.example”,", role: "'Alert Emails'" },
  ],
  [
    "roles Nadia Petrov <nadia@x.example> remove Alert Emails",
    { ...removing, who: "Nadia Petrov <nadia@x.example>", role: "Alert Emails" },
  ],
  ["roles <@U0NADIA|Nadia Petrov> set", { ...replacing, who: "<@U0NADIA|Nadia Petrov>" }],
  [
    'roles "Petrov, Nadia" <nadia@x.example> "set"',
    { ...replacing, who: '"Petrov, Nadia" <nadia@x.example>' },
  ],
  [
    "move Nadia <nadia@x.example>, “Sales EMEA”",
    { ...moving, who: "Nadia <nadia@x.example>", org: "“Sales EMEA”" },
  ],
  ['move "<nadia@x.example>" Sales', { ...moving, who: '"<nadia@x.example>', org: "Sales" }],
  ["move nadia@x.example Sales <EMEA@home>", { ...moving, who: "nadia@x.example", org: "Sales <EMEA@home>" }],
  ["move nadia O’Neill's", { ...moving, who: "nadia", org: "O’Neill's" }],
  [
    "can me “request” nadia@x.example ‘deactivate’",
    { name: "can", who: "me", action: "request", subject: "nadia@x.example", change: "deactivate" },
  ],
  [
    "can <@U0THEO|Theo O> approve Nadia <nadia@x.example> add_roles",
    {
      name: "can",
      who: "<@U0THEO|Theo O>",
      action: "approve",
      subject: "Nadia <nadia@x.example>",
      change: "add_roles",
    },
  ],
  ["can me freeze", { name: "can", who: "me", action: "freeze", subject: null, change: null }],
])("the command %j is understood, as word processors and Slack write it", (text, command) => {
  expect(read(text)).toEqual(command);
});

it.each([
  ".NET Team",
  "'Skunk' Works",
  "Partners'",
  "❤\uFE0F Care",
  "می\u200Cخواهم",
  "'t Hooft",
  ": Labs",
  "“R” and “D”",
])("the name %s of an organization or a role stays as it was typed", (name) => {
  for (const who of [
    "nadia@x.example",
    "<nadia@x.example>",
    "Nadia <nadia@x.example>",
    "<@U0NADIA|Nadia P>",
  ]) {
    expect(read(`move ${who} ${name}`)).toEqual({ ...moving, who, org: name });
    expect(read(`roles ${who} add ${name}`)).toEqual({ ...adding, who, role: name });
  }
  for (const touching of [",", ";", ":", ".", "”,"])
    expect(read(`move <nadia@x.example>${touching} ${name}`)).toMatchObject({ org: name });
});

it.each([
  ["move <nadia@x.example>,Sales", "Sales"],
  ["move <nadia@x.example>.NET Team", ".NET Team"],
  ["move <nadia@x.example>“Sales”", "“Sales”"],
])(
  "a separator after a user in angle brackets is dropped, and an organization keeps its own signs: %s",
  (text, org) => {
    expect(read(text)).toEqual({ ...moving, who: "<nadia@x.example>", org });
  },
);

it.each(["", "“”", "\u200B", "''"])("an invisible name counts as none: %j", (name) => {
  expect(read(`move nadia@x.example ${name}`)).toMatchObject({ org: null });
});

it("any text is understood or refused, and never makes the parser throw", () => {
  fc.assert(fc.property(fc.string(), (text) => parseCommand(text).name.length > 0));
});

it("a text is a change only if its first word names one", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const command = read(text);
      if ("kind" in command && "who" in command)
        expect(text.trim()).toMatch(/^(deactivate|activate|move|roles|emergency|\S+-roles?)(\s|$)/i);
    }),
  );
});

const NADIA = "nadia@x.example";
const CHANGE = { who: NADIA, role: null, org: null, emergency: false, given: {} };

it.each<[string, Record<string, unknown>]>([
  [`add-role ${NADIA} Alert Emails`, { kind: "add_roles", role: "Alert Emails" }],
  [`add-roles ${NADIA} Alert Emails, PROe User`, { kind: "add_roles", role: "Alert Emails, PROe User" }],
  [`remove–role ${NADIA}`, { kind: "remove_roles" }],
  [`set-roles ${NADIA}`, { kind: "replace_roles" }],
  [`reactivate ${NADIA}`, { kind: "activate" }],
  [`emergency ${NADIA} --ticket INC-1`, { kind: "deactivate", emergency: true, given: { ticket: "INC-1" } }],
  [
    `add-role ${NADIA} Alert Emails --for 30 minutes`,
    { kind: "add_roles", role: "Alert Emails", grantHours: 0.5 },
  ],
  [`add-role ${NADIA} A —for permanent`, { kind: "add_roles", role: "A", grantHours: null }],
  [
    `deactivate ${NADIA} --reason Left the company --ticket “INC 7”`,
    { kind: "deactivate", given: { reason: "Left the company", ticket: "INC 7" } },
  ],
  [
    `deactivate ${NADIA} --ask <@U0THEO|theo>, <@U0LENA> <@U0THEO|theo>`,
    { kind: "deactivate", given: { peopleAsked: ["U0THEO", "U0LENA"] } },
  ],
  [`move ${NADIA} Sales — EMEA`, { kind: "move", org: "Sales — EMEA" }],
  [`move ${NADIA} Sales —EMEA`, { kind: "move", org: "Sales —EMEA" }],
  [`move ${NADIA} "Sales --EMEA"`, { kind: "move", org: '"Sales --EMEA"' }],
  [`move ${NADIA} 5" disks --ticket X`, { kind: "move", org: '5" disks', given: { ticket: "X" } }],
])("the change %j and its options are understood", (text, wanted) => {
  const parsed = parseCommand(text);
  expect(parsed).toMatchObject({ args: { ...CHANGE, ...wanted } });
  expect(Object.keys("args" in parsed ? parsed.args : {})).toHaveLength("grantHours" in wanted ? 7 : 6);
});

it.each<[string, object]>([
  [`deactivate ${NADIA} --for 8h`, { why: "unknown", option: "for", known: ["reason", "ticket", "ask"] }],
  [`emergency ${NADIA} --ask <@U0THEO>`, { why: "unknown", option: "ask", known: ["reason", "ticket"] }],
  [`users ${"x".repeat(101)}`, { why: "long_name", most: 100 }],
  [`agents ${NADIA} --blocked`, { why: "unknown", option: "blocked" }],
  ...["0", "-1", "1.5", "two", "1e3", "1000000"].map((page): [string, object] => [
    `devices ${NADIA} --page ${page}`,
    { why: "no_page", option: "page" },
  ]),
  [`agents ${NADIA} --page last`, { why: "no_page", option: "page" }],
  [`agents ${NADIA} --page`, { why: "empty", option: "page" }],
  [`devices ${NADIA} --sort size`, { why: "no_choice", option: "sort" }],
  [`devices ${NADIA} --active --inactive`, { why: "exclusive", option: "active", other: "inactive" }],
  [`deactivate ${NADIA} --tiket 5`, { why: "unknown", option: "tiket" }],
  [`add-role ${NADIA} --for`, { why: "empty", option: "for" }],
  [`add-role ${NADIA} --for ""`, { why: "empty", option: "for" }],
  [`add-role ${NADIA} --for soon`, { why: "no_length", option: "for" }],
  [`add-role ${NADIA} --for 0h`, { why: "no_length", option: "for" }],
  [`add-role ${NADIA} --for -8h`, { why: "no_length", option: "for" }],
  [`deactivate ${NADIA} --ticket 1 --ticket 2`, { why: "repeated", option: "ticket" }],
  [`deactivate ${NADIA} --ticket ${"9".repeat(101)}`, { why: "too_long", option: "ticket", most: 100 }],
  [`deactivate ${NADIA} --reason ${"a".repeat(1001)}`, { why: "too_long", option: "reason", most: 1_000 }],
  [`deactivate ${NADIA} --ask @theo`, { why: "no_mentions", option: "ask" }],
  [`deactivate ${NADIA} --ask <@U0THEO> quickly`, { why: "no_mentions", option: "ask" }],
])("the option in %j is refused with its reason", (text, option) => {
  expect(parseCommand(text)).toMatchObject({ name: "unknown", notUnderstood: { option } });
});

it.each([
  ["can me deactivate nadia@x.example", { action: "request", change: "deactivate", subject: NADIA }],
  ["can me add-role nadia@x.example", { action: "request", change: "add_roles", subject: NADIA }],
  ["can me approve nadia@x.example move", { action: "approve", change: "move", subject: NADIA }],
])("a question about a change is understood: %j", (text, wanted) => {
  expect(read(text)).toMatchObject({ name: "can", who: "me", ...wanted });
});

it.each([
  ["deactivat nadia@x.example", "deactivate nadia@x.example"],
  ["Freez", "freeze"],
  ["usr nadia", "user nadia"],
  ["add-rol nadia", "add-role nadia"],
  ["delete everything", null],
  ["roles nadia take", "help roles"],
  ["bulk", "help bulk"],
  ["approve CR-17", "request CR-17"],
  ["approve", "requests waiting"],
  ["ratify cr-17", "request CR-17"],
  ["revoke CR-17", "grants"],
  ["export Sales", "users"],
  ["search petrov", "users petrov"],
  ["disable nadia@x.example", "deactivate nadia@x.example"],
  ["cr-17", "request CR-17"],
  ["cr-0", null],
  ["x", null],
  ["", null],
  [`${"deactivate".repeat(1_000)} nadia`, null],
])("the nearest command to %j is %j", (text, nearest) => {
  expect(nearestCommand(text)).toBe(nearest);
});
