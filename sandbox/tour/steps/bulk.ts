import { hasParts, isSame } from "../check.ts";
import { ALL_OF_APPROVALS, APPROVALS } from "../fixtures.ts";
import type { TourContext } from "../tour-context.ts";
import type { TourStep } from "../tour-step.ts";

const NAME = "CR-4";
const TITLE = `${NAME} · Deactivate · 23 users`;
const UNKNOWN = "left.long.ago@harborlight.example";

/**
 * Deactivates twenty-three people who leave: a file with two wrong lines, a dry run, two approvals, and an outcome for
 * each user.
 */
export const bulk: readonly TourStep[] = [
  {
    title: "A team leaves: Maya uploads the file from HR. Two of its 25 lines have errors",
    act: async (context) => {
      const maya = context.as("maya");
      await maya.types("/incydr bulk deactivate", { in: APPROVALS });
      await maya.awaitsModal("Up to 1,000 users");
      const lines = leavers(context).map((username) => `${username},Let go`);
      const content = ["username,note", ...lines, ",Let go", `${UNKNOWN},Let go`].join("\n");
      await maya.fills({ File: { file: "leavers.csv", content } });
      await maya.submits();
      await maya.awaitsModal("Nothing changed yet");
    },
    shows: [{ person: "maya", modal: true }],
    seenBy: ["#dm: maya", "a modal: maya"],
    writes: [],
    audit: ["subjects.looked_up · @Maya Lindqvist"],
    expect: (context) => {
      const rows = rowsFor(context, "maya", "Preview (nothing changed yet)");
      return [
        hasParts("The form says which lines are wrong", context.slack.as("maya").modal()?.plain, [
          "Line 25: , Let go: Names no user: the cell is blank.",
          `Line 26: ${UNKNOWN}: Incydr has no such user.`,
        ]),
        isSame(
          "A file shows the change for each of the others",
          rows.filter((row) => row.includes("would be deactivated")).map(userIn),
          leavers(context),
        ),
      ];
    },
  },
  {
    title: "She gives a reason. The card counts the users and names none. Theo asks for the list",
    act: async ({ as }) => {
      await as("maya").fills({ Reason: "Let go on Friday", Ticket: "HR-91" });
      await as("maya").submits();
      await as("theo").clicks("List users", await as("theo").awaitsMessage(APPROVALS, TITLE, "Pending."));
    },
    shows: [{ person: "theo", channel: APPROVALS }],
    seenBy: [ALL_OF_APPROVALS, "#dm: theo"],
    writes: [],
    audit: [`request.created ${NAME} · @Maya Lindqvist`, `subjects.looked_up ${NAME} · @Theo Okafor`],
    expect: (context) => {
      const card = context.newestMessage("theo", APPROVALS, TITLE);
      const named = leavers(context).filter((username) => card?.plain.includes(username));
      return [
        hasParts("More than ten users need two approvals", card?.plain, ["Needs 2 approvals (0 of 2 given)"]),
        isSame("The card names no user", named, []),
        isSame(
          "The list has the users in their order",
          rowsFor(context, "theo", `Users in ${NAME}`).slice(1).map(userIn),
          leavers(context),
        ),
      ];
    },
  },
  {
    title: "Theo and Priya approve. The bot changes the users, and Maya gets the results",
    act: async ({ as }) => {
      await as("theo").clicks("Approve", await as("theo").awaitsMessage(APPROVALS, TITLE));
      await as("priya").clicks("Approve", await as("priya").awaitsMessage(APPROVALS, TITLE, "1 of 2 given"));
    },
    shows: [
      { person: "priya", channel: APPROVALS, lines: 8 },
      { person: "maya", channel: "dm" },
    ],
    seenBy: [ALL_OF_APPROVALS, "#dm: maya"],
    counted: true,
    writes: ["23 × deactivate (a user): active → inactive"],
    audit: [
      `decision.approved ${NAME} · @Theo Okafor`,
      `decision.approved ${NAME} · @Priya Raman`,
      `request.approved ${NAME} · @Priya Raman`,
      `request.executing ${NAME} · the bot`,
      `23 × target.executing ${NAME} · the bot · (a user)`,
      `23 × target.verified ${NAME} · the bot · (a user)`,
      `request.done ${NAME} · the bot`,
    ],
    expect: (context) => [
      hasParts("The card shows the progress", context.newestMessage("lena", APPROVALS, TITLE)?.plain, [
        "Done and verified. Incydr shows the change for every user.",
        "████████████████████ 23 of 23",
      ]),
      hasParts(
        "Its thread tells of the outcome",
        context.newestMessage("lena", APPROVALS, `${NAME} done and verified`)?.plain,
        [`${NAME} done and verified for every user: 23 done and verified.`],
      ),
      isSame(
        "Maya's file says “verified” for each user",
        rowsFor(context, "maya", `${NAME} finished`)
          .filter((row) => row.includes(",verified,"))
          .map((row) => row.split(",")[0] ?? ""),
        leavers(context),
      ),
    ],
  },
];

/** The first 23 ordinary users in Incydr that are not part of the scenario. They are the same in every run. */
function leavers({ incydr: { tenant, ...incydr }, slack }: TourContext): string[] {
  const inSlack = new Set([...slack.workspace.people.values()].map(({ email }) => email));
  const written = new Set(incydr.writeLog().map(({ userId }) => userId));
  return tenant.users
    .filter(({ userId, active, blocked }) => {
      const isPlain = tenant.rolesOf(userId).length === 2 && tenant.mattersOf(userId).length === 0;
      return isPlain && !blocked && (active || written.has(userId));
    })
    .map(({ username }) => username ?? "")
    .filter((username) => /^[a-z]+\.[a-z]+@/.test(username) && !username.startsWith("service."))
    .filter((username) => !inSlack.has(username))
    .slice(0, 23);
}

/** Rows of the file in a direct message. */
function rowsFor({ newestMessage }: TourContext, person: string, text: string): string[] {
  const content = newestMessage(person, "dm", text)?.files[0]?.content ?? "";
  return content.replace("\uFEFF", "").trim().split("\r\n");
}

function userIn(row: string): string {
  return row.split(",")[1] ?? "";
}
