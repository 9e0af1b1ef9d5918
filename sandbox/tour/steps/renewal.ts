import { hasParts } from "../check.ts";
import { ALL_OF_APPROVALS, ANN, APPROVALS } from "../fixtures.ts";
import type { TourStep } from "../tour-step.ts";

const NAME = "CR-6";
const TITLE = `${NAME} · Add roles: Alert Emails · ${ANN}`;

/** A subject changes between the request and the approval, so the approval of the old snapshot is refused. */
export const renewal: readonly TourStep[] = [
  {
    title: "Maya requests a role for Ann",
    act: async ({ as }) => {
      await as("maya").types(`/incydr roles ${ANN} add Alert Emails`, { in: APPROVALS });
      await as("maya").awaitsModal("Roles to add");
      await as("maya").fills({ Reason: "Takes over the night watch" });
      await as("maya").submits();
      await as("theo").awaitsMessage(APPROVALS, TITLE, "Pending.");
    },
    shows: [],
    seenBy: [ALL_OF_APPROVALS],
    writes: [],
    audit: [
      `subject.looked_up · @Maya Lindqvist · ${ANN}`,
      `request.created ${NAME} · @Maya Lindqvist · ${ANN}`,
    ],
    expect: () => [],
  },
  {
    title: "Meanwhile an administrator gives Ann another role in the console: Theo's approval doesn't count",
    act: async ({ as, incydr }) => {
      incydr.control.edit.setRoles(ANN, ["Desktop User", "PROe User", "Watchlist Manager"]);
      await as("theo").clicks("Approve", await as("theo").awaitsMessage(APPROVALS, TITLE));
    },
    shows: [{ person: "theo", channel: APPROVALS, lines: 3 }],
    seenBy: [ALL_OF_APPROVALS],
    writes: [],
    audit: [`request.stale ${NAME} · the bot · ${ANN}`],
    expect: ({ newestMessage }) => [
      hasParts("The card says what has changed", newestMessage("maya", APPROVALS, TITLE)?.plain, [
        "Out of date. The user's data changed after the request. The bot did nothing.",
        "Roles gained: Watchlist Manager.",
      ]),
      hasParts("Its thread does too", newestMessage("maya", APPROVALS, `${NAME} is out of date`)?.plain, []),
      hasParts(
        "Theo is told why",
        newestMessage("theo", APPROVALS, `Your approval of ${NAME} doesn't count`)?.plain,
        [],
      ),
    ],
  },
  {
    title: "Maya renews the request with one click, and Theo approves it again",
    act: async ({ as }) => {
      await as("maya").clicks("Renew", await as("maya").awaitsMessage(APPROVALS, TITLE, "Out of date."));
      await as("theo").clicks("Approve", await as("theo").awaitsMessage(APPROVALS, TITLE, "Pending."));
    },
    shows: [{ person: "maya", channel: APPROVALS, lines: 3 }],
    seenBy: [ALL_OF_APPROVALS],
    writes: [`set_roles ${ANN}: + Alert Emails`],
    audit: [
      `request.pending ${NAME} · @Maya Lindqvist · ${ANN}`,
      `decision.approved ${NAME} · @Theo Okafor · ${ANN}`,
      `request.approved ${NAME} · @Theo Okafor · ${ANN}`,
      `request.executing ${NAME} · the bot · ${ANN}`,
      `target.executing ${NAME} · the bot · ${ANN}`,
      `target.verified ${NAME} · the bot · ${ANN}`,
      `request.done ${NAME} · the bot · ${ANN}`,
    ],
    expect: ({ newestMessage }) => [
      hasParts("The card says that it is verified", newestMessage("maya", APPROVALS, TITLE)?.plain, [
        "Done and verified.",
      ]),
      hasParts(
        "Its thread tells of the outcome",
        newestMessage("maya", APPROVALS, `${NAME} done and verified`)?.plain,
        [],
      ),
    ],
  },
];
