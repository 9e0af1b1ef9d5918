import { parseList } from "../../../src/change-requests/bulk/parse-list.ts";
import type { LineProblem } from "../../../src/change-requests/index.ts";
import { createHandedInFiles } from "../../../src/slack/posting/handed-in-files.ts";
import { bulkFormView } from "../../../src/slack/views/bulk-form-view.ts";
import type { SlackApi } from "../../../src/slack/web-api/slack-api.ts";
import { type Entry, joined, type Topic, under } from "../entries.ts";
import { slackError } from "../recorder.ts";
import { refusalMessage } from "../refusal-message.ts";
import { bulkDraftOf, readingOf } from "./bulk-forms.ts";

/** Refusals of files, and faults of lines, in lists that people upload or paste. */
export async function listsGiven(): Promise<Topic> {
  return joined(under("file", await fileFaults()), under("lines", await lineFaults()));
}

async function fileFaults(): Promise<Topic> {
  const own = { user: "U0MAYA", size: 100 };
  const page = "data:text/html,x";
  const text = (content: string) => ({
    ...own,
    url_private: `data:text/plain,${encodeURIComponent(content)}`,
  });
  return {
    "is of somebody else": await faultOf({ ...own, user: "U0THEO" }),
    "is too large": await faultOf({ ...own, size: 2_000_000 }),
    "is larger than it was announced": await faultOf(text("x".repeat(1_048_577))),
    "lies elsewhere": await faultOf({ ...own, url_private: "https://elsewhere.example/list.csv" }),
    "is a page to sign in": await faultOf({ ...own, url_private: page }),
    "has a web page in it": await faultOf(text("<!doctype html><html></html>")),
    "is no text": await faultOf(text("%PDF-1.7")),
    "is gone": await faultOf(slackError("file_not_found")),
    "can't be read by the bot": await faultOf(slackError("missing_scope")),
  };
}

/** The refusal of a file with this answer of Slack. */
async function faultOf(known: object | Error): Promise<Entry> {
  const info = async () => {
    if (known instanceof Error) throw known;
    return { file: known };
  };
  const api = { reading: { files: { info } } } as unknown as SlackApi; // no other member is called
  // A `data:` address replaces Slack's file host, so that no request leaves this machine.
  const files = createHandedInFiles({ api, token: "xoxb-none", apiUrl: "data:," });
  return files.read("F0LIST", "U0MAYA").then(
    () => {
      throw new Error("The file has no fault.");
    },
    (error: unknown) => refusalMessage(error),
  );
}

const CSV = [
  "user,role",
  "nadia.petrov@harborlight.example,Alert Emails",
  "nadia.petrov@harborlight.example,Alert Emails",
  ",Alert Emails",
  'omar,"Alert Emails',
  "\u202Eforged@harborlight.example,x",
  "a b c,x,y,z",
].join("\n");
const JSON_LINES = [
  '{"user":"nadia.petrov@harborlight.example"}',
  "{broken",
  '{"user":7}',
  '{"name":"x"}',
  '["x"]',
].join("\n");

