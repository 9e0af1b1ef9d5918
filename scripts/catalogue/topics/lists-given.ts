import { parseList } from "../../../src/change-requests/bulk/parse-list.ts";
import { createHandedInFiles } from "../../../src/slack/posting/handed-in-files.ts";
import { bulkFormView } from "../../../src/slack/views/bulk-form-view.ts";
import type { SlackApi } from "../../../src/slack/web-api/slack-api.ts";
import { type Entry, joined, type Topic, under } from "../entries.ts";
import { slackError } from "../recorder.ts";
import { refusalMessage } from "../refusal-message.ts";
import { bulkDraftOf, readingOf } from "./bulk-forms.ts";

/** Refusals of files, and faults of lines, of lists that people hand in or paste. */
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

/** The refusal of a file of which Slack says this, or that it has none. */
async function faultOf(known: object | Error): Promise<Entry> {
  const info = async () => {
    if (known instanceof Error) throw known;
    return { file: known };
  };
  const api = { reading: { files: { info } } } as unknown as SlackApi; // nothing else of it is called
  // A `data:` address stands for Slack's file host, so that nothing leaves this machine.
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

async function lineFaults(): Promise<Topic> {
  const form = async (text: string, mostSubjects?: number) => {
    const { faults } = await parseList(text, mostSubjects);
    if (faults.length === 0) throw new Error("The list has no fault.");
    return bulkFormView(bulkDraftOf("add_roles", readingOf("add_roles", { faults, leftOut: [] })), {
      isFrozen: false,
    });
  };
  return {
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
