import { hasParts } from "../check.ts";
import { ALL_OF_APPROVALS, APPROVALS, PAR } from "../fixtures.ts";
import type { TourStep } from "../tour-step.ts";

const TITLE = `CR-3 · Deactivate · ${PAR}`;

/** The texts in the approvals channel, in one message that is updated. */
const FROZEN = "All changes are frozen by @Jonas Weber since";
const UNFROZEN = "Changes are unfrozen. Unfrozen by @Theo Okafor on";

/** A request is approved while all changes are frozen, and executed after the unfreeze. */
export const freeze: readonly TourStep[] = [
  {
    title: "Jonas freezes all changes",
    act: ({ as }) => as("jonas").types("/incydr freeze", { in: APPROVALS }),
    shows: [{ person: "jonas", channel: APPROVALS, lines: 3 }],
    seenBy: [ALL_OF_APPROVALS],
    writes: [],
    audit: ["writes.frozen · @Jonas Weber"],
    expect: ({ newestMessage }) => [
      hasParts(
        "He is told what still works",
        newestMessage("jonas", APPROVALS, "🧊 All changes are frozen.")?.plain,
        ["You can still look up users, request and approve. Nothing is changed until changes are unfrozen."],
      ),
      hasParts("Everybody in the channel is told", newestMessage("lena", APPROVALS, FROZEN)?.plain, []),
      hasParts("The card of a request that waits shows it", newestMessage("priya", APPROVALS, TITLE)?.plain, [
        "🧊 All changes are frozen. Once approved, it runs when changes are unfrozen.",
      ]),
    ],
  },
  {
    title: "Priya, a lead, approves Lena's request. It waits, and its card says so",
    act: async ({ as, newestMessage }) => {
      const card = newestMessage("priya", APPROVALS, TITLE);
      if (!card) throw new Error("The card is gone.");
      await as("priya").clicks("Approve", card);
    },
    shows: [{ person: "priya", channel: APPROVALS, lines: 3 }],
    seenBy: [ALL_OF_APPROVALS],
    writes: [],
    audit: [
      `decision.approved CR-3 · @Priya Raman · ${PAR}`,
      `request.approved CR-3 · @Priya Raman · ${PAR}`,
    ],
    expect: ({ newestMessage }) => [
      hasParts("The card claims no more than is known", newestMessage("lena", APPROVALS, TITLE)?.plain, [
        "Approved, not executed yet. Waiting: all changes are frozen.",
        "🧊 It runs when changes are unfrozen.",
        "Approved by @Priya Raman",
      ]),
      hasParts(
        "Its thread tells of the approval, and when it runs",
        newestMessage("lena", APPROVALS, "CR-3 approved")?.plain,
        [
          `CR-3 approved by @Priya Raman: deactivate ${PAR}. All changes are frozen; it runs when they are unfrozen.`,
        ],
      ),
    ],
  },
  {
    title: "Theo unfreezes changes, and the request runs",
    act: ({ as }) => as("theo").types("/incydr unfreeze", { in: APPROVALS }),
    shows: [{ person: "theo", channel: APPROVALS, lines: 3 }],
    seenBy: [ALL_OF_APPROVALS],
    writes: [`deactivate ${PAR}: active → inactive`],
    audit: [
      "writes.unfrozen · @Theo Okafor",
      `request.executing CR-3 · the bot · ${PAR}`,
      `target.executing CR-3 · the bot · ${PAR}`,
      `target.verified CR-3 · the bot · ${PAR}`,
      `request.done CR-3 · the bot · ${PAR}`,
    ],
    expect: ({ newestMessage }) => [
      hasParts(
        "The message about the freeze says that it is over",
        newestMessage("lena", APPROVALS, UNFROZEN)?.plain,
        ["Frozen by @Jonas Weber on"],
      ),
      hasParts("The card says that it is verified", newestMessage("lena", APPROVALS, TITLE)?.plain, [
        "Done and verified.",
      ]),
      hasParts(
        "Its thread tells of the outcome",
        newestMessage("lena", APPROVALS, "CR-3 done and verified")?.plain,
        [`CR-3 done and verified: ${PAR} is now deactivated.`],
      ),
    ],
  },
];
