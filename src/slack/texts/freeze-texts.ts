import {
  type AnnouncedFreeze,
  isBulk,
  openGrants,
  type RequestView,
  type Unfrozen,
} from "../../change-requests/index.ts";
import { type Message, shortMessage } from "./message.ts";
import { bold, type Inline, moment, person, plain } from "./rich-text.ts";

export const ALL_FROZEN = "All changes are frozen";

const HEADLINE = `🧊 ${ALL_FROZEN}. `;
const MEANWHILE =
  "You can still look up users, request and approve. Nothing is changed until changes are unfrozen. A change that Incydr has already received will finish.";

/** The line above a look-up; none unless changes are frozen. */
export function frozenLookUpLines(isFrozen: boolean): Inline[][] {
  return isFrozen ? [[bold(HEADLINE), plain("Look-ups still work.")]] : [];
}

/** The line above a form of a change; none unless changes are frozen. */
export function frozenFormLines(isFrozen: boolean): Inline[][] {
  return isFrozen
    ? [[bold(HEADLINE), plain("A change that you request now runs only after they are unfrozen.")]]
    : [];
}

/** A card's lines about the freeze beside its state; none where the freeze makes no difference. */
export function frozenCardLines(view: RequestView): Inline[][] {
  const meaning = view.isFrozen ? meaningOf(view) : null;
  if (meaning === null) return [];
  return [[...(isSaidByState(view) ? [plain("🧊 ")] : [bold(HEADLINE)]), plain(meaning)]];
}

/** Whether the card's status line already names the freeze. */
function isSaidByState({ request }: RequestView): boolean {
  const { state, paused, stopped } = request;
  if (state === "executing") return isBulk(request) && !paused && !stopped;
  return state === "approved";
}

function meaningOf({ request, grants }: RequestView): string | null {
  switch (request.state) {
    case "pending":
      return "Once approved, it runs when changes are unfrozen.";
    case "stale":
      return isBulk(request)
        ? "A new request runs when changes are unfrozen."
        : "If renewed and approved, it runs when changes are unfrozen.";
    case "approved":
      return "It runs when changes are unfrozen.";
    case "executing":
      return isBulk(request)
        ? `The bot checks the users in progress. ${request.stopped ? "No other user is changed, also" : "The other users follow"} when changes are unfrozen${request.paused ? " and the request is resumed" : ""}.`
        : "The bot checks in Incydr whether the change was made. If it was not, it waits until changes are unfrozen, or fails.";
    case "done":
      return openGrants(grants).length > 0
        ? "Expired temporary roles are removed when changes are unfrozen."
        : null;
    case "denied":
    case "cancelled":
    case "expired":
      return null;
  }
}

/** The sentence that follows an approval in a thread. */
export function whatFollows({ request, isFrozen }: RequestView): string {
  if (!isFrozen) return "";
  if (request.state === "approved") return ` ${ALL_FROZEN}; it runs when they are unfrozen.`;
  if (request.state !== "executing") return "";
  const next = isBulk(request)
    ? "The bot checks the users in progress. The others wait."
    : "The bot checks whether it was made.";
  return ` ${ALL_FROZEN}, but this change had already started. ${next}`;
}

/** The answer to a person who froze changes. */
export function frozenAnswer(): Message {
  return shortMessage(
    "Changes are frozen",
    [bold(`🧊 ${ALL_FROZEN}.`)],
    [plain(`${MEANWHILE} Your policies decide who can use /incydr unfreeze.`)],
  );
}

const STILL_STOPPED =
  "Changes are still stopped by READ_ONLY in the bot's configuration. Ask an administrator.";

/** The answer to a person who unfroze changes. */
export function unfrozenAnswer({ isReadOnly }: Unfrozen): Message {
  if (!isReadOnly) return shortMessage("Changes are unfrozen", [bold("Changes are unfrozen.")]);
  return shortMessage("The freeze is over", [bold("The freeze is over. "), plain(STILL_STOPPED)]);
}

/**
 * The announcement of a freeze to everybody in the approvals channel, without its reason. `isFrozenAgain`: another one
 * is in force; default false.
 */
export function freezeAnnouncement(
  freeze: AnnouncedFreeze,
  { isReadOnly, isFrozenAgain = false }: Unfrozen & { readonly isFrozenAgain?: boolean },
): Message {
  const { by, at, ended } = freeze;
  if (!ended)
    return shortMessage(
      `🧊 ${ALL_FROZEN}`,
      [
        bold(`🧊 ${ALL_FROZEN} `),
        plain("by "),
        person(by),
        plain(" since "),
        moment(new Date(at)),
        plain("."),
      ],
      [plain(MEANWHILE)],
    );
  const over = isReadOnly ? "The freeze is over" : "Changes are unfrozen";
  const headline = isFrozenAgain ? "This freeze is over" : over;
  return shortMessage(
    headline,
    [
      bold(`${headline}. `),
      plain(headline === "Changes are unfrozen" ? "Unfrozen by " : "Ended by "),
      person(ended.by),
      plain(" on "),
      moment(new Date(ended.at)),
      plain("."),
    ],
    [
      plain("Frozen by "),
      person(by),
      plain(" on "),
      moment(new Date(at)),
      plain("."),
      ...(isReadOnly ? [plain(` ${STILL_STOPPED}`)] : []),
      ...(isFrozenAgain ? [plain(" Changes are frozen again: see the newer message.")] : []),
    ],
  );
}

/** The announcement that the configuration stops all changes, or no longer does. */
export function readOnlyAnnouncement(isReadOnly: boolean): Message {
  if (!isReadOnly) {
    const over = "The bot's configuration no longer stops changes (READ_ONLY).";
    return shortMessage(over, [plain(over)]);
  }
  return shortMessage(
    `🧊 ${ALL_FROZEN}`,
    [bold(`🧊 ${ALL_FROZEN} `), plain("by the bot's configuration (READ_ONLY).")],
    [plain(`${MEANWHILE} An administrator of the bot can change the setting.`)],
  );
}
