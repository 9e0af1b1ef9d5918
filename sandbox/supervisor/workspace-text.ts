import { HARBORLIGHT } from "../slack/harborlight.ts";

/** All people of the simulated workspace, with their keys, names and roles. */
export function describePeople(): string {
  return HARBORLIGHT.people
    .map((person) => {
      const marks = [
        ...(person.groups ?? []).map((handle) => `@${handle}`),
        ...(person.guest ? ["guest"] : []),
        ...(person.deactivated ? ["deactivated"] : []),
        ...(person.teamId === HARBORLIGHT.team.id ? [] : ["of another company"]),
      ];
      return `${person.key.padEnd(7)}${person.displayName.padEnd(17)}${person.email.padEnd(38)}${marks.join(", ")}`.trimEnd();
    })
    .join("\n");
}

/** Every channel of the simulated workspace with its members. */
export function describeChannels(): string {
  return HARBORLIGHT.channels
    .map(({ name, kind, members, sharedWith }) => {
      const how = sharedWith ? "shared" : kind;
      return `${`#${name}`.padEnd(26)}${how.padEnd(9)}${members.join(" ")}`;
    })
    .join("\n");
}
