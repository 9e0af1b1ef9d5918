import { ALL_OF_APPROVALS, APPROVALS, PAR } from "../cast.ts";
import { hasParts } from "../check.ts";
import type { TourStep } from "../tour-step.ts";

const TITLE = `CR-3 · Deactivate · ${PAR}`;

/** Every write is stopped, a request is approved meanwhile, and is carried out when writes go on. */
export const freeze: readonly TourStep[] = [
  {
    title: "Jonas stops every change to Incydr",
    act: ({ as }) => as("jonas").types("/incydr freeze Is the API client compromised?", { in: APPROVALS }),
    shows: [{ person: "jonas", channel: APPROVALS }],
    seenBy: [`#${APPROVALS}: jonas`],
    writes: [],
    audit: ["writes.frozen · @Jonas Weber"],
    expect: ({ sight }) => [
      hasParts("He is told that it holds for everyone", sight("jonas", APPROVALS, "Every change")?.plain, [
        "Every change to Incydr is stopped, for everyone.",
      ]),
    ],
  },
  {
    title: "Priya, a lead, approves Lena's request all the same: it waits, and its card says so",
    act: async ({ as, sight }) => {
      const card = sight("priya", APPROVALS, TITLE);
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
    expect: ({ sight }) => [
      hasParts("The card claims no more than is known", sight("lena", APPROVALS, TITLE)?.plain, [
        "Approved, not yet carried out. Waits: all changes to Incydr are frozen.",
        "Approved by @Priya Raman",
      ]),
      hasParts("Its thread tells of the approval", sight("lena", APPROVALS, "CR-3: approved")?.plain, [
        "CR-3: approved by @Priya Raman",
      ]),
    ],
  },
  {
    title: "Theo lets changes go on, and the request is carried out",
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
    expect: ({ sight }) => [
      hasParts(
        "He is told that changes go on",
        sight("theo", APPROVALS, "Changes to Incydr go on.")?.plain,
        [],
      ),
      hasParts("The card says that it is verified", sight("lena", APPROVALS, TITLE)?.plain, ["Verified."]),
      hasParts("Its thread tells of the outcome", sight("lena", APPROVALS, "CR-3: verified")?.plain, [
        `CR-3: verified. Incydr was read again and shows it: ${PAR} is deactivated.`,
      ]),
    ],
  },
];
