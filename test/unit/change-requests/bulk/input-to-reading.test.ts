import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BulkKind } from "../../../../src/change-requests/model/parsed-list.ts";
import { type FakeTenant, readingOf, type StoredReading } from "../../../support/bulk-reading.ts";

const emailOf = (name: string) => `${name}@harborlight.example`;
const [ANN, SAM, MEI, UMA] = ["ann.karlsson", "sam.ortega", "mei.kim", "uma.chen"].map(emailOf) as [
  string,
  string,
  string,
  string,
];
const tenant: FakeTenant = {
  users: [
    { userId: "300000000000000001", username: ANN },
    { userId: "300000000000000002", username: SAM },
    { userId: "300000000000000003", username: MEI, protected: true },
    { userId: "300000000000000004", username: UMA, roles: [{ id: "alert-emails", name: "Alert Emails" }] },
  ],
  roles: [
    { roleId: "alert-emails", roleName: "Alert Emails" },
    { roleId: "watchlist-manager", roleName: "Watchlist Manager" },
  ],
  orgs: [
    { orgGuid: "org-research", orgName: "Research" },
    { orgGuid: "org-sales", orgName: "Sales" },
    { orgGuid: "org-closed", orgName: "Closed", active: false },
  ],
};

const told = ({ subjects = [], leftOut, faults, furtherLines = [] }: StoredReading) =>
  [
    ...furtherLines.map(({ line, of }) => `${line} with ${of}`),
    ...subjects.map(({ line, facts }) => `${line} ${facts.username}`),
    ...leftOut.map(({ line, because }) => `${line} ${because}`),
    ...faults.map(({ line, fault }) => `${line}! ${fault}`),
  ].sort();

test("a line that repeats an earlier line is a fault, even if it names the user otherwise", async () => {
  const text = `user,role\n${ANN},Alert Emails\n300000000000000001,alert-emails\n${ANN},Watchlist Manager`;
  const reading = await readingOf({ tenant, kind: "add_roles", text });
  expect(told(reading)).toEqual([`2 ${ANN}`, "3! Same user as in line 2.", "4 with 2"]);
});

test("a line that names an inactive organization is a fault, and the other lines are used", async () => {
  const text = `user,org\n${ANN},Closed\n${SAM},Sales`;
  const reading = await readingOf({ tenant, kind: "move", text });
  expect(told(reading)).toEqual(["2! The organization “Closed” is inactive.", `3 ${SAM}`]);
});

describe("the lines of one user", () => {
  test("each line of a user whose roles differ from those of the first user is a fault", async () => {
    const text = `user,role\n${ANN},alert-emails\n${SAM},alert-emails\n${SAM},watchlist-manager\n${UMA},watchlist-manager`;
    const reading = await readingOf({ tenant, kind: "add_roles", text });
    const fault = "Asks for a different change than line 2. A request can have only one change.";
    expect(told(reading)).toEqual([`2 ${ANN}`, `3! ${fault}`, `4! ${fault}`, `5! ${fault}`]);
  });

  test("each line of a user with two organizations is a fault, and the next user decides the change", async () => {
    const text = `user,org\n${ANN},Research\n${ANN},Sales\n${SAM},Sales\n${UMA},Research`;
    const reading = await readingOf({ tenant, kind: "move", text });
    const fault = "Lines 2 and 3 name different organizations for this user: Research and Sales. Name one.";
    expect(reading.change).toEqual({ kind: "move", org: { guid: "org-sales", name: "Sales" } });
    expect(told(reading)).toEqual([
      `2! ${fault}`,
      `3! ${fault}`,
      `4 ${SAM}`,
      "5! Asks for a different change than line 4. A request can have only one change.",
    ]);
  });

  test("a move without a user who names one organization asks for no change", async () => {
    const reading = await readingOf({
      tenant,
      kind: "move",
      text: `user,org\n${ANN},Research\n${ANN},Sales`,
    });
    expect(reading.change).toBeUndefined();
    expect(reading.faults.map(({ line }) => line)).toEqual([2, 3]);
  });

  test("a line with a further role counts with the first line of its user", async () => {
    const text = `user,role\n${ANN},alert-emails\n${ANN},watchlist-manager\n${SAM},Watchlist Manager\n${SAM},Alert Emails`;
    const reading = await readingOf({ tenant, kind: "add_roles", text });
    expect(told(reading)).toEqual([`2 ${ANN}`, "3 with 2", `4 ${SAM}`, "5 with 4"]);
  });

  test("a rounded id is reported for each used line", async () => {
    const text = `user,user_id,role\n${ANN},1E+17,alert-emails\n${ANN},2E+17,watchlist-manager`;
    expect((await readingOf({ tenant, kind: "add_roles", text })).ignoredIds).toEqual([
      { line: 2, id: "1E+17" },
      { line: 3, id: "2E+17" },
    ]);
  });
});

