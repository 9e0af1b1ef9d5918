import type { RulePlace } from "../../authorization/index.ts";
import type { PermissionAnswer } from "../../change-requests/index.ts";

/** One sentence a line: whether the person may do it, the rules behind that, and who could. */
export function permissionLines({ who, action, change, explanation }: PermissionAnswer): string[] {
  const what = change === null ? action : `${action} (${change.kind}) for ${change.username}`;
  if (explanation.allowed)
    return [`${who} may ${what}.`, ...explanation.rules.map((rule) => `Permitted by ${placeOf(rule)}.`)];
  const groups = explanation.whoCould.map((handle) => `@${handle}`).join(" or ");
  return [
    `${who} may not ${what}.`,
    ...explanation.reasons.map(({ reason, rule }) =>
      rule === null ? reason : `${reason} (${placeOf(rule)})`,
    ),
    groups ? `Other members of ${groups} could.` : "Nobody could, as things are.",
  ];
}

function placeOf({ id, at }: RulePlace): string {
  return at === null ? id : `${id}, ${at.file}:${at.line}`;
}
