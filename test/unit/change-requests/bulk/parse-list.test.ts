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

describe("the header names that Incydr's users have", () => {
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
  ])("%s names the user", async (name) => {
    expect(await linesOf(`${name}\nann@x.example\n`)).toEqual([{ line: 2, who: "ann@x.example", ...NOBODY }]);
    expect(await linesOf(`"${name}"\r\n"ann@x.example"\r\n`)).toEqual([
      { line: 2, who: "ann@x.example", ...NOBODY },
    ]);
  });

  test.for(["role", "role_id", "role_name", "roleId", "roleName"])("%s names the role", async (name) => {
    expect(await linesOf(`user,${name}\nann@x.example,Desktop User`)).toEqual([
      { line: 2, who: "ann@x.example", role: "Desktop User", org: null },
    ]);
  });

  test.for(["org_guid", "orgGuid", "org"])("%s names the organization", async (name) => {
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
  ] as const)("JSON lines have them too: %j", async ([object, rest]) => {
    expect(await linesOf(`${JSON.stringify(object)}\n`)).toEqual([
      { line: 1, who: "300000000000000001", ...rest },
    ]);
  });

  test.for([
    ...["sep=;", "sep=;;;", '"sep=;"', "SEP=; ; ;", "\u200Esep=;", `sep=;${";".repeat(60)}`],
    ...["sep=;,,", '"sep=;",,', "sep=,,,", '"sep=,",,', "sep=,;;", "sep=;\t\t", "sep=|||"],
  ])("%j above the header is no user, whatever separates the cells that were saved again", async (sep) => {
    const separators = sep.includes("|") ? ["|"] : [...new Set(sep.replace(/[^,;\t]/g, ""))];
    for (const separator of separators) {
      const rows = [sep, ["note", "user", "x"].join(separator), ["1", "ann@x.example", ""].join(separator)];
      expect(await parseList(rows.join("\r\n"))).toEqual({
        lines: [{ line: 3, who: "ann@x.example", ...NOBODY }],
        faults: [],
      });
    }
  });

  test("a misplaced quote in the header doesn't hide a column", async () => {
    expect(await linesOf('user",note\nann@x.example,x')).toMatchObject([{ line: 2, who: "ann@x.example" }]);
  });

  test("a username counts where the id beside it is blank", async () => {
    const text = "username,user_id\nann@x.example,300000000000000001\nrolf@x.example,\n";
    expect(await linesOf(text)).toMatchObject([
      { who: "300000000000000001", also: { user: "ann@x.example" } },
      { who: "rolf@x.example" },
    ]);
  });
});

describe("what can't be used is said by line, and the rest is read", () => {
  test.for([
    ["a blank cell", "user,role\nann,x\n,x\nrolf,x", ["3: Names no user: the cell is blank."]],
    ["a cell too many", "user\nann,x\nrolf", ["2: Has 2 cells, but the first line has 1."]],
    [
      "two names on a line",
      "ann\nrolf, nadia",
      ["2: Put one user on each line, or name the columns in the first line."],
    ],
    ["the same user again", "ann\nrolf\nANN\nann", ["3: Same as line 1.", "4: Same as line 1."]],
    [
      "a stray quote",
      'user\nro"lf\nann',
      ["2: A quotation mark is in the wrong place. Double it or remove it."],
    ],
    [
      "several in a line",
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
  ] as const)("%s", async ([, text, faults]) => {
    expect(await faultsOf(text)).toEqual(faults);
  });

  test("a user may stand there once for each role", async () => {
    expect(await linesOf("user,role\nann,a\nann,b\nann,a")).toMatchObject([{ role: "a" }, { role: "b" }]);
  });
});

test("users over the limit are faults, each on its line", async () => {
  const { lines, faults } = await parseList("user,role\nann,a\nrolf,a\nann,b\nnadia,a\nmaya,a", 2);
  expect(lines.map(({ line }) => line)).toEqual([2, 3, 4]);
  expect(faults.map(({ line }) => line)).toEqual([5, 6]);
  const many = Array.from({ length: 1_001 }, (_, index) => `user${index}`).join("\n");
  expect(await parseList(many)).toMatchObject({
    faults: [{ line: 1_001, fault: "Over the limit of 1000 users per request." }],
  });
});

test("a file may be UTF-8 or UTF-16 with a byte order mark", async () => {
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

test("a name in another encoding is a fault of its line, and no other name is guessed for it", async () => {
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
])("%s is no list", (_what, bytes) => {
  expect(decodeText(bytes)).toBeNull();
});

const name = fc
  .tuple(fc.constantFrom("ann", "Rolf", "žofie+x", "o'brien", "李"), fc.integer({ min: 0, max: 9_999 }))
  .map(([first, number]) => `${first}.${number}@harborlight.example`);
const names = fc.uniqueArray(name, { minLength: 1, maxLength: 50, selector: (each) => each.toLowerCase() });
const cell = fc.string({ maxLength: 12 }).filter((text) => !text.includes("\0"));
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

describe("whatever is written, every user is read once and every other line is a fault", () => {
  test("as CSV in any order of columns, with any other columns, quotes, separators, line ends and a BOM", async () => {
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

  test("as pasted lines with blank ones between them, each by its own number", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(name, fc.constant(""), fc.constant("  ")), { maxLength: 60 }),
        async (pasted) => {
          const { lines, faults } = await parseList(pasted.join("\n"));
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

  test("as JSON lines", async () => {
    await fc.assert(
      fc.asyncProperty(names, fc.constantFrom("user", "userId", "username", "id"), async (names, key) => {
        const text = names.map((each) => JSON.stringify({ note: "{", [key]: each })).join("\n");
        expect(await parseList(text)).toMatchObject({ faults: [], lines: names.map((who) => ({ who })) });
      }),
      { numRuns: 100 },
    );
  });

  test("and nothing that can be typed makes it fail", async () => {
    const junk = fc.string({
      unit: fc.constantFrom("a", "@", '"', ",", ";", "\n", "\r", "\t", " ", "{", "}", "user", "ž"),
      maxLength: 80,
    });
    await fc.assert(
      fc.asyncProperty(junk, async (text) => {
        const { lines, faults } = await parseList(text);
        for (const { line } of [...lines, ...faults]) expect(line).toBeGreaterThan(0);
        for (const { who } of lines) expect(who.trim()).toBe(who);
      }),
      { numRuns: 500 },
    );
  });
});

test.each([
  [
    "another id that a spreadsheet may have rounded",
    "user,user_id\nann,1234567890123450\nann,1234567890123460",
  ],
  ["another second role", "user,role,role_id\nann,Cases,cases\nann,Cases,cases-2"],
])("a line with %s isn't the same line", async (_what, text) => {
  const { lines, faults } = await parseList(text);
  expect(faults).toEqual([]);
  expect(lines.map(({ line }) => line)).toEqual([2, 3]);
});
