import { auditLines } from "../audit-lines.ts";
import { hasParts, isSame } from "../check.ts";
import { countedLines } from "../counted-lines.ts";
import { ANN, ANNETTE, AUDIT, NADIA, PAR, SAM } from "../fixtures.ts";
import { CHANNELS, observe, PEOPLE } from "../observation.ts";
import type { ProgramResult, TourContext } from "../tour-context.ts";
import type { TourStep } from "../tour-step.ts";

/** The people who requested, approved or got a message. The scenario must involve no others. */
const INVOLVED = ["maya", "theo", "jonas", "lena", "priya"];

/** Conditions for the scenario as a whole. */
export function createEnding(): TourStep {
  let verified: ProgramResult | null = null;
  return {
    title: "At the end, the audit log is checked, and so is everything that people saw",
    act: async ({ runCli }) => {
      verified = await runCli(["audit", "verify"]);
    },
    shows: [],
    seenBy: [],
    writes: [],
    audit: [],
    expect: (context) => {
      const { slack } = context;
      const { audit, writes } = observe(context);
      const violations = slack.violations.entries.map(
        ({ kind, where, detail }) => `${where}: ${kind}: ${detail}`,
      );
      return [
        isSame(
          "The audit chain is whole: the check ends with exit code 0",
          [String(verified?.exitCode)],
          ["0"],
        ),
        hasParts("It has as many entries as the audit channel", verified?.output, [
          `${audit.length} entries`,
        ]),
        isSame(
          "The audit channel has every entry once and in order",
          audit.map(({ seq }) => String(seq)),
          audit.map((_line, index) => String(index + 1)),
        ),
        isSame("Only its members read it", readersOfAudit(context), ["theo", "priya"]),
        isSame(
          "Incydr was written to for these and nobody else",
          [...writes.slice(0, 3), ...countedLines(writes.slice(3, 26)), ...writes.slice(26)],
          [
            `set_roles ${NADIA}: + Insider Risk Read Only`,
            `deactivate ${NADIA}: active → inactive`,
            `deactivate ${PAR}: active → inactive`,
            "23 × deactivate (a user): active → inactive",
            `deactivate ${SAM}: active → inactive`,
            `set_roles ${ANN}: + Alert Emails`,
            `set_roles ${ANNETTE}: + Alert Emails`,
            `set_roles ${ANNETTE}: − Alert Emails`,
          ],
        ),
        isSame("Nadia has seen nothing of it anywhere", seenAnywhere(context, "nadia"), []),
        isSame(
          "Sam has seen nothing but the answer to his own command",
          seenAnywhere(context, "sam").filter((text) => text.includes(SAM)),
          [],
        ),
        isSame(
          "Nobody was rung but those who took part",
          [...pinged(context)].filter((key) => !INVOLVED.includes(key)),
          [],
        ),
        isSame("The bot broke none of Slack's rules", violations, []),
      ];
    },
  };
}

function readersOfAudit({ slack }: TourContext): string[] {
  return PEOPLE.filter((person) => auditLines(slack.as(person).sees(AUDIT)).length > 0);
}

function seenAnywhere({ slack }: TourContext, person: string): string[] {
  const client = slack.as(person);
  const messages = CHANNELS.flatMap((channel) => client.sees(channel)).filter(({ isBot }) => isBot);
  return [...messages, ...client.modals()].map(({ plain }) => plain);
}

/** The notifications of the bot's messages: people by key, channels and groups by name. */
function pinged({ slack }: TourContext): Set<string> {
  const keys = new Map(PEOPLE.map((key) => [slack.as(key).person.id, key]));
  return new Set(
    slack.pings.flatMap(({ kind, target, channelId, ts }) => {
      const key = keys.get(target);
      if (kind !== "user" || key === undefined) return [target];
      // People outside the channel are named, but not notified.
      return slack
        .as(key)
        .sees(channelId)
        .some((message) => message.ts === ts)
        ? [key]
        : [];
    }),
  );
}