describe("a doubtful id beside a username", () => {
  const SAMS = "300000000000002000";
  const ROUNDED = "300000000000003000";
  const users = [
    { userId: "300000000000001234", username: ANN },
    { userId: SAMS, username: SAM },
  ];
  const read = (cells: string) =>
    readingOf({ tenant: { ...tenant, users }, kind: "deactivate", text: `user,user_id\n${cells}` });

  test("a doubtful id is used if it is the user's own", async () => {
    const reading = await read(`${SAM},${SAMS}`);
    expect(told(reading)).toEqual([`2 ${SAM}`]);
    expect(reading.ignoredIds).toEqual([]);
  });

  test("a doubtful id that no user has is ignored and reported", async () => {
    const reading = await read(`${SAM},${ROUNDED}`);
    expect(told(reading)).toEqual([`2 ${SAM}`]);
    expect(reading.ignoredIds).toEqual([{ line: 2, id: ROUNDED }]);
  });

  test("a doubtful id of another user refuses its line", async () => {
    const fault = `Names different users: ${ANN} and ${SAMS}. Name one user on each line. ${ANN} is ${ANN}.`;
    expect(told(await read(`${ANN},${SAMS}`))).toEqual([`2! ${fault}`]);
  });

  test("a doubtful id refuses its line if Incydr does not tell whether a user has it", async () => {
    const fault = "Incydr did not answer about this user in time. Try again later.";
    const unread = { [ROUNDED]: { kind: "timed_out" } } as const;
    const text = `user,user_id\n${SAM},${ROUNDED}`;
    const reading = await readingOf({ tenant: { ...tenant, users, unread }, kind: "deactivate", text });
    expect(told(reading)).toEqual([`2! Also names ${ROUNDED}. ${fault}`]);
  });
});

const KINDS: readonly BulkKind[] = ["deactivate", "activate", "add_roles", "remove_roles", "move"];
const USERS = [ANN, SAM, MEI, UMA, ANN.toUpperCase(), "300000000000000002", "nobody@x.example", "", '"', "@"];
const WISHES = ["alert-emails", "Watchlist Manager", "Research", "ORG-SALES", "Closed", "No such", ""];
const row = fc
  .record({
    user: fc.constantFrom(...USERS),
    wish: fc.constantFrom(...WISHES),
    more: fc.constantFrom("", "", "", ",", `,${SAM}`, ',"open', ',a"b', "\r"),
    quoted: fc.boolean(),
  })
  .map(({ user, wish, more, quoted }) => `${quoted ? `"${user}"` : user},${wish}${more}`);
const jsonRow = fc
  .record({
    user: fc.constantFrom(...USERS),
    role: fc.constantFrom(...WISHES),
    org: fc.constantFrom(...WISHES),
  })
  .map((members) => JSON.stringify(members));
const list = fc.oneof(
  fc.record({
    head: fc.constantFrom("user,role", "user,org", "sep=,\nuser,role,user_id", "email,org_guid,note", ""),
    rows: fc.array(fc.oneof({ weight: 9, arbitrary: row }, fc.constantFrom(...USERS, " ")), {
      maxLength: 12,
    }),
  }),
  fc.record({ head: fc.constant('{"user":"x"}'), rows: fc.array(jsonRow, { maxLength: 12 }) }),
);

test("every line of a text is a user of the reading, the header or a fault", async () => {
  const input = fc.record({
    list,
    kind: fc.constantFrom(...KINDS),
    roles: fc.constantFrom([], ["Alert Emails"], ["Alert Emails", "watchlist-manager"], ["Research"]),
  });
  await fc.assert(
    fc.asyncProperty(input, async ({ list: { head, rows }, kind, roles }) => {
      const text = [head, ...rows].join("\n");
      const reading = await readingOf({ tenant, kind, text, roles });
      const { subjects = [], leftOut, faults, furtherLines = [] } = reading;
      const named = [...subjects, ...leftOut, ...faults, ...furtherLines].map(({ line }) => line);
      expect(named).toEqual([...new Set(named)]);
      const users = [...subjects, ...leftOut].map(({ line }) => line);
      for (const { of } of furtherLines) expect(users).toContain(of);
      const unnamed = text
        .split(/\r\n|\r|\n/)
        .map((written, index) => ({ written, line: index + 1 }))
        .filter(({ written, line }) => written.trim() !== "" && !named.includes(line));
      const headers = head.startsWith("{") ? [] : head.split("\n");
      expect(unnamed.map(({ written }) => written)).toEqual(headers.slice(0, unnamed.length));
    }),
    { numRuns: 2_000 },
  );
});
