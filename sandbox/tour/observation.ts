import { HARBORLIGHT } from "../slack/harborlight.ts";
import { describeWrite } from "../supervisor/describe-write.ts";
import { type AuditLine, auditLines } from "./audit-lines.ts";
import { AUDIT } from "./fixtures.ts";
import type { TourContext } from "./tour-context.ts";

/** A snapshot of the simulators' state that a step can change. */
export interface Observation {
  /** The bot's messages outside the audit channel by channel and person, each as `ts` and number of edits. */
  readonly messages: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;
  readonly modalsOf: readonly string[];
  readonly writes: readonly string[];
  readonly audit: readonly AuditLine[];
}

/** The keys of all people in the workspace. */
export const PEOPLE: readonly string[] = HARBORLIGHT.people.map(({ key }) => key);

/** Every channel, and for each person the conversation with the bot. */
export const CHANNELS: readonly string[] = [...HARBORLIGHT.channels.map(({ name }) => name), "dm"];

/** Reads the messages and modals of each person, and the write log of Incydr. */
export function observe({ slack, incydr }: TourContext): Observation {
  const channels = CHANNELS.filter((channel) => channel !== AUDIT);
  const seenBy = (person: string, channel: string) =>
    new Set(
      slack
        .as(person)
        .sees(channel)
        .filter(({ isBot }) => isBot)
        .map(({ ts, edits }) => `${ts} ${edits}`),
    );
  return {
    messages: new Map(
      channels.map((channel) => [
        channel,
        new Map(PEOPLE.map((person) => [person, seenBy(person, channel)])),
      ]),
    ),
    modalsOf: PEOPLE.filter((person) => slack.as(person).modal() !== undefined),
    writes: incydr.writeLog().map((entry) => describeWrite(entry, incydr.tenant)),
    // Theo is a member of the audit channel.
    audit: auditLines(slack.as("theo").sees(AUDIT)),
  };
}

/**
 * The people who see something new since an earlier observation. Each channel with news has one line, and open modals
 * have one.
 */
export function newlySeen(before: Observation, now: Observation): string[] {
  const inChannels = [...now.messages].flatMap(([channel, byPerson]) => {
    const people = [...byPerson].filter(([person, messages]) => {
      const earlier = before.messages.get(channel)?.get(person);
      return [...messages].some((message) => !earlier?.has(message));
    });
    return people.length > 0 ? [`#${channel}: ${people.map(([person]) => person).join(", ")}`] : [];
  });
  return now.modalsOf.length > 0 ? [...inChannels, `a modal: ${now.modalsOf.join(", ")}`] : inChannels;
}
