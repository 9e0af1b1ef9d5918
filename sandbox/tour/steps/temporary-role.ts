import { hasParts, isSame } from "../check.ts";
import { ALL_OF_APPROVALS, ANNETTE, APPROVALS } from "../fixtures.ts";
import type { TourStep } from "../tour-step.ts";

const NAME = "CR-7";
const TITLE = `${NAME} · Add roles for 12 seconds: Alert Emails · ${ANNETTE}`;

/** The bot assigns a temporary role, warns of its end, removes it at its end, and reads it back. */
export const temporaryRole: readonly TourStep[] = [
  {
    title: "Maya requests a role for Annette, for a very short time",
    act: async ({ as }) => {
      await as("maya").types(`/incydr roles ${ANNETTE} add Alert Emails`, { in: APPROVALS });
      await as("maya").awaitsModal("For how long");
      await as("maya").fills({ "For how long": "12 seconds", Reason: "Stands in for Ann" });
      await as("maya").submits();
    },
    shows: [{ person: "theo", channel: APPROVALS, lines: 5 }],
    seenBy: [ALL_OF_APPROVALS],
    writes: [],
    audit: [
      `subject.looked_up · @Maya Lindqvist · ${ANNETTE}`,
      `request.created ${NAME} · @Maya Lindqvist · ${ANNETTE}`,
    ],
    expect: ({ newestMessage }) => [
      hasParts("The card says for how long, and from when", newestMessage("theo", APPROVALS, TITLE)?.plain, [
        "Temporary: 12 seconds, starting when the change is made.",
      ]),
    ],
  },
  {
    title: "Theo approves. The role is added, and its card shows the end",
    act: async ({ as }) => {
      await as("theo").clicks("Approve", await as("theo").awaitsMessage(APPROVALS, TITLE));
    },
    shows: [{ person: "maya", channel: APPROVALS, lines: 4 }],
    seenBy: [ALL_OF_APPROVALS],
    writes: [`set_roles ${ANNETTE}: + Alert Emails`],
    audit: [
      `decision.approved ${NAME} · @Theo Okafor · ${ANNETTE}`,
      `request.approved ${NAME} · @Theo Okafor · ${ANNETTE}`,
      `request.executing ${NAME} · the bot · ${ANNETTE}`,
      `target.executing ${NAME} · the bot · ${ANNETTE}`,
      `target.verified ${NAME} · the bot · ${ANNETTE}`,
      `grant.active ${NAME} · the bot · ${ANNETTE}`,
      `request.done ${NAME} · the bot · ${ANNETTE}`,
    ],
    expect: ({ newestMessage }) => {
      const card = newestMessage("maya", APPROVALS, TITLE);
      return [
        hasParts("It is verified, until then", card?.plain, ["Done and verified.", "Until "]),
        isSame("It can be extended, and ended now", card?.buttons ?? [], ["Extend…", "Revoke now", "Undo…"]),
        hasParts(
          "Its thread says it too",
          newestMessage("maya", APPROVALS, `${NAME} done and verified`)?.plain,
          ["Until "],
        ),
      ];
    },
  },
  {
    title: "The thread gets a warning before the end. Then the role is removed and verified",
    act: async ({ as }) => {
      await as("maya").awaitsMessage(APPROVALS, `${NAME}: temporary roles removed and verified`);
    },
    shows: [{ person: "maya", channel: APPROVALS, lines: 4 }],
    seenBy: [ALL_OF_APPROVALS],
    writes: [`set_roles ${ANNETTE}: − Alert Emails`],
    audit: [
      `grant.warned ${NAME} · the bot · ${ANNETTE}`,
      `grant.revoking ${NAME} · the bot · ${ANNETTE}`,
      `grant.revoked ${NAME} · the bot · ${ANNETTE}`,
    ],
    expect: ({ newestMessage, incydr }) => [
      hasParts(
        "The thread was warned, and offers nothing any more",
        newestMessage("maya", APPROVALS, `${NAME}: this warning about temporary roles`)?.plain,
        [],
      ),
      hasParts("The card says that it is over", newestMessage("maya", APPROVALS, TITLE)?.plain, [
        "↩️ Removed ",
        `Done and verified. ${ANNETTE} had Alert Emails at that time.`,
      ]),
      hasParts(
        "The thread does too",
        newestMessage("maya", APPROVALS, `${NAME}: temporary roles removed and verified`)?.plain,
        [`${ANNETTE} no longer has Alert Emails.`],
      ),
      isSame("Annette has the roles she had", [...incydr.tenant.rolesOf(ANNETTE)].sort(), [
        "desktop-user",
        "proe-user",
      ]),
    ],
  },
];
