import fc from "fast-check";
import { expect, it } from "vitest";
import { pageOf, readPage } from "../../../../../src/slack/listeners/commands/pages.ts";

it("the pages behind each other's buttons are the whole list, each item once", () => {
  fc.assert(
    fc.property(fc.nat(500), fc.integer({ min: 1, max: 40 }), (length, size) => {
      const items = Array.from({ length }, (_, index) => index);
      const seen: number[] = [];
      let number = 1;
      for (;;) {
        const { shown, page } = pageOf(items, { number, size, again: "roles" });
        expect(page).toMatchObject({ first: seen.length + 1, total: length });
        expect(page.previous).toBe(number === 1 ? null : `roles --page ${number - 1}`);
        seen.push(...shown);
        if (page.next === null) break;
        expect(page.next).toBe(`roles --page ${number + 1}`);
        number += 1;
      }
      expect(seen).toEqual(items);
    }),
  );
});

it("a page beyond the end is the last one", () => {
  const { shown, page } = pageOf([1, 2, 3], { number: 99, size: 2, again: "roles" });
  expect({ shown, page }).toEqual({
    ...{ shown: [3], page: { first: 3, isMore: false, total: 3, previous: "roles --page 1", next: null } },
  });
});

it.each([
  [undefined, 1],
  ["2", 2],
  ["007", 7],
  ["0", "fault"],
  ["-1", "fault"],
  ["two", "fault"],
  ["1234567", "fault"],
])("the page %j is read as %j", (typed, read) => {
  const page = readPage(typed);
  expect(typeof page === "object" ? "fault" : page).toBe(read);
});
