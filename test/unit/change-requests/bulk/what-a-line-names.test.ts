import { expect, test } from "vitest";
import { parseList } from "../../../../src/change-requests/bulk/parse-list.ts";

const ANN = "ann@x.example";
const ID = "880902586232301";

/** The users that a list names, and the lines of its faults, with their kinds. */
async function readFrom(text: string) {
  const { lines, faults } = await parseList(text);
  return [
    lines.map(({ who }) => who),
    faults.map(({ line, fault }) => [line, typeof fault === "string" ? fault : fault.kind]),
  ];
}

test("an address that is written in two ways on a line is one user", async () => {
  expect(await readFrom(`username,email\n${ANN},Ann <ANN@X.example>`)).toEqual([[ANN], []]);
});

test("a role that is written in two cases on a line is one role", async () => {
  const { lines } = await parseList(`user,role,role_name\n${ANN},Cases,CASES`);
  expect(lines).toEqual([{ line: 2, who: ANN, role: "Cases", org: null }]);
});

test.each([
  ["an id and two names", `id,username,email\n${ID},${ANN},rolf@x.example`],
  ["three names of roles", `user,role_id,role,role_name\n${ANN},a,b,c`],
])("a line with %s is refused, and none of them is chosen", async (_what, text) => {
  expect(await readFrom(text)).toEqual([[], [[2, "names_several"]]]);
});

test("a username that ends with zeros is no id that a spreadsheet rounded", async () => {
  expect(await readFrom("user\nsvc.backup.01000")).toEqual([["svc.backup.01000"], []]);
});

test("a value of 320 characters is read, and one more is too long", async () => {
  const role = "r".repeat(320);
  expect(await readFrom(`user,role\n${ANN},${role}\nrolf,${role}r`)).toEqual([
    [ANN],
    [[3, "value_too_long"]],
  ]);
});

test("a line of 10,000 characters is read, and one more is too long", async () => {
  const padded = (length: number) => `${ANN},${"n".repeat(length - ANN.length - 1)}`;
  expect(await readFrom(`user,note\n${padded(10_000)}\n${padded(10_001)}`)).toEqual([
    [ANN],
    [[3, "too_long"]],
  ]);
});

test("a quote isn't closed on a line that is too long to be read, which is named itself", async () => {
  expect(await readFrom(`note,user\n"open\nclosed",${ANN}${" ".repeat(10_000)}`)).toEqual([
    [],
    [
      [2, "quote_never_closed"],
      [3, "too_long"],
    ],
  ]);
});

test.each([
  ["is too long", "x".repeat(10_001)],
  ["leaves a quote open", '"note,user'],
])("nobody is named under a first line that %s, which may have named the columns", async (_what, first) => {
  const [users, faults] = await readFrom(`${first}\n${ANN}`);
  expect(users).toEqual([]);
  expect(faults?.map(([line]) => line)).toEqual([1, 2]);
});
