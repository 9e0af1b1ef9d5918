import { type Variable, variableGroups } from "../../src/config/variable.ts";
import { markdownTable } from "./page-parts.ts";

/** A table of the environment variables for each of their groups. */
export function variableTable(variables: Readonly<Record<string, Variable>>): string {
  const tables = variableGroups.map((group) => {
    const rows = Object.entries(variables).flatMap(([name, variable]) =>
      variable.group === group ? [[`\`${name}\``, needOf(variable), descriptionOf(variable)]] : [],
    );
    return `### ${group}\n\n${markdownTable(["variable", "needed, or default", "meaning"], rows)}`;
  });
  return tables.join("\n\n");
}

function needOf({ need, default: fallback }: Variable): string {
  switch (need) {
    case "required":
      return "needed";
    case "socket":
      return "needed in Socket Mode";
    case "http":
      return "needed in HTTP mode";
    default:
      return fallback ? `\`${fallback}\`` : "–";
  }
}

function descriptionOf({ description, example, default: fallback, secret }: Variable): string {
  return [description, ...(secret ? ["A secret."] : []), ...(fallback ? [] : [`Example: \`${example}\``])]
    .join(" ")
    .replaceAll("|", "\\|");
}
