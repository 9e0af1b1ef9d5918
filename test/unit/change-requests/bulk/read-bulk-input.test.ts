import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeText, readBulkInput } from "../../../../src/change-requests/bulk/read-bulk-input.ts";

const NOBODY = { role: null, org: null };
const linesOf = (text: string) => readBulkInput(text).lines;
const faultsOf = (text: string) => readBulkInput(text).faults.map(({ line, fault }) => `${line}: ${fault}`);

describe("the header names that Incydr's users have", () => {
  test.for(["user", "user_id", "username", "id", "userId", "USER ID".replace(" ", "_"), " Username "])(
    "%s names the user",
    (name) => {
      expect(linesOf(`${name}\nann@x.example\n`)).toEqual([{ line: 2, who: "ann@x.example", ...NOBODY }]);
      expect(linesOf(`"${name}"\r\n"ann@x.example"\r\n`)).toEqual([
        { line: 2, who: "ann@x.example", ...NOBODY },
      ]);
    },
  );

  test.for(["role", "role_id", "role_name", "roleId", "roleName"])("%s names the role", (name) => {
    expect(linesOf(`user,${name}\nann@x.example,Desktop User`)).toEqual([
      { line: 2, who: "ann@x.example", role: "Desktop User", org: null },
    ]);
  });

  test.for(["org_guid", "orgGuid", "org"])("%s names the organization", (name) => {
    expect(linesOf(`${name},user\nabc,ann@x.example`)).toEqual([
      { line: 2, who: "ann@x.example", role: null, org: "abc" },
    ]);
  });

  test.for([
    [
      { userId: "300000000000000001", roleId: "desktop-user" },
      { role: "desktop-user", org: null },
    ],
    [
      { username: "300000000000000001", role: "desktop-user" },
      { role: "desktop-user", org: null },
    ],
    [
      { userId: "300000000000000001", orgGuid: "abc" },
      { role: null, org: "abc" },
    ],
    [
      { username: "300000000000000001", org_guid: "abc" },
      { role: null, org: "abc" },
    ],
  ] as const)("JSON lines have them too: %j", ([object, rest]) => {
    expect(linesOf(`${JSON.stringify(object)}\n`)).toEqual([{ line: 1, who: "300000000000000001", ...rest }]);
  });

  test("an id goes before a name, and what isn't blank before what is", () => {
    const text = "username,user_id\nann@x.example,300000000000000001\nrolf@x.example,\n";
    expect(linesOf(text).map(({ who }) => who)).toEqual(["300000000000000001", "rolf@x.example"]);
  });
});

describe("what can't be used is said by line, and the rest is read", () => {
  test.for([
    ["a blank cell", "user,role\nann,x\n,x\nrolf,x", ["3: Names no user: the cell is blank."]],
    ["a cell too many", "user\nann,x\nrolf", ["2: Has 2 cells, but 1 columns are named."]],
    [
      "two names on a line",
      "ann\nrolf, nadia",
      ["2: One user a line; or name the columns in the first line."],
    ],
    ["the same user again", "ann\nrolf\nANN\nann", ["3: The same as line 1.", "4: The same as line 1."]],
    ["a stray quote", 'user\nro"lf\nann', ["2: A quote stands where none can; double it."]],
    ["several in a line", 'user\nr"o"l"f\nann', ["2: A quote stands where none can; double it."]],
    [
      "an open quote",
      'user\nann\n"rolf\nnadia\n',
      ["3: A quote is never closed; this line and the line after it can't be read."],
    ],
    [
      "columns without a user",
      "name,role\nann,x",
      ["1: The first line has to name the columns, one of them user, user_id or username."],
    ],
    ["a line that is no JSON", '{"user":"ann"}\nrolf', ["2: Is not JSON."]],
    [
      "an id that is a number",
      '{"userId":300000000000000001}',
      ["1: “userId” has to be text, in quotes: a number may lose digits."],
    ],
    ["an object without a user", '{"user":"ann"}\n\n{"user":" "}', ["3: Names no user."]],
  ] as const)("%s", ([, text, faults]) => {
    expect(faultsOf(text)).toEqual(faults);
  });

  test("a user may stand there once for each role", () => {
    expect(linesOf("user,role\nann,a\nann,b\nann,a")).toMatchObject([{ role: "a" }, { role: "b" }]);
  });
});

