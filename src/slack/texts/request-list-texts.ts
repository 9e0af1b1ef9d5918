import {
  type Answer,
  type Change,
  type ListedRequest,
  nameOf,
  type RequestListName,
  type RequestState,
} from "../../change-requests/index.ts";
import { quotedUsername } from "../../kernel/quoted-name.ts";
import { count, describeChange, rolesIn } from "./change-texts.ts";
import { groupNames } from "./forbidden-texts.ts";
import { persons } from "./invitation-texts.ts";
import { givenBack, type Message, shortMessage } from "./message.ts";
import { bold, code, type Inline, moment, person, plain, shortened } from "./rich-text.ts";

const TITLES: Readonly<Record<RequestListName, string>> = {
  open: "Open requests",
  mine: "Your requests",
  waiting: "Requests that you can approve",
  all: "All requests",
};

export function listTitle(which: RequestListName): string {
  return TITLES[which];
}

const NONE: Readonly<Record<RequestListName, string>> = {
  open: "There are no open requests that you can see.",
  mine: "You have made no requests.",
  waiting: "No request waits for your approval. Emergency changes to ratify are in /incydr requests all.",
  all: "There are no requests that you can see.",
};

/** An empty list, an empty page of a longer list, or an empty last page of a list with filters. */
export function emptyListText({
  which,
  isFiltered,
  older,
}: {
  readonly which: RequestListName;
  readonly isFiltered: boolean;
  readonly older: string | null;
}): string {
  if (older !== null) return "No request on this page waits for your approval. There are older requests.";
  return isFiltered ? "No request that you can see fits these filters." : NONE[which];
}

const STATES: Readonly<Record<Exclude<RequestState, "pending" | "done">, string>> = {
  approved: "☑️ Approved, not executed yet",
  stale: "♻️ Out of date, can be renewed",
  executing: "⏳ In progress",
  denied: "⛔ Denied",
  cancelled: "🚫 Cancelled",
  expired: "⌛ Expired",
};

const OUTCOMES: Readonly<Record<NonNullable<ListedRequest["outcome"]>, string>> = {
  verified: "✅ Done and verified",
  partly_verified: "⚠️ Done for some users",
  failed: "❌ Failed",
  unknown: "❓ Outcome not known yet",
};

/** The room for the texts of one request in a list. */
export interface Room {
  /** Characters of a username. A change has half as many more, and a role and a group half as many. */
  readonly longestName: number;
  /** The groups and the invited approvers that are named. */
  readonly mostDeciders: number;
}

/** A request in a list: its change, its state, its maker, and who can approve it. */
export function listedRequestLines(request: ListedRequest, room: Room): Inline[][] {
  const { longestName } = room;
  const { requestId, change, username, targets, isEmergency, requesterSlackId, createdAt } = request;
  const whom = username === null ? count(targets, "user") : shortened(quotedUsername(username), longestName);
  const urgency = isEmergency ? "🚨 EMERGENCY · " : "";
  return [
    [bold(`${nameOf(requestId)} · `), plain(`${urgency}${shortChange(change, longestName)} · ${whom}`)],
    [
      plain(`${stateText(request)}. Requested by `),
      person(requesterSlackId),
      plain(" on "),
      moment(new Date(createdAt)),
      plain(request.isUnchecked ? ". The bot couldn't check whether you can approve it." : "."),
    ],
    ...decidersLines(request, room),
  ];
}

/** The groups and people that can approve a pending request; none for other states. */
function decidersLines({ state, deciders }: ListedRequest, room: Room): Inline[][] {
  if (state !== "pending" || deciders === undefined) return [];
  if (deciders === null) return [[plain("The bot couldn't check who can approve it.")]];
  const { groups, invited } = deciders;
  const can =
    groups.length === 0 ? "The policies name no group that can approve it." : groupsThatCan(groups, room);
  if (invited.length === 0) return [[plain(can)]];
  const rest = invited.length - room.mostDeciders;
  return [
    [
      plain(`${can} Invited: `),
      ...persons(invited.slice(0, room.mostDeciders)),
      plain(rest > 0 ? ` and ${rest} more.` : "."),
    ],
  ];
}

function groupsThatCan(groups: readonly string[], { longestName, mostDeciders }: Room): string {
  const named = groups.slice(0, mostDeciders).map((handle) => shortened(handle, longestName / 2));
  const rest = groups.length - named.length;
  const more = rest > 0 ? ` or ${count(rest, "more group")}` : "";
  return `Members of ${groupNames(named)}${more} can approve it.`;
}

/** A change with one role by name, so that ten changes fit into a message. */
function shortChange(change: Change, longestName: number): string {
  const whole = describeChange(change, (roles) =>
    rolesIn(
      roles.map(({ name }) => ({ name: shortened(name, longestName / 2) })),
      1,
    ),
  );
  return shortened(whole, longestName * 1.5);
}

function stateText({ state, outcome, missing }: ListedRequest): string {
  if (state === "pending") return `🕓 Pending, needs ${count(missing ?? 0, "more approval")}`;
  if (state === "done") return outcome === null ? "✅ Done" : OUTCOMES[outcome];
  return STATES[state];
}

type RequestAnswer = Extract<
  Answer,
  { readonly kind: "which_role" | "which_request" | "request_not_shown" | "cancel_stored" }
>;

/** A short answer to a command about one request. */
export function requestAnswer(answer: RequestAnswer): Message {
  switch (answer.kind) {
    case "which_role": {
      const text = "Name the role, such as /incydr role Alert Emails.";
      return shortMessage("Which role?", [plain(text), plain(" To list all, use "), code("/incydr roles")]);
    }
    case "which_request": {
      const text = `Name the request, such as /incydr ${answer.command} CR-17.`;
      return shortMessage("Which request?", [plain(text)], ...givenBack(answer.typed));
    }
    case "request_not_shown": {
      const name = nameOf(answer.requestId);
      return shortMessage(
        `${name} was not shown`,
        [
          plain(`Slack did not take the details of ${name}. To see them, use `),
          code(`/incydr request ${name}`),
        ],
        [plain("Nothing was changed.")],
      );
    }
    case "cancel_stored": {
      const name = nameOf(answer.requestId);
      return shortMessage(`Cancel ${name}`, [
        plain(
          `The bot is checking whether you can cancel ${name}. If you can't, it tells you. Otherwise the request is cancelled.`,
        ),
      ]);
    }
  }
}
