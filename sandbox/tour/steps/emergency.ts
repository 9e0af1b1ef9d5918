import { hasParts, isSame } from "../check.ts";
import { ALL_OF_APPROVALS, APPROVALS, AUDIT, SAM } from "../fixtures.ts";
import type { TourStep } from "../tour-step.ts";

const NAME = "CR-5";
const TITLE = `${NAME} · 🚨 EMERGENCY · Deactivate · ${SAM}`;

/** A responder deactivates a user at once, the audit channel shows it, and a lead ratifies it afterwards. */
export const emergency: readonly TourStep[] = [
  {
    title: "Data is leaking right now: Jonas opens the emergency form",
    act: async ({ as }) => {
      await as("jonas").types(`/incydr emergency ${SAM}`, { in: APPROVALS });
      await as("jonas").awaitsModal("this runs at once, without approval");
    },
    shows: [{ person: "jonas", modal: true }],
    seenBy: ["a modal: jonas"],
    writes: [],
    audit: [`subject.looked_up · @Jonas Weber · ${SAM}`],
    expect: () => [],
  },
  {
    title: "He gives a reason. Sam is deactivated at once, and the audit channel gets an alert",
    act: async ({ as }) => {
      await as("jonas").fills({ Reason: "He is copying the build server right now" });
      await as("jonas").submits();
    },
    shows: [{ person: "theo", channel: APPROVALS, lines: 4 }],
    seenBy: [ALL_OF_APPROVALS],
    writes: [`deactivate ${SAM}: active → inactive`],
    audit: [
      `request.created ${NAME} · @Jonas Weber · ${SAM}`,
      `request.executing ${NAME} · the bot · ${SAM}`,
      `target.executing ${NAME} · the bot · ${SAM}`,
      `target.verified ${NAME} · the bot · ${SAM}`,
      `request.done ${NAME} · the bot · ${SAM}`,
      `ratification.awaiting ${NAME} · the bot · ${SAM}`,
    ],
    expect: ({ newestMessage }) => [
      hasParts("It is said apart from the log", newestMessage("theo", AUDIT, "EMERGENCY CHANGE")?.plain, [
        `EMERGENCY CHANGE WITHOUT APPROVAL: ${NAME}`,
        "by @Jonas Weber on",
        "He is copying the build server right now",
      ]),
      hasParts("The card asks for a second person", newestMessage("theo", APPROVALS, TITLE)?.plain, [
        "Done and verified.",
        "@Jonas Weber made this change without prior approval.",
        "Needs ratification from a second person by",
      ]),
      hasParts(
        "Its thread does too",
        newestMessage("theo", APPROVALS, `${NAME} needs ratification`)?.plain,
        [],
      ),
    ],
  },
  {
    title: "Theo, a lead, ratifies the emergency",
    act: async ({ as }) => {
      const theo = as("theo");
      await theo.clicks("Ratify", await theo.awaitsMessage(APPROVALS, TITLE, "Needs ratification"));
    },
    shows: [{ person: "lena", channel: APPROVALS, lines: 4 }],
    seenBy: [ALL_OF_APPROVALS],
    writes: [],
    audit: [`ratification.ratified ${NAME} · @Theo Okafor · ${SAM}`],
    expect: ({ newestMessage }) => {
      const card = newestMessage("lena", APPROVALS, TITLE);
      return [
        hasParts("The card says by whom", card?.plain, ["Ratified by @Theo Okafor on"]),
        isSame("What is left to do is to undo it", card?.buttons ?? [], ["Undo…"]),
        hasParts("Its thread tells of it", newestMessage("lena", APPROVALS, `${NAME} ratified`)?.plain, []),
      ];
    },
  },
];
