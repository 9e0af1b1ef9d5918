import { hasParts, isSame } from "../check.ts";
import { ALL_OF_APPROVALS, APPROVALS, DARIO, PAR, WATERCOOLER } from "../fixtures.ts";
import type { TourStep } from "../tour-step.ts";

const TITLE = `CR-3 · Deactivate · ${PAR}`;

/** Refused actions, and the texts that people get. */
export const refusals: readonly TourStep[] = [
  {
    title: "Sam, who is in no group, tries to deactivate a colleague",
    act: ({ as }) => as("sam").types(`/incydr deactivate ${DARIO}`, { in: WATERCOOLER }),
    shows: [{ person: "sam", channel: WATERCOOLER }],
    seenBy: [`#${WATERCOOLER}: sam`],
    writes: [],
    audit: ["attempt.forbidden · @Sam Ortega"],
    expect: ({ newestMessage }) => [
      hasParts(
        "He is told whom to ask",
        newestMessage("sam", WATERCOOLER, "You don't have permission to look up users.")?.plain,
        ["@insider-risk-analysts", "@insider-risk-leads", "@incident-responders"],
      ),
    ],
  },
  {
    title: "Lena, an analyst and a lead, requests a deactivation and tries to approve it herself",
    act: async ({ as }) => {
      const lena = as("lena");
      await lena.types(`/incydr deactivate ${PAR}`, { in: APPROVALS });
      await lena.awaitsModal("Reason");
      await lena.fills({ Reason: "Left the company on Friday", Ticket: "HR-88" });
      await lena.submits();
      await lena.clicks("Approve", await lena.awaitsMessage(APPROVALS, TITLE, "Pending."));
    },
    shows: [{ person: "lena", channel: APPROVALS, lines: 3 }],
    seenBy: [ALL_OF_APPROVALS],
    writes: [],
    audit: [
      `subject.looked_up · @Lena Fischer · ${PAR}`,
      `request.created CR-3 · @Lena Fischer · ${PAR}`,
      `attempt.forbidden CR-3 · @Lena Fischer · ${PAR}`,
    ],
    expect: ({ newestMessage }) => {
      const refusal = newestMessage(
        "lena",
        APPROVALS,
        "You can't decide on your own request. Another person must decide.",
      );
      const card = newestMessage("theo", APPROVALS, TITLE);
      return [
        isSame("She alone is told why", [refusal?.ephemeral ? "ephemeral" : "not told"], ["ephemeral"]),
        hasParts("The card still waits", card?.plain, ["Pending."]),
        isSame("It can still be decided", card?.buttons ?? [], ["Approve", "Deny", "Cancel request"]),
      ];
    },
  },
];
