import { type BulkFileFault, MOST_SUBJECTS } from "../../change-requests/index.ts";

/** Why a list that was handed in can't be read. */
export function bulkFileText(fault: BulkFileFault): string {
  switch (fault.kind) {
    case "missing_scope":
      return `The bot lacks the scope ${fault.scopes} in Slack, and can't read files. Paste the lines instead, or ask an administrator to add it and to install the app again.`;
    case "gone":
      return "Slack doesn't have the file any more.";
    case "of_another":
      return "The file was uploaded by somebody else.";
    case "elsewhere":
      return "The file doesn't lie with Slack; upload it to Slack itself.";
    case "no_text":
      return "The file isn't a text file in UTF-8 or UTF-16. In a spreadsheet, save it as “CSV UTF-8”, and upload that.";
    case "web_page":
      return "Slack gave a web page for the file: save it as CSV and upload it again.";
    case "too_large":
      return `The file is larger than 1 MB. A request is about at most ${MOST_SUBJECTS.toLocaleString("en-US")} users: split the list.`;
    case "unreadable":
      return `The file could not be read from Slack: ${fault.detail}`;
    case "too_many_lines":
      return `The list has ${fault.count} lines, and at most ${fault.most} are read. A request is about at most ${fault.mostSubjects} users: split the list.`;
  }
}
