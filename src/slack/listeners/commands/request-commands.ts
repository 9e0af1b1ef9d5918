import { type BulkKind, REQUEST_LISTS, type RequestListName } from "../../../change-requests/index.ts";
import { uuidOf } from "../../../kernel/canonical-json.ts";
import { requestDetails } from "../../messages/request-messages.ts";
import { bulkInputView } from "../../views/bulk-input-view.ts";
import { openChange, sendNotOpened } from "../views/open-change.ts";
import { command, type NotUnderstood } from "./command.ts";
import { readOptions } from "./command-options.ts";
import { keyword, requestNumber } from "./command-words.ts";
import { readSince, type Since } from "./read-times.ts";

/** `request` is `null` if the text names none. */
export const undo = command({
  parse: (argument) => ({ request: requestNumber(argument) }),
  run({ deps, slackUserId, place, triggerId, sendAnswer, typed }, { request }) {
    if (request === null) return sendAnswer({ kind: "undo_of_what", typed });
    const opening = { slackUserId, place, triggerId, sendAnswer, typed };
    return openChange(deps, { ...opening, kind: null, undoes: request });
  },
});

const LIST_OPTIONS = { subject: "value", by: "value", since: "value", before: "value" } as const;

/** `[mine|waiting|open|all]` with filters. `--before CR-17` is the page of a list behind that request. */
export const requests = command<ListArgs>({
  parse(argument): ListArgs | { readonly notUnderstood: NotUnderstood } {
    const read = readOptions(argument, LIST_OPTIONS);
    if ("fault" in read) return { notUnderstood: { option: read.fault } };
    const which = REQUEST_LISTS.find((each) => each === (keyword(read.rest) || "open"));
    if (!which) return { notUnderstood: { typed: `requests ${read.rest}` } };
    const { subject = null, since = null, before = null } = read.options;
    const by = read.options.by === undefined ? null : readRequester(read.options.by);
    if (by === "unreadable")
      return { notUnderstood: { option: { why: "no_mentions", option: "by", most: 1 } } };
    const sinceMs = since === null ? null : readSince(since);
    if (sinceMs === "unreadable") return { notUnderstood: { option: { why: "no_time", option: "since" } } };
    const below = before === null ? null : requestNumber(before);
    if (before !== null && below === null)
      return { notUnderstood: { option: { why: "no_request", option: "before" } } };
    return { which, subject, by, since: sinceMs, below };
  },

  run: (context, { which, subject, by, since, below }) =>
    context.reply(async () => {
      const { deps, slackUserId } = context;
      const found = subject === null ? null : await deps.lookUps.subject(slackUserId, subject);
      const page = await deps.requestQueries.list(slackUserId, {
        ...{ which, below, since },
        by: by === "me" ? slackUserId : by,
        subjectId: found?.userId ?? null,
      });
      const filters = [
        found === null ? "" : `--subject ${found.userId}`,
        by === null ? "" : `--by ${by === "me" ? by : `<@${by}>`}`,
        since === null ? "" : `--since ${since.text}`,
      ].filter(Boolean);
      const { requests, newer, first, total, isMore } = page;
      const pageBelow = (number: number | null) =>
        [`requests ${which}`, ...filters, ...(number === null ? [] : [`--before CR-${number}`])].join(" ");
      const older = page.older === null ? null : pageBelow(page.older);
      const previous = newer ? pageBelow(newer.below) : null;
      return {
        ...{ kind: "requests", requests, which, older },
        isFiltered: filters.length > 0 || below !== null,
        page: { first, total, isMore, previous, next: older },
        isFrozen: await deps.isFrozen(),
      };
    }),
});

interface ListArgs {
  readonly which: RequestListName;
  readonly subject: string | null;
  /** A Slack id, or `me`. */
  readonly by: string | null;
  readonly since: Since | null;
  readonly below: number | null;
}

/** The Slack id of a mention, or `me`. */
function readRequester(text: string): string {
  if (/^me$/i.test(text)) return "me";
  return /^<@([A-Z0-9]+)(?:\|[^<>]*)?>$/.exec(text)?.[1] ?? "unreadable";
}

/** One request with the buttons that fit its reader. `requestId` is `null` if the text names none. */
export const request = command({
  parse: (argument) => ({ requestId: requestNumber(argument) }),
  async run({ deps, slackUserId, reply, sendAnswer, sendMessage, typed }, { requestId }) {
    if (requestId === null) return sendAnswer({ kind: "which_request", command: "request", typed });
    let found: Awaited<ReturnType<typeof deps.requestQueries.view>> | null = null;
    await reply(async () => {
      found = await deps.requestQueries.view(requestId, slackUserId);
      return null;
    });
    if (found)
      await sendMessage(requestDetails(slackUserId, found), { kind: "request_not_shown", requestId });
  },
});

/** As a click on Cancel: the cancellation is a job, which tells the person if it is refused. */
export const cancel = command({
  parse: (argument) => ({ requestId: requestNumber(argument) }),
  async run({ deps, slackUserId, place, triggerId, sendAnswer, reply, typed }, { requestId }) {
    if (requestId === null) return sendAnswer({ kind: "which_request", command: "cancel", typed });
    const clickId = uuidOf(`cancel ${requestId} ${triggerId} ${slackUserId}`);
    await reply(
      async () => {
        await deps.jobs.enqueue({ kind: "cancel", click: { clickId, requestId, slackUserId, place } });
        return { kind: "cancel_stored", requestId };
      },
      { isLookUp: false },
    );
  },
});

const BULKS: ReadonlyMap<string, BulkKind> = new Map([
  ["deactivate", "deactivate"],
  ["activate", "activate"],
  ["add-role", "add_roles"],
  ["add-roles", "add_roles"],
  ["remove-role", "remove_roles"],
  ["remove-roles", "remove_roles"],
  ["move", "move"],
]);

export const bulk = command<{ readonly kind: BulkKind }>({
  parse(argument): { readonly kind: BulkKind } | { readonly notUnderstood: NotUnderstood } {
    const kind = BULKS.get(keyword(argument));
    return kind ? { kind } : { notUnderstood: { typed: `bulk ${argument}`.trim() } };
  },
  async run({ deps, slackUserId, place, triggerId, sendAnswer, typed }, { kind }) {
    try {
      const draft = await deps.bulkOpening.start({ slackUserId, place, kind });
      const view = bulkInputView(draft, { isFrozen: await deps.isFrozen() });
      await deps.api.posting.views.open({ trigger_id: triggerId, view });
    } catch (error) {
      await sendNotOpened(deps, sendAnswer, error, typed);
    }
  },
});
