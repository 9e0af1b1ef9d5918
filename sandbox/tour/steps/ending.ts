import { auditLines } from "../audit-lines.ts";
import { ANN, ANNETTE, AUDIT, NADIA, PAR, SAM } from "../cast.ts";
import { hasParts, isSame } from "../check.ts";
import { countedLines } from "../counted-lines.ts";
import { CHANNELS, observe, PEOPLE } from "../observation.ts";
import type { ProgramResult, TourStage } from "../tour-stage.ts";
import type { TourStep } from "../tour-step.ts";

/** People who asked, approved or were told; nobody else has any business in the story. */
const INVOLVED = ["maya", "theo", "jonas", "lena", "priya"];

/** Everything that holds for the story as a whole. */
export function createEnding(): TourStep {
  let verified: ProgramResult | null = null;
  return {
    title: "In the end the audit log is checked, and what everybody has seen",
    act: async ({ runCli }) => {
      verified = await runCli(["audit", "verify"]);
    },
    shows: [],
    seenBy: [],
    writes: [],
    audit: [],
    expect: (stage) => {
      const { slack } = stage;
      const { audit, writes } = observe(stage);
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
        isSame("Only its members read it", readersOfAudit(stage), ["theo", "priya"]),
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
        isSame("Nadia has seen nothing of it anywhere", seenAnywhere(stage, "nadia"), []),
        isSame(
          "Sam has seen nothing but the answer to his own command",
          seenAnywhere(stage, "sam").filter((text) => text.includes(SAM)),
          [],
        ),
        isSame(
          "Nobody was rung but those who took part",
          [...rung(stage)].filter((key) => !INVOLVED.includes(key)),
          [],
        ),
        isSame("The bot broke none of Slack's rules", violations, []),
      ];
    },
  };
}

function readersOfAudit({ slack }: TourStage): string[] {
  return PEOPLE.filter((person) => auditLines(slack.as(person).sees(AUDIT)).length > 0);
}

function seenAnywhere({ slack }: TourStage, person: string): string[] {
  const eyes = slack.as(person);
  const messages = CHANNELS.flatMap((channel) => eyes.sees(channel)).filter(({ isBot }) => isBot);
  return [...messages, ...eyes.modals()].map(({ plain }) => plain);
}

/** Whom the bot's messages have notified: people by key, channels and groups by what they are called. */
function rung({ slack }: TourStage): Set<string> {
  const keys = new Map(PEOPLE.map((key) => [slack.as(key).person.id, key]));
  return new Set(
    slack.pings.flatMap(({ kind, target, channelId, ts }) => {
      const key = keys.get(target);
      if (kind !== "user" || key === undefined) return [target];
      // Who isn't in the channel is named, but not notified.
      return slack
        .as(key)
        .sees(channelId)
        .some((message) => message.ts === ts)
        ? [key]
        : [];
    }),
  );
}
