import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeText, parseList as parseWithCodes } from "../../../../src/change-requests/bulk/parse-list.ts";
import { worded } from "../../../support/worded.ts";

const parseList = async (text: string, mostSubjects?: number) =>
  worded(await parseWithCodes(text, mostSubjects));
const UNHEADED =
  "Not read. The first line must name the columns, including user, user_id, username or email.";
const NOBODY = { role: null, org: null };
const linesOf = async (text: string) => (await parseList(text)).lines;
const faultsOf = async (text: string) =>
  (await parseList(text)).faults.map(({ line, fault }) => `${line}: ${fault}`);

describe("the header of a list", () => {
  test.for([
    ...[
      "user",
      "user_id",
      "username",
      "id",
      "userId",
      "USER_ID",
      " Username ",
      "User ID",
      "user name",
      "User_Name",
    ],
    ...[
      "email",
      "E-Mail",
      "mail",
      "Email Address",
      "e-mail address",
      "userPrincipalName",
      "UPN",
      "\u200Bupn",
      ...[
        "E\u2011mail",
        "\u200Ee-mail\u200E",
        "e–mail",
        "e\u2010mail",
        "\u2068User\u00A0Name\u2069",
        "us\u00ADer",
        "“User”",
      ],
    ],
  ])("the column %s names the user", async (name) => {
    expect(await linesOf(`${name}\nann@x.example\n`)).toEqual([{ line: 2, who: "ann@x.example", ...NOBODY }]);
    expect(await linesOf(`"${name}"\r\n"ann@x.example"\r\n`)).toEqual([
      { line: 2, who: "ann@x.example", ...NOBODY },
    ]);
  });

  test.for(["role", "role_id", "role_name", "roleId", "roleName"])(
    "the column %s names the role",
    async (name) => {
      expect(await linesOf(`user,${name}\nann@x.example,Desktop User`)).toEqual([
        { line: 2, who: "ann@x.example", role: "Desktop User", org: null },
      ]);
    },
  );

  test.for(["org_guid", "orgGuid", "org"])("the column %s names the organization", async (name) => {
    expect(await linesOf(`${name},user\nabc,ann@x.example`)).toEqual([
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
  ] as const)(
    "the members of the JSON line %j name its user, role and organization",
    async ([object, rest]) => {
      expect(await linesOf(`${JSON.stringify(object)}\n`)).toEqual([
        { line: 1, who: "300000000000000001", ...rest },
      ]);
    },
  );

  test.for([
    ...["sep=;", "sep=;;;", '"sep=;"', "SEP=; ; ;", "\u200Esep=;", `sep=;${";".repeat(60)}`],
    ...["sep=;,,", '"sep=;",,', "sep=,,,", '"sep=,",,', "sep=,;;", "sep=;\t\t", "sep=|||"],
  ])("%j above the header names no user, with any separator between its cells", async (sep) => {
    const separators = sep.includes("|") ? ["|"] : [...new Set(sep.replace(/[^,;\t]/g, ""))];
    for (const separator of separators) {
      const rows = [sep, ["note", "user", "x"].join(separator), ["1", "ann@x.example", ""].join(separator)];
      expect(await parseList(rows.join("\r\n"))).toEqual({
        lines: [{ line: 3, who: "ann@x.example", ...NOBODY }],
        faults: [],
      });
    }
  });

  test("a misplaced quote in the header does not hide a column", async () => {
    expect(await linesOf('user",note\nann@x.example,x')).toMatchObject([{ line: 2, who: "ann@x.example" }]);
  });

  test("a username counts if the id beside it is blank", async () => {
    const text = "username,user_id\nann@x.example,300000000000000001\nrolf@x.example,\n";
    expect(await linesOf(text)).toMatchObject([
      { who: "300000000000000001", also: { user: "ann@x.example" } },
      { who: "rolf@x.example" },
    ]);
  });
});

describe("the faults of a list", () => {
  test.for([
    ["a blank cell", "user,role\nann,x\n,x\nrolf,x", ["3: Names no user: the cell is blank."]],
    ["a cell too many", "user\nann,x\nrolf", ["2: Has 2 cells, but the first line has 1."]],
    [
      "two names on a line",
      "ann\nrolf, nadia",
      ["2: Put one user on each line, or name the columns in the first line."],
    ],
    ["the same user again", "ann\nrolf\nANN\nann", ["3: Same as line 1.", "4: Same as line 1."]],
    ["the same address again", "a@x.example\nMei <mailto:A@x.example>", ["2: Same as line 1."]],
    [
      "a stray quote",
      'user\nro"lf\nann',
      ["2: A quotation mark is in the wrong place. Double it or remove it."],
    ],
    [
      "several stray quotes",
      'user\nr"o"l"f\nann',
      ["2: A quotation mark is in the wrong place. Double it or remove it."],
    ],
    [
      "an open quote",
      'user\nann\n"rolf\nnadia\n',
      ["3: A quotation mark is opened but not closed on this line. Close it or remove it."],
    ],
    ["columns without a user", "name,role\nann,x", [`1: ${UNHEADED}`, `2: ${UNHEADED}`]],
    ["a line that is no JSON", '{"user":"ann"}\nrolf', ["2: Not JSON."]],
    [
      "an id that is a number",
      '{"userId":300000000000000001}',
      ["1: “userId” must be text in quotes: a number may lose digits."],
    ],
    ["an object without a user", '{"user":"ann"}\n\n{"user":" "}', ["3: Names no user."]],
  ] as const)("%s is a fault of its line", async ([, text, faults]) => {
    expect(await faultsOf(text)).toEqual(faults);
  });

  test("a user can be named once for each role", async () => {
    expect(await linesOf("user,role\nann,a\nann,b\nann,a")).toMatchObject([{ role: "a" }, { role: "b" }]);
  });
});

test("each user over the limit is a fault of their line", async () => {
  const { lines, faults } = await parseList("user,role\nann,a\nrolf,a\nann,b\nnadia,a\nmaya,a", 2);
  expect(lines.map(({ line }) => line)).toEqual([2, 3, 4]);
  expect(faults.map(({ line }) => line)).toEqual([5, 6]);
  const many = Array.from({ length: 1_001 }, (_, index) => `user${index}`).join("\n");
  expect(await parseList(many)).toMatchObject({
    faults: [{ line: 1_001, fault: "Over the limit of 1,000 users per request." }],
  });
});

test("a file in UTF-8, or in UTF-16 with a byte order mark, is read", async () => {
  const text = "\uFEFFuser\nžofie@x.example";
  const files = [
    Buffer.from(text, "utf8"),
    Buffer.from(text, "utf16le"),
    Buffer.from(text, "utf16le").swap16(),
  ];
  for (const bytes of files) {
    expect(await linesOf(decodeText(bytes) ?? "")).toEqual([{ line: 2, who: "žofie@x.example", ...NOBODY }]);
  }
});

test("a name in another encoding is a fault of its line", async () => {
  const staff = Array.from({ length: 10 }, (_, index) => `ann${index}@x.example,x`).join("\n");
  const text = decodeText(
    Buffer.from(`user,note\n${staff}\nzo\xeb@x.example,x\nrolf@x.example,zo\xeb`, "latin1"),
  );
  const { lines, faults } = await parseList(text ?? "");
  expect(lines.at(-1)).toMatchObject({ line: 13, who: "rolf@x.example" });
  expect(faults).toMatchObject([{ line: 12, fault: expect.stringContaining("Save the file as CSV UTF-8") }]);
});

test.each([
  ["a ZIP archive, such as Excel's .xlsx", Buffer.from("PK\u0003\u0004 and much more text")],
  ["Excel's old format", Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])],
  ["a PDF", Buffer.from("%PDF-1.7\n")],
  ["rich text", Buffer.from("{\\rtf1 ann@x.example}")],
  ["XML", Buffer.from('<?xml version="1.0"?>')],
  ["bytes of a program", Buffer.from([...Array(256).keys()])],
  ["UTF-16 without a byte order mark", Buffer.from("user\nann@x.example", "utf16le")],
  ["nothing but NUL", Buffer.alloc(1_000)],
])("%s is not read as a list", (_what, bytes) => {
  expect(decodeText(bytes)).toBeNull();
});