test("users over the limit are faults, each on its line", () => {
  const { lines, faults } = readBulkInput("user,role\nann,a\nrolf,a\nann,b\nnadia,a\nmaya,a", 2);
  expect(lines.map(({ line }) => line)).toEqual([2, 3, 4]);
  expect(faults.map(({ line }) => line)).toEqual([5, 6]);
  expect(readBulkInput(Array.from({ length: 1_001 }, (_, index) => `user${index}`).join("\n"))).toMatchObject(
    {
      faults: [{ line: 1_001, fault: "Over the limit: a request is about at most 1000 users." }],
    },
  );
});

test("a file may be UTF-8 or UTF-16 with a byte order mark, and is nothing else", () => {
  const bytes = (encoding: BufferEncoding) => Buffer.from("\uFEFFuser\nžofie@x.example", encoding);
  for (const encoding of ["utf8", "utf16le"] as const) {
    expect(linesOf(decodeText(bytes(encoding)) ?? "")).toEqual([
      { line: 2, who: "žofie@x.example", ...NOBODY },
    ]);
  }
  expect(decodeText(Buffer.from("user\nzo\xeb", "latin1"))).toBeNull();
  expect(decodeText(Buffer.from([0x50, 0x4b, 3, 4, 0, 0]))).toBeNull();
});

const name = fc
  .tuple(fc.constantFrom("ann", "Rolf", "žofie+x", "o'brien", "李"), fc.integer({ min: 0, max: 9_999 }))
  .map(([first, number]) => `${first}.${number}@harborlight.example`);
const names = fc.uniqueArray(name, { minLength: 1, maxLength: 50, selector: (each) => each.toLowerCase() });
const cell = fc.string({ maxLength: 12 }).filter((text) => !text.includes("\0"));
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

describe("whatever is written, every user is read once and every other line is a fault", () => {
  test("as CSV in any order of columns, with any other columns, quotes, separators, line ends and a BOM", () => {
    const file = fc.record({
      names,
      header: fc.constantFrom("user", "user_id", "username", "id", "userId"),
      other: cell,
      userFirst: fc.boolean(),
      delimiter: fc.constantFrom(",", ";", "\t"),
      lineEnd: fc.constantFrom("\n", "\r\n"),
      bom: fc.constantFrom("", "\uFEFF"),
    });
    fc.assert(
      fc.property(file, ({ names, header, other, userFirst, delimiter, lineEnd, bom }) => {
        const row = (user: string, rest: string) =>
          (userFirst ? [user, quoted(rest)] : [quoted(rest), user]).join(delimiter);
        const rows = [row(header, "notes"), ...names.map((each) => row(quoted(each), other))];
        const { lines, faults } = readBulkInput(bom + rows.join(lineEnd));
        expect(faults).toEqual([]);
        expect(lines.map(({ who }) => who)).toEqual(names);
      }),
      { numRuns: 200 },
    );
  });

  test("as pasted lines with blank ones between them, each by its own number", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(name, fc.constant(""), fc.constant("  ")), { maxLength: 60 }),
        (pasted) => {
          const { lines, faults } = readBulkInput(pasted.join("\n"));
          const named = pasted.flatMap((text, index) => (text.trim() ? [{ line: index + 1, text }] : []));
          const told = [
            ...lines.map(({ line, who }) => ({ line, text: who })),
            ...faults.map(({ line, text }) => ({ line, text })),
          ];
          expect(told.sort((a, b) => a.line - b.line)).toEqual(named);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("as JSON lines", () => {
    fc.assert(
      fc.property(names, fc.constantFrom("user", "userId", "username", "id"), (names, key) => {
        const text = names.map((each) => JSON.stringify({ note: "{", [key]: each })).join("\n");
        expect(readBulkInput(text)).toMatchObject({ faults: [], lines: names.map((who) => ({ who })) });
      }),
      { numRuns: 100 },
    );
  });

  test("and nothing that can be typed makes it fail", () => {
    const junk = fc.string({
      unit: fc.constantFrom("a", "@", '"', ",", ";", "\n", "\r", "\t", " ", "{", "}", "user", "ž"),
      maxLength: 80,
    });
    fc.assert(
      fc.property(junk, (text) => {
        const { lines, faults } = readBulkInput(text);
        for (const { line } of [...lines, ...faults]) expect(line).toBeGreaterThan(0);
        for (const { who } of lines) expect(who.trim()).toBe(who);
      }),
      { numRuns: 500 },
    );
  });
});
