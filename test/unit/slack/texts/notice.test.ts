import { expect, it } from "vitest";
import type { Notice } from "../../../../src/change-requests/index.ts";
import { noticeMessage } from "../../../../src/slack/texts/notice.ts";
import { readable } from "../block-texts.ts";

const told = (notice: Notice) => readable(noticeMessage(notice).blocks);

it.each([
  ["policies", "The bot's policies are being updated"],
  ["identity", "Incydr isn't available"],
  ["incydr", "Incydr isn't available. The bot"],
  ["restricted_channel", "The restricted channel can't be used now"],
  ["slack_files", "Slack doesn't accept the file now"],
] as const)("says that a click is kept, and that it waits for %s", (what, part) => {
  expect(told({ kind: "click_waits", for: what })).toMatch(`Your click is saved. ${part}`);
});

it("tells the requester of a request that can't be shown what an administrator has to set", () => {
  const waiting = told({ kind: "card_waits", requestId: 7, why: "subject_unmapped" });
  expect(waiting).toContain("CR-7 is waiting: its card can't be posted now.");
  expect(waiting).toContain("in OPERATOR_MAP");
  expect(told({ kind: "card_withdrawn", requestId: 7, why: "subject_present" })).toMatch(
    /^The card of CR-7 can no longer be shown\..* to RESTRICTED_CHANNEL\.$/s,
  );
});

it.each<[Notice, string]>([
  [{ kind: "file_not_sent", file: "preview" }, "The preview could not be sent:"],
  [{ kind: "file_not_sent", file: "list", requestId: 7 }, "The list of users of CR-7 could not be sent:"],
  [
    { kind: "file_not_sent", file: "results", requestId: 7 },
    "The file with the results of CR-7 could not be sent:",
  ],
])("names the file that could not be sent: %j", (notice, sentence) => {
  expect(told(notice)).toBe(`${sentence} Slack doesn't let the bot send you direct messages.`);
});

it("says why an approval doesn't count", () => {
  expect(told({ kind: "approval_void", requestId: 7, drift: "Roles gained: Watchlist Manager." })).toBe(
    "Your approval of CR-7 doesn't count: the user has changed since. Roles gained: Watchlist Manager.",
  );
});

it("gives back the reason that came with a refused click", () => {
  const message = noticeMessage({
    kind: "refused",
    refusal: { code: "own_request", data: null },
    reason: "Not before Legal has answered",
  });
  expect(message.text).toBe("That was not done");
  expect(readable(message.blocks)).toContain("You can't decide on your own request");
  expect(readable(message.blocks)).toContain("Your reason Not before Legal has answered");
});

it("gives back the lines and texts of a list of which nothing was requested, with the reason", () => {
  const said = told({
    ...{ kind: "bulk_refused", bulk: "add_roles", refusal: { code: "own_request", data: null } },
    ...{ leftOut: { first: [{ line: 3, text: "no such user" }], more: 2 }, typed: { "Your lines": "ann" } },
  });
  expect(said).toContain("You can't decide on your own request");
  expect(said).toContain("Line 3: no such user");
  expect(said).toContain("… and 2 more.");
  expect(said).toContain("Your lines ann");
});

it("names no further lines where all are listed", () => {
  const leftOut = { first: [{ line: 3, text: "no such user" }], more: 0 };
  const said = told({ ...{ kind: "bulk_refused", bulk: "move", refusal: null }, leftOut, typed: {} });
  expect(said).not.toContain("more");
});

it.each([
  ["form_closed", "You closed the form before it loaded."],
  ["form_not_shown", "Slack didn't open the form."],
] as const)("says why nothing was requested, and gives back what was typed: %s", (why, sentence) => {
  const said = told({ kind: "nothing_requested", why, typed: { "Your reason": "Alert 4711" } });
  expect(said).toContain(sentence);
  expect(said).toContain("Your reason Alert 4711");
});

it.each([
  [
    { work: "decide", requestId: 7, goesOnDaily: false },
    "CR-7: ",
    " Check the request's card before you try again.",
  ],
  [{ work: "show_card", requestId: 7, goesOnDaily: false }, "CR-7: ", ""],
  [
    { work: "read_bulk", requestId: null, goesOnDaily: false },
    "",
    " If no form opened, start again with /incydr bulk.",
  ],
  [{ work: "announce", requestId: 7, goesOnDaily: false }, "CR-7: ", " See the request's card."],
  [{ work: "prune", requestId: null, goesOnDaily: false }, "", ""],
  [{ work: "end_grants", requestId: 7, goesOnDaily: true }, "CR-7: ", " The bot tries again once a day."],
] as const)("names work that was given up, and what the person can do: %j", (work, about, next) => {
  const said = told({ kind: "given_up", reference: "1a2b", ...work });
  expect(said.startsWith(`${about}Something went wrong while `)).toBe(true);
  expect(said).toContain(`(ref 1a2b).${next}\nAn administrator`);
});