test("every user of a CSV file is read, with any other column, separator and line end", async () => {
  const name = fc
    .tuple(fc.constantFrom("ann", "Rolf", "žofie+x", "o'brien", "李"), fc.integer({ min: 0, max: 9_999 }))
    .map(([first, number]) => `${first}.${number}@harborlight.example`);
  const names = fc.uniqueArray(name, { minLength: 1, maxLength: 50, selector: (each) => each.toLowerCase() });
  const cell = fc.string({ maxLength: 12 }).filter((text) => !text.includes("\0"));
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const file = fc.record({
    names,
    header: fc.constantFrom("user", "user_id", "username", "id", "userId"),
    other: cell,
    userFirst: fc.boolean(),
    delimiter: fc.constantFrom(",", ";", "\t"),
    lineEnd: fc.constantFrom("\n", "\r\n"),
    bom: fc.constantFrom("", "\uFEFF"),
  });
  await fc.assert(
    fc.asyncProperty(file, async ({ names, header, other, userFirst, delimiter, lineEnd, bom }) => {
      const row = (user: string, rest: string) =>
        (userFirst ? [user, quoted(rest)] : [quoted(rest), user]).join(delimiter);
      const rows = [row(header, "notes"), ...names.map((each) => row(quoted(each), other))];
      const { lines, faults } = await parseList(bom + rows.join(lineEnd));
      expect(faults).toEqual([]);
      expect(lines.map(({ who }) => who)).toEqual(names);
    }),
    { numRuns: 200 },
  );
});

test("a user keeps the number of their line behind blank lines", async () => {
  expect(await linesOf("ann\n\n  \nrolf")).toMatchObject([
    { line: 1, who: "ann" },
    { line: 4, who: "rolf" },
  ]);
});

test.each(["user", "userId", "username", "id"])("a JSON line names its user by %s", async (key) => {
  const text = ["žofie+x", "李"].map((who) => JSON.stringify({ note: "{", [key]: who })).join("\n");
  expect(await parseList(text)).toMatchObject({ faults: [], lines: [{ who: "žofie+x" }, { who: "李" }] });
});

test.each([
  [
    "another id that a spreadsheet may have rounded",
    "user,user_id\nann,1234567890123450\nann,1234567890123460",
  ],
  ["another second role", "user,role,role_id\nann,Cases,cases\nann,Cases,cases-2"],
])("a line with %s does not repeat the line before", async (_what, text) => {
  const { lines, faults } = await parseList(text);
  expect(faults).toEqual([]);
  expect(lines.map(({ line }) => line)).toEqual([2, 3]);
});
