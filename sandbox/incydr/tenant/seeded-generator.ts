/** A random generator that gives the same sequence for the same seed on every machine. */
export interface SeededGenerator {
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number;
  /** One entry of a list that is not empty. */
  pick<const List extends readonly [unknown, ...unknown[]]>(list: List): List[number];
  /** True in about `share` of the calls (0 to 1). */
  chance(share: number): boolean;
  /** A numeral of `length` digits that does not begin with 0. */
  digits(length: number): string;
  /** A version 4 UUID. */
  uuid(): string;
  /** A copy of the list in another order. */
  shuffled<T>(list: readonly T[]): T[];
}

/** Creates a generator from a whole number. Its algorithm, mulberry32, is good enough for test data. */
export function createSeededGenerator(seed: number): SeededGenerator {
  let state = seed >>> 0;

  function fraction(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  function integer(min: number, max: number): number {
    return min + Math.floor(fraction() * (max - min + 1));
  }

  function hex(length: number): string {
    return Array.from({ length }, () => integer(0, 15).toString(16)).join("");
  }

  return {
    integer,
    pick: (list) => list[integer(0, list.length - 1)] ?? list[0],
    chance: (share) => fraction() < share,
    digits(length) {
      let digits = String(integer(1, 9));
      while (digits.length < length) digits += integer(0, 9);
      return digits;
    },
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${"89ab".charAt(integer(0, 3))}${hex(3)}-${hex(12)}`,
    shuffled: (list) => {
      const ranked = list.map((entry) => ({ entry, rank: fraction() }));
      return ranked.sort((left, right) => left.rank - right.rank).map(({ entry }) => entry);
    },
  };
}