const ID = "455998432175629000";
const USERS = ["nadia.petrov@harborlight.example", "omar.haddad@harborlight.example"];
/** The problems of lines that the lists above don't have. */
const PROBLEMS: readonly LineProblem[] = [
  { kind: "user_repeated", of: 2 },
  { kind: "too_long", most: 10_000 },
  { kind: "cell_of", of: 2 },
  { kind: "no_json_object" },
  { kind: "member_twice", name: "user" },
  { kind: "member_is_no_text", name: "role" },
  { kind: "misquoted" },
  { kind: "several_cells" },
  { kind: "columns_unknown" },
  { kind: "mention" },
  { kind: "user_unreadable", fault: { kind: "several_users", names: USERS } },
  { kind: "value_unreadable", column: "role" },
  { kind: "value_too_long", column: "org", most: 320 },
  { kind: "id_rounded", id: "4.55998E+17" },
  { kind: "id_doubtful", id: ID },
  { kind: "names_several", column: "role", values: ["Alert Emails", "PROe User"] },
  { kind: "user_unknown", fault: { kind: "no_such_user" } },
  { kind: "user_unknown", fault: { kind: "gone" } },
  { kind: "user_unknown", fault: { kind: "several_users", userIds: [ID, "455998432175629217"] } },
  { kind: "user_unknown", fault: { kind: "list_may_be_incomplete" } },
  { kind: "user_unknown", fault: { kind: "activity_unknown" } },
  { kind: "user_unknown", fault: { kind: "not_permitted" } },
  { kind: "user_unknown", fault: { kind: "refused" } },
  { kind: "user_unknown", fault: { kind: "not_understood" } },
  { kind: "user_unknown", fault: { kind: "timed_out" } },
  { kind: "user_unknown", fault: { kind: "failed", status: 500 } },
  { kind: "user_unknown", fault: { kind: "failed", status: null } },
  { kind: "second_user_unknown", who: ID, fault: { kind: "no_such_user" } },
  { kind: "second_user_unknown", who: ID, fault: null },
  { kind: "two_users", names: USERS, username: USERS[0] ?? null },
  { kind: "two_users", names: [ID, "x"], username: null },
  { kind: "user_not_read" },
  { kind: "no_role" },
  { kind: "no_org" },
  { kind: "role_list_incomplete" },
  { kind: "role_unknown", name: "Alerts" },
  { kind: "role_ambiguous", name: "Alerts" },
  { kind: "org_list_incomplete", name: "Sales" },
  { kind: "org_unknown", name: "Sales" },
  { kind: "org_ambiguous", name: "Sales" },
  { kind: "org_inactive", name: "Sales" },
  { kind: "another_change", of: 2 },
  { kind: "several_orgs", lines: [2, 3], orgs: ["Research", "Sales"] },
  { kind: "several_orgs", lines: [2], orgs: ["Research", "Sales"] },
];
/** The most lines that the form shows. */
const LINES_SHOWN = 20;

async function lineFaults(): Promise<Topic> {
  const form = async (text: string, mostSubjects?: number) => {
    const { faults } = await parseList(text, mostSubjects);
    if (faults.length === 0) throw new Error("The list has no fault.");
    return bulkFormView(bulkDraftOf("add_roles", readingOf("add_roles", { faults, leftOut: [] })), {
      isFrozen: false,
    });
  };
  return {
    ...withProblems(),
    "users who are left out": leftOutForm(),
    "as CSV": await form(CSV),
    "as JSON": await form(JSON_LINES),
    "over the limit": await form("user\na@x.example\nb@x.example\nc@x.example", 1),
    "more lines than are read": await parseList("x\n".repeat(20_000)).then(
      () => {
        throw new Error("The list has no fault.");
      },
      (error: unknown) => refusalMessage(error),
    ),
  };
}

/** Forms that name each of `PROBLEMS`. */
function withProblems(): Topic {
  const parts = Array.from({ length: Math.ceil(PROBLEMS.length / LINES_SHOWN) }, (_, index) =>
    PROBLEMS.slice(index * LINES_SHOWN, (index + 1) * LINES_SHOWN),
  );
  return Object.fromEntries(
    parts.map((problems, index) => {
      const faults = problems.map((fault, at) => ({ line: at + 2, text: "nadia", fault }));
      const reading = readingOf("add_roles", { faults, leftOut: [] });
      return [
        `every other problem, ${index + 1}`,
        bulkFormView(bulkDraftOf("add_roles", reading), { isFrozen: false }),
      ];
    }),
  );
}

function leftOutForm(): Entry {
  const leftOut = [
    { line: 2, username: "nadia", because: "already", why: null },
    { line: 3, username: "omar", because: "protected", why: null },
    { line: 4, username: "maya", because: "oneself", why: null },
    { line: 5, username: "theo", because: "forbidden", why: "This user is under legal hold." },
  ] as const;
  return bulkFormView(bulkDraftOf("add_roles", readingOf("add_roles", { faults: [], leftOut })), {
    isFrozen: false,
  });
}
