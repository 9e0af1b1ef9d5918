import type { Message } from "../../slack/driver/message-view.ts";
import { hasParts, isSame } from "../check.ts";
import { ALL_OF_INCIDENT, AUDIT, INCIDENT, NADIA } from "../fixtures.ts";
import type { TourContext } from "../tour-context.ts";
import type { TourStep } from "../tour-step.ts";

const ALERT_NAME = "Source code sent to a private mailbox";
const ALERT = `*${ALERT_NAME}*\nUser: <mailto:${NADIA}|${NADIA}>\nSeverity: HIGH\n<https://console.harborlight.example/alerts/4711|Open the alert>`;
/** Text that would notify a channel, fake a link or break the card if it were treated as markup. */
const REASON = "Confirmed with HR <!channel> <https://x|y> *bold* &lt;";
const TITLE = `CR-2 · Deactivate · ${NADIA}`;

/** A responder requests a deactivation from an alert, and all its messages stay in the alert's thread. */
export const deactivation: readonly TourStep[] = [
  {
    title: "An alert arrives, and Jonas, a responder, picks “Act on this user” in its menu",
    act: async ({ alert, as }) => as("jonas").picks("Act on this user", alert(INCIDENT, ALERT)),
    shows: [{ person: "jonas", modal: true }],
    seenBy: ["a modal: jonas"],
    writes: [],
    audit: [],
    expect: ({ slack }) => [
      hasParts("The form offers the user whom the alert names", slack.as("jonas").modal()?.plain, [
        `User named in the message (optional): [${NADIA}]`,
      ]),
    ],
  },
  {
    title: "He chooses Deactivate and sees the warnings",
    act: async ({ as }) => {
      await as("jonas").fills({ Change: "Deactivate" });
      await as("jonas").submits();
    },
    shows: [{ person: "jonas", modal: true }],
    seenBy: ["a modal: jonas"],
    writes: [],
    audit: [`subject.looked_up · @Jonas Weber · ${NADIA}`],
    expect: ({ slack, incydr }) => [
      hasParts("The warnings stand above the fields", slack.as("jonas").modal()?.plain, [
        `Nadia Petrov (${NADIA})`,
        "Deactivation stops Incydr's monitoring of a user",
        `Agents still reporting: ${incydr.tenant
          .agentsOf(NADIA)
          .map(({ name }) => name)
          .join(", ")}.`,
        "On watchlists: Departing employees.",
        "Reason: []",
      ]),
    ],
  },
  {
    title: "He gives a reason with characters that could be markup",
    act: async ({ as }) => {
      await as("jonas").fills({ Reason: REASON, Ticket: "INC-4711" });
      await as("jonas").submits();
    },
    shows: [{ person: "theo", channel: INCIDENT }],
    seenBy: [ALL_OF_INCIDENT],
    writes: [],
    audit: [`request.created CR-2 · @Jonas Weber · ${NADIA}`],
    expect: (context) => [
      hasParts("The card shows the reason as it was typed", cardIn(context)?.plain, [
        `▎${REASON}`,
        "Pending.",
      ]),
      hasParts(
        "The audit channel does so as well",
        context.newestMessage("theo", AUDIT, "request.created CR-2")?.plain,
        [`reason: “${REASON}”`],
      ),
      staysInThread(context),
      pingsNobody(context),
    ],
  },
  {
    title: "Theo, a lead in that channel, approves. The bot deactivates her and verifies it",
    act: async (context) => {
      const card = cardIn(context);
      if (!card) throw new Error("The card is gone.");
      await context.as("theo").clicks("Approve", card);
    },
    shows: [{ person: "jonas", channel: INCIDENT, lines: 3 }],
    seenBy: [ALL_OF_INCIDENT],
    writes: [`deactivate ${NADIA}: active → inactive`],
    audit: [
      `decision.approved CR-2 · @Theo Okafor · ${NADIA}`,
      `request.approved CR-2 · @Theo Okafor · ${NADIA}`,
      `request.executing CR-2 · the bot · ${NADIA}`,
      `target.executing CR-2 · the bot · ${NADIA}`,
      `target.verified CR-2 · the bot · ${NADIA}`,
      `request.done CR-2 · the bot · ${NADIA}`,
    ],
    expect: (context) => [
      hasParts("The card says that it is verified, and who approved", cardIn(context)?.plain, [
        "Done and verified.",
        "Approved by @Theo Okafor",
        `▎${REASON}`,
      ]),
      hasParts(
        "The thread tells of the outcome",
        botMessages(context)
          .map(({ plain }) => plain)
          .join("\n"),
        ["CR-2 approved by @Theo Okafor", `CR-2 done and verified: ${NADIA} is now deactivated.`],
      ),
      staysInThread(context),
      pingsNobody(context),
    ],
  },
];

function cardIn({ newestMessage }: TourContext): Message | undefined {
  return newestMessage("theo", INCIDENT, TITLE);
}

function botMessages({ slack }: TourContext): Message[] {
  return slack
    .as("jonas")
    .sees(INCIDENT)
    .filter(({ isBot }) => isBot);
}

function staysInThread(context: TourContext) {
  const alert = context.newestMessage("jonas", INCIDENT, ALERT_NAME);
  const elsewhere = botMessages(context).filter(({ threadTs }) => threadTs !== alert?.ts);
  return isSame(
    "All of it stays in the alert's thread",
    elsewhere.map(({ plain }) => plain),
    [],
  );
}

/** Checks that a message notifies only named people, and never a whole channel or group. */
function pingsNobody({ slack }: TourContext) {
  const pings = slack.pings
    .filter(({ kind }) => kind !== "user")
    .map(({ kind, target }) => `${kind} ${target}`);
  return isSame("No channel and no group was rung", pings, []);
}
