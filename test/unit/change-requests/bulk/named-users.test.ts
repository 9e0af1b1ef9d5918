import { describe, expect, test } from "vitest";
import { parseList as parseWithCodes } from "../../../../src/change-requests/bulk/parse-list.ts";
import { worded } from "../../../support/worded.ts";

const parseList = async (text: string) => worded(await parseWithCodes(text));

const ANN = "ann.karlsson@harborlight.example";
const SAM = "sam.ortega@harborlight.example";
const MEI = "mei.kim@harborlight.example";
const UMA = "uma.chen@harborlight.example";
const ID = "300000000000000001";

/** The users that a list names, and its faults by line. */
async function readFrom(text: string) {
  const { lines, faults } = await parseList(text);
  return { users: lines.map(({ who }) => who), faults: faults.map(({ line, fault }) => `${line}: ${fault}`) };
}

describe("the user of a line", () => {
  test("pasted addresses name their users, with or without a name, link or quotes", async () => {
    const pasted = [`<mailto:${ANN}|${ANN}>`, `mailto:${SAM}`, `Mei Kim <${MEI}>`, `“${UMA}”`];
    const { lines, faults } = await parseList(pasted.join("\n"));
    expect(faults).toEqual([]);
    expect(lines.map(({ line, who }) => [line, who])).toEqual(
      [ANN, SAM, MEI, UMA].map((who, i) => [i + 1, who]),
    );
  });

  test("an address behind a name with a comma is read, even on the first line", async () => {
    const text = `Karlsson, Ann <${ANN}>\nKim, Mei <${MEI}>`;
    expect(await readFrom(text)).toEqual({ users: [ANN, MEI], faults: [] });
  });

  test.each([
    ["usernames in two cases", `user,email\n${SAM},${SAM.toUpperCase()}`],
    ["an address in two spellings", `username,email\n${SAM},Sam <${SAM.toUpperCase()}>`],
  ])("%s on one line are one user", async (_what, text) => {
    expect((await parseList(text)).lines).toEqual([{ line: 2, who: SAM, role: null, org: null }]);
  });

  test("a role in two cases on one line is one role", async () => {
    const { lines } = await parseList(`user,role,role_name\n${ANN},Cases,CASES`);
    expect(lines).toEqual([{ line: 2, who: ANN, role: "Cases", org: null }]);
  });

  test("members of nested objects and texts of a JSON line name no user", async () => {
    const line = `{"of":{"user":"${MEI}"},"note":"\\"user\\":","user":"${SAM}","all":[{"user":"${MEI}"}],"x":1,"x":2}`;
    expect(await parseList(line)).toMatchObject({ lines: [{ who: SAM }], faults: [] });
  });

  test.each([
    ["two usernames", `user,user\n${SAM},${MEI}`, `Names different users: ${SAM} and ${MEI}.`],
    ["a username and another address", `username,email\n${SAM},${MEI}`, `users: ${SAM} and ${MEI}.`],
    ["two ids", `id,user_id\n${ID},300000000000000002`, "Names different users: 300000000000000002 and"],
    ["an id and two names", `id,username,email\n880902586232301,${ANN},rolf@x.example`, "Names different"],
    ["three names of roles", `user,role_id,role,role_name\n${ANN},a,b,c`, "Names different"],
    ["two members of JSON", `{"user":"${SAM}","email":"${MEI}"}`, `Names different users: ${SAM} and`],
    ["one member twice", `{"user":"${SAM}","user":"${MEI}"}`, "“user” appears twice."],
    ["one member twice by an escape", `{"us\\u0065r":"${SAM}","user":"${MEI}"}`, "“user” appears twice."],
    ["one member twice, the last null", `{"user":"${SAM}","u\\u0073er" :null}`, "“user” appears twice."],
    ["two addresses in one cell", "user\na@x.example; b@x.example", "a@x.example, b@x.example"],
  ])("a line with %s is refused", async (_what, text, fault) => {
    const { users, faults } = await readFrom(text);
    expect(users).toEqual([]);
    expect(faults).toEqual([expect.stringContaining(fault)]);
  });

  test.each([
    ["a list", "<@U0ANN>\na@x.example", 1],
    ["a table", "user\n<@U0ANN|Ann Karlsson>\na@x.example", 2],
    ["JSON", '{"user":"<@U0ANN|ann>"}\n{"user":"a@x.example"}', 1],
  ])("a mention in %s names no user", async (_in, text, line) => {
    const { lines, faults } = await parseList(text);
    expect(lines.map(({ who }) => who)).toEqual(["a@x.example"]);
    const fault = "Mentions don't work in lists. Write the username or the id.";
    expect(faults).toEqual([{ line, text: expect.stringContaining("<@U0ANN"), fault }]);
  });
});

