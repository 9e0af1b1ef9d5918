import { expect, it } from "vitest";
import type { Notice } from "../../../../src/change-requests/index.ts";
import { noticeMessage } from "../../../../src/slack/texts/notice.ts";
import { readable } from "../block-texts.ts";

const told = (notice: Notice) => readable(noticeMessage(notice).blocks);

it("the notice of a refused bulk counts further lines only if there are some", () => {
  const said = (more: number) => {
    const leftOut = { first: [{ line: 3, text: "no such user" }], more };
    return told({ ...{ kind: "bulk_refused", bulk: "move", refusal: null }, leftOut, typed: {} });
  };
  expect(said(2)).toContain("… and 2 more.");
  expect(said(0)).not.toContain("more");
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
] as const)("the notice of work that was given up says what the person can do: %j", (work, about, next) => {
  const said = told({ kind: "given_up", reference: "1a2b", ...work });
  expect(said.startsWith(`${about}Something went wrong while `)).toBe(true);
  expect(said).toContain(`(ref 1a2b).${next}\nGive the ref to an administrator`);
});
