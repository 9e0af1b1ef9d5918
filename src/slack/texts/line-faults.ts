import type { Column, LineFault, LineProblem } from "../../change-requests/index.ts";
import { count } from "./change-texts.ts";
import { typedUserFaultText, userFaultText } from "./subject-faults.ts";

const WORDS: Readonly<Record<Column, { one: string; many: string }>> = {
  user: { one: "user", many: "users" },
  role: { one: "role", many: "roles" },
  org: { one: "organization", many: "organizations" },
};

/** Why a line of a list is skipped; an earlier version stored the sentence. */
export function lineFaultText(fault: LineFault["fault"]): string {
  return typeof fault === "string" ? fault : problemText(fault);
}

function problemText(problem: LineProblem): string {
  switch (problem.kind) {
    case "repeated":
      return `Same as line ${problem.of}.`;
    case "user_repeated":
      return `Same user as in line ${problem.of}.`;
    case "cell_of":
      return `Part of the quoted cell that begins in line ${problem.of}. Put each user on one line.`;
    case "over_limit":
      return `Over the limit of ${count(problem.most, "user")} per request.`;
    case "too_long":
      return `Longer than ${count(problem.most, "character")}.`;
    case "no_json":
      return "Not JSON.";
    case "no_json_object":
      return "Not a JSON object.";
    case "member_twice":
      return `“${problem.name}” appears twice.`;
    case "member_is_number":
      return `“${problem.name}” must be text in quotes: a number may lose digits.`;
    case "member_is_no_text":
      return `“${problem.name}” must be text.`;
    case "misquoted":
      return "A quotation mark is in the wrong place. Double it or remove it.";
    case "quote_never_closed":
      return "A quotation mark is opened but not closed on this line. Close it or remove it.";
    case "several_cells":
      return "Put one user on each line, or name the columns in the first line.";
    case "columns_unknown":
      return "Not read. The first line must name the columns, including user, user_id, username or email.";
    case "too_many_cells":
      return `Has ${count(problem.cells, "cell")}, but the first line has ${problem.columns}.`;
    case "names_nobody":
      return "Names no user.";
    case "user_cell_blank":
      return "Names no user: the cell is blank.";
    case "mention":
      return "Mentions don't work in lists. Write the username or the id.";
    case "user_unreadable":
      return typedUserFaultText(problem.fault);
    case "value_unreadable": {
      const { one } = WORDS[problem.column];
      return `The ${one} contains a character that can't be read. Save the file as CSV UTF-8, or type the ${one} again.`;
    }
    case "value_too_long":
      return `The ${WORDS[problem.column].one} is longer than ${count(problem.most, "character")}.`;
    case "id_rounded":
      return `A spreadsheet rounded the id ${problem.id}. Use the username, or format the column as text.`;
    case "id_doubtful":
      return `A spreadsheet may have rounded the id ${problem.id}. Use the username, or paste the id without a header.`;
    case "names_several":
      return severalText(problem.column, problem.values);
    case "user_unknown":
      return userFaultText(problem.fault);
    case "second_user_unknown":
      return `Also names ${problem.who}. ${problem.fault === null ? "It was not looked up." : userFaultText(problem.fault)}`;
    case "two_users":
      return `${severalText("user", problem.names)} ${problem.names[0]} ${problem.username === null ? "has no username" : `is ${problem.username}`}.`;
    case "user_not_read":
      return "This user was not read.";
    case "no_role":
      return "No role given.";
    case "no_org":
      return "No organization given.";
    case "role_list_incomplete":
      return "Incydr's list of roles may be incomplete. Use the role's id.";
    case "role_unknown":
      return `There is no role “${problem.name}”.`;
    case "role_ambiguous":
      return `Several roles are called “${problem.name}”. Use an id.`;
    case "org_list_incomplete":
      return `Incydr's list of organizations may be incomplete, so “${problem.name}” may mean another one. Use its GUID.`;
    case "org_unknown":
      return `There is no organization “${problem.name}”.`;
    case "org_ambiguous":
      return `Several organizations are called “${problem.name}”. Use a GUID.`;
    case "org_inactive":
      return `The organization “${problem.name}” is inactive.`;
    case "another_change":
      return `Asks for a different change than line ${problem.of}. A request can have only one change.`;
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
