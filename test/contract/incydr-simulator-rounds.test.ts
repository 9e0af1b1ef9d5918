import { expect, test } from "vitest";
import { countRounds } from "../../sandbox/incydr/http/request-rounds.ts";

const request = ([at, answeredAt]: readonly [number, number | null]) => ({ at, answeredAt });

test.each([
  ["no request", [], 0],
  [
    "requests at the same time",
    [
      [0, 100],
      [1, 101],
      [5, 90],
    ],
    1,
  ],
  [
    "a request after the answer to another",
    [
      [0, 100],
      [100, 200],
    ],
    2,
  ],
  [
    "a request after the first of two answers",
    [
      [0, 100],
      [1, 300],
      [100, 200],
      [200, 310],
    ],
    3,
  ],
  [
    "a request beside one that is never answered",
    [
      [0, null],
      [1_000, 1_100],
    ],
    1,
  ],
] as const)("the rounds of %s are counted", (_what, times, rounds) => {
  expect(countRounds(times.map(request))).toBe(rounds);
});
