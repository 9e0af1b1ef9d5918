import { hasParts, isSame } from "../check.ts";
import { ALL_OF_APPROVALS, APPROVALS, NADIA } from "../fixtures.ts";
import type { TourStep } from "../tour-step.ts";

const ROLE = "Insider Risk Read Only";
const REASON = "Helps us to review the optics findings this week";
const TITLE = `CR-1 · Add roles: ${ROLE} · ${NADIA}`;

/** An analyst requests a role, a lead approves, and the bot assigns it: from the look-up to the read-back. */
export const roleChange: readonly TourStep[] = [
  {
    title: "Maya, an analyst, looks up Nadia",
    act: ({ as }) => as("maya").types(`/incydr user ${NADIA}`, { in: APPROVALS }),
    shows: [{ person: "maya", channel: APPROVALS }],
    seenBy: [`#${APPROVALS}: maya`],
    writes: [],
    audit: [`subject.looked_up · @Maya Lindqvist · ${NADIA}`],
    expect: ({ newestMessage }) => [
      hasParts(
        "The answer has her account, roles and devices",
        newestMessage("maya", APPROVALS, "Nadia Petrov")?.plain,
        [
          `Username ${NADIA}`,
          "Status active",
          "Organization Research",
          "Roles Desktop User, PROe User",
          "On watchlists: Departing employees.",
        ],
      ),
    ],
  },
  {
    title: "She opens the form for another role from the answer",
    act: async ({ as, newestMessage }) => {
      const answer = newestMessage("maya", APPROVALS, "Nadia Petrov");
      if (!answer) throw new Error("The answer is gone.");
      await as("maya").clicks("Add roles…", answer);
    },
    shows: [{ person: "maya", modal: true }],
    seenBy: ["a modal: maya"],
    writes: [],
    audit: [`subject.looked_up · @Maya Lindqvist · ${NADIA}`],
    expect: ({ slack }) => {
      const field = slack
        .as("maya")
        .modal()
        ?.fields.find(({ label }) => label === "Roles to add");
      const offered = field?.options ?? [];
      const held = ["Desktop User", "PROe User"];
      const unassignable = ["Identity Management Administrator", "Security Center - Restore"];
      return [
        hasParts("The form offers the tenant's own roles", offered.join("\n"), [ROLE, "Alert Emails"]),
        isSame(
          "It offers none that she holds, and none that the API client may not assign",
          offered.filter((role) => [...held, ...unassignable].includes(role)),
          [],
        ),
      ];
    },
  },
  {
    title: "She chooses a role, gives a reason and notifies Theo",
    act: async ({ as }) => {
      await as("maya").fills({
        ...{ "Roles to add": [ROLE], Reason: REASON, Ticket: "SEC-311" },
        "Notify approvers": ["Theo Okafor"],
      });
      await as("maya").submits();
    },
    shows: [{ person: "theo", channel: APPROVALS }],
    seenBy: [ALL_OF_APPROVALS],
    writes: [],
    audit: [`request.created CR-1 · @Maya Lindqvist · ${NADIA}`],
    expect: ({ newestMessage }) => {
      const card = newestMessage("theo", APPROVALS, TITLE);
      return [
        hasParts("The card says what, for whom, by whom and why", card?.plain, [
          "Pending.",
          "Requested by @Maya Lindqvist",
          "Invited to approve @Theo Okafor",
          REASON,
          "Ticket SEC-311",
        ]),
        isSame("Its buttons are Approve, Deny and Cancel request", card?.buttons ?? [], [
          "Approve",
          "Deny",
          "Cancel request",
        ]),
      ];
    },
  },
  {
    title: "Theo, a lead, approves. The bot makes the change and verifies it",
    act: async ({ as, newestMessage }) => {
      const card = newestMessage("theo", APPROVALS, TITLE);
      if (!card) throw new Error("The card is gone.");
      await as("theo").clicks("Approve", card);
    },
    shows: [{ person: "maya", channel: APPROVALS, lines: 3 }],
    seenBy: [ALL_OF_APPROVALS],
    writes: [`set_roles ${NADIA}: + ${ROLE}`],
    audit: [
      `decision.approved CR-1 · @Theo Okafor · ${NADIA}`,
      `request.approved CR-1 · @Theo Okafor · ${NADIA}`,
      `request.executing CR-1 · the bot · ${NADIA}`,
      `target.executing CR-1 · the bot · ${NADIA}`,
      `target.verified CR-1 · the bot · ${NADIA}`,
      `request.done CR-1 · the bot · ${NADIA}`,
    ],
    expect: ({ incydr, slack, newestMessage }) => {
      const card = newestMessage("maya", APPROVALS, TITLE);
      const replies = slack
        .as("maya")
        .sees(APPROVALS)
        .filter(({ threadTs }) => threadTs !== undefined && threadTs === card?.ts);
      return [
        hasParts("The card says that it is verified, and who approved", card?.plain, [
          "Done and verified.",
          "Approved by @Theo Okafor",
        ]),
        isSame("Its only button left is Undo…", card?.buttons ?? [], ["Undo…"]),
        hasParts(
          "Its thread tells of the approval and of the outcome",
          replies.map(({ plain }) => plain).join("\n"),
          ["CR-1 approved by @Theo Okafor", `CR-1 done and verified: ${NADIA} now has ${ROLE}.`],
        ),
        isSame("Nadia has kept the roles she had", [...incydr.tenant.rolesOf(NADIA)].sort(), [
          "desktop-user",
          "insider-risk-read-only",
          "proe-user",
        ]),
      ];
    },
  },
];
