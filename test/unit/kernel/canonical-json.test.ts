import fc from "fast-check";
import { expect, it } from "vitest";
import { canonicalJson, type Json, sha256 } from "../../../src/kernel/canonical-json.ts";

const json = fc.jsonValue() as fc.Arbitrary<Json>; // what it makes is JSON; its type says unknown

/** The same value with the members of every object in reverse order. */
function reordered(value: Json): Json {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(reordered);
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reordered(member)]),
  );
}

it("equal values have the same text, in any order of their members", () => {
  fc.assert(fc.property(json, (value) => canonicalJson(reordered(value)) === canonicalJson(value)));
});

it("the text is JSON of the value", () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

it("the text keeps the order of arrays, and leaves out blanks and members that are undefined", () => {
  const value: object = { b: [2, 1], a: undefined, "": { z: "ü", y: null } };
  expect(canonicalJson(value as Json)).toBe('{"":{"y":null,"z":"ü"},"b":[2,1]}'); // as an optional member is
});

it("a hash is SHA-256 over UTF-8, in hexadecimal", () => {
  expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(sha256("pär")).not.toBe(sha256("pa\u0308r"));
});
