import { describe, expect, it } from "vitest";
import { parseLine } from "../../sandbox/supervisor/prompt/parse-line.ts";

const parse = (line: string) => parseLine(line, ["maya", "theo", "jonas"]);

describe("a line at the prompt", () => {
  it.each([
    ["maya #general /incydr user  a b", { does: "command", channel: "general", line: "/incydr user  a b" }],
    ["maya dm /incydr help", { does: "command", channel: "dm", line: "/incydr help" }],
    ['maya #general "quoted" words', { does: "post", channel: "general", text: '"quoted" words' }],
    ["maya #general", { does: "look", channel: "general" }],
    ["maya sees", { does: "look", channel: null }],
    ["maya sees #general", { does: "look", channel: "general" }],
    ["maya modal", { does: "modal" }],
    ["maya submit", { does: "submit" }],
    ["maya close", { does: "close" }],
    ["theo click Approve", { does: "click", button: "Approve", channel: null }],
    ["theo click Add roles… #inc-4711", { does: "click", button: "Add roles…", channel: "inc-4711" }],
    [
      'maya fill "Roles to add"="Alert Emails, Watchlist Manager" Reason="a=b \\"c\\"" Ticket=',
      {
        does: "fill",
        fields: { "Roles to add": "Alert Emails, Watchlist Manager", Reason: 'a=b "c"', Ticket: "" },
      },
    ],
    [
      'jonas shortcut "Act on this user" #inc-4711 source code',
      { does: "shortcut", name: "Act on this user", channel: "inc-4711", text: "source code" },
    ],
  ])("lets a person do what it says: %s", (line, action) => {
    expect(parse(line)).toEqual({ kind: "action", person: line.split(" ")[0], action });
  });

  it.each([
    ["", { kind: "nothing" }],
    ["  ", { kind: "nothing" }],
    ["kill", { kind: "kill" }],
    ["faults", { kind: "faults", name: null }],
    ["faults incydr-down", { kind: "faults", name: "incydr-down" }],
    ["alert #inc-4711 DLP:  two  blanks", { kind: "alert", channel: "inc-4711", text: "DLP:  two  blanks" }],
  ])("is understood where it is about nobody: %j", (line, expected) => {
    expect(parse(line)).toEqual(expected);
  });

  it.each([
    "nobody sees",
    "maya",
    "maya dances",
    "maya fill Reason",
    "theo click",
    "alert inc-4711 x",
    "jonas shortcut x",
  ])("is answered with how to write it where it is unclear: %s", (line) => {
    expect(parse(line)).toMatchObject({ kind: "unclear", why: expect.stringMatching(/Write|help/) });
  });
});
