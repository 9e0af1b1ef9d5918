import fc from "fast-check";
import { expect, it } from "vitest";
import { type Command, parseCommand } from "../../../../../src/slack/listeners/commands/parse-command.ts";

const deactivation = { name: "change", kind: "deactivate", role: null, org: null } as const;
const activation = { name: "change", kind: "activate", role: null, org: null } as const;
const replacing = { name: "change", kind: "replace_roles", role: null, org: null } as const;
const moving = { name: "change", kind: "move", role: null } as const;
const adding = { name: "change", kind: "add_roles", org: null } as const;
const removing = { name: "change", kind: "remove_roles", org: null } as const;

it.each<[string, Command]>([
  ["", { name: "help" }],
  ["   ", { name: "help" }],
  ["help", { name: "help" }],
  ["HELP me", { name: "help" }],
  ["user", { name: "user", who: "" }],
  ["user nadia@x.example", { name: "user", who: "nadia@x.example" }],
  ["  User   nadia petrov  ", { name: "user", who: "nadia petrov" }],
  ["user <@U0NADIA|nadia>", { name: "user", who: "<@U0NADIA|nadia>" }],
  ["roles", { name: "roles" }],
  ["roles nadia@x.example", { ...adding, who: "nadia@x.example", role: null }],
  ["roles nadia@x.example add", { ...adding, who: "nadia@x.example", role: null }],
  ["roles nadia@x.example Add Alert Emails", { ...adding, who: "nadia@x.example", role: "Alert Emails" }],
  ["roles nadia@x.example REMOVE  PROe User ", { ...removing, who: "nadia@x.example", role: "PROe User" }],
  ["deactivate", { ...deactivation, who: "" }],
  ["deactivate nadia@x.example", { ...deactivation, who: "nadia@x.example" }],
  ["DEACTIVATE\tnadia@x.example", { ...deactivation, who: "nadia@x.example" }],
  ["activate ivy@x.example", { ...activation, who: "ivy@x.example" }],
  ["roles nadia@x.example SET", { ...replacing, who: "nadia@x.example" }],
  ["roles nadia@x.example set Alert Emails", { name: "unknown", typed: "roles <who> set" }],
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
  ["roles nadia \u200B", { ...adding, who: "nadia", role: null }],
])("the command %j is understood", (text, command) => {
  expect(parseCommand(text)).toEqual(command);
});

it.each<[string, Command]>([
  ["help “add-role”", { name: "help" }],
  ["“help”", { name: "help" }],
  ["—help", { name: "help" }],
  ["\u200Bhelp", { name: "help" }],
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
  expect(parseCommand(text)).toEqual(command);
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
    expect(parseCommand(`move ${who} ${name}`)).toEqual({ ...moving, who, org: name });
    expect(parseCommand(`roles ${who} add ${name}`)).toEqual({ ...adding, who, role: name });
  }
  for (const touching of [",", ";", ":", ".", "”,"])
    expect(parseCommand(`move <nadia@x.example>${touching} ${name}`)).toMatchObject({ org: name });
});

it.each([
  ["move <nadia@x.example>,Sales", "Sales"],
  ["move <nadia@x.example>.NET Team", ".NET Team"],
  ["move <nadia@x.example>“Sales”", "“Sales”"],
])(
  "a separator after a user in angle brackets is dropped, and an organization keeps its own signs: %s",
  (text, org) => {
    expect(parseCommand(text)).toEqual({ ...moving, who: "<nadia@x.example>", org });
  },
);

it.each(["", "“”", "\u200B", "''"])("an invisible name counts as none: %j", (name) => {
  expect(parseCommand(`move nadia@x.example ${name}`)).toMatchObject({ org: null });
});

it("any text is understood or refused, and never makes the parser throw", () => {
  fc.assert(fc.property(fc.string(), (text) => parseCommand(text).name.length > 0));
});

it("a text is a change only if its first word names one", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const command = parseCommand(text);
      if (command.name === "change") expect(text.trim()).toMatch(/^(deactivate|activate|move|roles)(\s|$)/i);
    }),
  );
});