describe("an id that a spreadsheet has rounded", () => {
  test.each([
    "4.55998E+17",
    "9,20456E+17",
    "4.55998E17",
    "9E+17",
    "880902586232301000.00",
    "880 902 586 232 301 000",
  ])("the id %s is ignored beside a username, and a fault alone", async (id) => {
    expect((await parseList(`user\tuser_id\n${SAM}\t${id}`)).lines).toEqual([
      { line: 2, who: SAM, role: null, org: null, roundedId: id },
    ]);
    const { users, faults } = await readFrom(`user_id\n${id.includes(",") ? `"${id}"` : id}`);
    expect(users).toEqual([]);
    expect(faults).toEqual([expect.stringContaining(`A spreadsheet rounded the id ${id}`)]);
  });

  test.each(["880902586232301000", "8809025862323010"])(
    "the id %s of a table is doubtful beside a username, and a fault alone",
    async (id) => {
      expect((await parseList(`user\tuser_id\n${SAM}\t${id}`)).lines).toEqual([
        { line: 2, who: SAM, role: null, org: null, doubtfulId: id },
      ]);
      const { users, faults } = await readFrom(`user_id\n${id}`);
      expect(users).toEqual([]);
      expect(faults).toEqual([expect.stringContaining(`A spreadsheet may have rounded the id ${id}`)]);
    },
  );

  test("a line with two doubtful ids is refused", async () => {
    const { users, faults } = await readFrom(`user,id,user_id\n${SAM},880902586232301000,8809025862323010`);
    expect(users).toEqual([]);
    expect(faults[0]).toContain("Names different users: 8809025862323010 and 880902586232301000.");
  });

  test.each(["880902586232301000", "8809025862323010"])(
    "the id %s is not doubtful outside a table, or as text in one",
    async (id) => {
      for (const text of [id, `${ANN}\n${id}`, `{"user_id":"${id}"}`, `user_id\n="${id}"`])
        expect((await parseList(text)).lines.at(-1)).toMatchObject({ who: id });
      expect((await parseList(`{"user_id":"${id}","user":"${SAM}"}`)).lines).toMatchObject([
        { who: id, also: { user: SAM } },
      ]);
    },
  );

  test.each([ID, `="${ID}"`, `'${ID}`])("the cell %s holds an id that is not rounded", async (id) => {
    expect((await parseList(`user_id\n${id}`)).lines).toMatchObject([{ who: ID }]);
  });

  test("a username that ends with zeros is no rounded id", async () => {
    expect(await readFrom("user\nsvc.backup.01000")).toEqual({ users: ["svc.backup.01000"], faults: [] });
  });
});

describe("the text of a line", () => {
  test("a line with U+0000 or half a character is a fault, and the others are read", async () => {
    const text = `{"user":"${ANN}"}\n{"user":"x\\u0000y"}\n{"user":"x\\ud83d"}`;
    const { users, faults } = await readFrom(text);
    expect(users).toEqual([ANN]);
    const fault = (line: number) => expect.stringMatching(`^${line}: .*a character that can't be read`);
    expect(faults).toEqual([fault(2), fault(3)]);
  });

  test("the text of a fault has no U+0000 and no half character", async () => {
    const long = `${"x".repeat(79)}👩‍👩‍👧@x.example`;
    const { faults } = await parseList(`a\0b\n\uD83D,x\n${long}\n${long}`);
    for (const { text } of faults) {
      expect(text.isWellFormed()).toBe(true);
      expect(text).not.toContain("\0");
    }
    const inTable = await parseList(`user\n"${"x".repeat(79)}😀@a.example and b"`);
    const shortened = [...faults, ...inTable.faults].slice(-2).map(({ text }) => text);
    expect(shortened).toEqual([`${"x".repeat(79)}…`, `${"x".repeat(79)}…`]);
  });

  test("a value of 320 characters is read, and a longer one is a fault", async () => {
    const role = "r".repeat(320);
    const { users, faults } = await readFrom(`user,role\n${ANN},${role}\nrolf,${role}r`);
    expect(users).toEqual([ANN]);
    expect(faults).toEqual([expect.stringMatching(/^3: .*320/)]);
  });

  test("a line of 10,000 characters is read, and a longer one is a fault", async () => {
    const padded = (length: number) => `${ANN},${"n".repeat(length - ANN.length - 1)}`;
    const { users, faults } = await readFrom(`user,note\n${padded(10_000)}\n${padded(10_001)}`);
    expect(users).toEqual([ANN]);
    expect(faults).toEqual([expect.stringMatching(/^3: .*10,?000/)]);
  });

  test("a quote is not closed on a line that is too long, and both lines are faults", async () => {
    const { users, faults } = await readFrom(`note,user\n"open\nclosed",${ANN}${" ".repeat(10_000)}`);
    expect(users).toEqual([]);
    expect(faults).toEqual([
      expect.stringMatching(/^2: .*not closed/),
      expect.stringMatching(/^3: .*10,?000/),
    ]);
  });

  test.each([
    ["is too long", "x".repeat(10_001)],
    ["leaves a quote open", '"note,user'],
  ])("a list whose first line %s names no user", async (_what, first) => {
    const { users, faults } = await readFrom(`${first}\n${ANN}`);
    expect(users).toEqual([]);
    expect(faults.map((fault) => fault.slice(0, 2))).toEqual(["1:", "2:"]);
  });
});
