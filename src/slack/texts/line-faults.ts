import type { Column, LineFault, LineProblem } from "../../change-requests/index.ts";
import { typedUserFaultText, userFaultText } from "./subject-faults.ts";

const WORDS: Readonly<Record<Column, { one: string; many: string }>> = {
  user: { one: "user", many: "users" },
  role: { one: "role", many: "roles" },
  org: { one: "organization", many: "organizations" },
};

/** Why a line of a list is left out; an earlier version stored the sentence. */
export function lineFaultText(fault: LineFault["fault"]): string {
  return typeof fault === "string" ? fault : problemText(fault);
}

function problemText(problem: LineProblem): string {
  switch (problem.kind) {
    case "repeated":
      return `The same as line ${problem.of}.`;
    case "user_repeated":
      return `The same user as in line ${problem.of}.`;
    case "cell_of":
      return `Belongs to the cell in quotes that begins in line ${problem.of}; put each user on one line.`;
    case "over_limit":
      return `Over the limit: a request is about at most ${problem.most} users.`;
    case "too_long":
      return `Is longer than ${problem.most} characters.`;
    case "no_json":
      return "Is not JSON.";
    case "no_json_object":
      return "Is not a JSON object.";
    case "member_twice":
      return `“${problem.name}” stands there twice.`;
    case "member_is_number":
      return `“${problem.name}” has to be text, in quotes: a number may lose digits.`;
    case "member_is_no_text":
      return `“${problem.name}” has to be text.`;
    case "misquoted":
      return "A quote stands where none can; double it.";
    case "quote_never_closed":
      return "A quote is opened and never closed on this line; close it or leave it out.";
    case "several_cells":
      return "One user a line; or name the columns in the first line.";
    case "columns_unknown":
      return "Not read: the first line has to name the columns, one of them user, user_id, username or email.";
    case "too_many_cells":
      return `Has ${problem.cells} cells, but ${problem.columns} columns are named.`;
    case "names_nobody":
      return "Names no user.";
    case "user_cell_blank":
      return "Names no user: the cell is blank.";
    case "mention":
      return "A list names no user by a mention: write the username or the id.";
    case "user_unreadable":
      return typedUserFaultText(problem.fault);
    case "value_unreadable": {
      const { one } = WORDS[problem.column];
      return `The ${one} holds a character that can't be read: save the file as CSV UTF-8, or type the ${one} anew.`;
    }
    case "value_too_long":
      return `No ${WORDS[problem.column].one} has a name of more than ${problem.most} characters.`;
    case "id_rounded":
      return `A spreadsheet has rounded the id ${problem.id}: name the user by username, or format the column as text.`;
    case "id_doubtful":
      return `A spreadsheet may have rounded the id ${problem.id}: name the user by username, or paste the id without a header.`;
    case "names_several":
      return severalText(problem.column, problem.values);
    case "user_unknown":
      return userFaultText(problem.fault);
    case "second_user_unknown":
      return `Also names ${problem.who}. ${problem.fault === null ? "It was not looked up." : userFaultText(problem.fault)}`;
    case "two_users":
      return `${severalText("user", problem.names)} ${problem.names[0]} is ${problem.username ?? "without a username"}.`;
    case "user_not_read":
      return "This user was not read.";
    case "no_role":
      return "Says no role.";
    case "no_org":
      return "Says no organization.";
    case "role_list_incomplete":
      return "Incydr's list of roles may be incomplete; use the role's id.";
    case "role_unknown":
      return `There is no role “${problem.name}”.`;
    case "role_ambiguous":
      return `Several roles are called “${problem.name}”; use an id.`;
    case "org_list_incomplete":
      return `Incydr's list of organizations may be incomplete, so “${problem.name}” may be one or several.`;
    case "org_unknown":
      return `There is no organization “${problem.name}”.`;
    case "org_ambiguous":
      return `Several organizations are called “${problem.name}”; use a GUID.`;
    case "org_inactive":
      return `The organization “${problem.name}” is inactive.`;
    case "another_change":
      return `Asks for something else than line ${problem.of}; a request is one change.`;
    case "several_orgs": {
      const [one, two] = problem.lines;
      const where = two === undefined ? "This line names" : `Lines ${one} and ${two} name`;
      return `${where} different organizations for this user: ${problem.orgs.join(" and ")}. Name one.`;
    }
  }
}

function severalText(column: Column, values: readonly string[]): string {
  const { one, many } = WORDS[column];
  return `Names different ${many}: ${values.join(" and ")}. Name one ${one} on each line.`;
}
