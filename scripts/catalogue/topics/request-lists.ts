import {
  type Change,
  type ChangeRequest,
  type Deciders,
  type ListedPage,
  REQUEST_LISTS,
  REQUEST_STATES,
  type TargetState,
} from "../../../src/change-requests/index.ts";
import { answerMessage } from "../../../src/slack/messages/answer-message.ts";
import { requestDetails, requestList } from "../../../src/slack/messages/request-messages.ts";
import { entriesFor, joined, type Topic, under } from "../entries.ts";
import {
  CHANGES,
  doneRequest,
  FORGED,
  factsOf,
  listedRequest,
  PEOPLE,
  ROLES,
  requestOf,
  targetOf,
  viewOf,
} from "../fixtures.ts";

/** Lists of requests, and the details of one. */
export function requestLists(isFrozen: boolean): Topic {
  return joined(requests(isFrozen), under("details", detailsAfter()));
}

const LIST_PAGE: ListedPage = {
  ...{ first: 11, total: 23, isMore: false },
  ...{ previous: "requests open", next: "requests open --before CR-12" },
};

/** The people who could approve requests. */
const DECIDERS: readonly (Deciders | null)[] = [
  { groups: ["insider-risk-leads"], invited: [] },
  { groups: ["a", "b", "c", "d"], invited: ["U0THEO"] },
  { groups: ["a", "b", "c", "d", "e"], invited: ["U0THEO", "U0PRIYA", "U0LENA", "U0SVEN"] },
  { groups: [], invited: [] },
  null,
];

/** Details of finished requests, with the facts after the change. */
function detailsAfter(): Topic {
  const shown = (request: ChangeRequest) =>
    requestDetails(PEOPLE.theo.slackUserId, { view: viewOf(request), ...{ url: null, canApprove: false } });
  const failedInPart = (change: Change, outstandingRoleIds: readonly string[] | null) => {
    const request = doneRequest("failed", { change });
    return { ...request, targets: request.targets.map((target) => ({ ...target, outstandingRoleIds })) };
  };
  const both = [ROLES.alerts, ROLES.watchlists];
  const users = (states: readonly TargetState[], patch: Partial<ChangeRequest>) => {
    const targets = states.map((state, position) => {
      const username = position === 0 ? FORGED.username : `user-${position}@harborlight.example`;
      return targetOf({ position, state, facts: factsOf({ userId: `u${position}`, username }) });
    });
    return requestOf({ ...patch, targets });
  };
  const everyState: readonly TargetState[] = [
    ...(["waiting", "executing", "verified", "already", "refused"] as const),
    ...(["failed", "unknown", "skipped", "stale"] as const),
  ];
  return {
    ...entriesFor(CHANGES, (change) => shown(doneRequest("verified", { change }))),
    ...Object.fromEntries(
      everyState.map((state) => [`a target that is ${state}`, shown(doneRequest(state))]),
    ),
    "failed, without a date": shown(
      doneRequest("failed", { targets: [targetOf()], change: CHANGES.deactivate }),
    ),
    "only some roles were added": shown(failedInPart({ kind: "add_roles", roles: both }, ["alert-emails"])),
    "only some roles were removed": shown(
      failedInPart({ kind: "remove_roles", roles: both }, ["alert-emails"]),
    ),
    "no role was removed": shown(failedInPart({ kind: "remove_roles", roles: both }, null)),
    "all roles were removed": shown(
      doneRequest("verified", { change: { kind: "replace_roles", roles: [] } }),
    ),
    "a bulk under way, each state": shown(users(everyState, { state: "executing" })),
    "a bulk, many users": shown(
      users(
        Array.from({ length: 30 }, (_, index) => (index > 20 ? "failed" : "verified")),
        { state: "done" },
      ),
    ),
    "a bulk that has not begun": shown(users(["waiting", "waiting"], { state: "pending" })),
  };
}

function requests(isFrozen: boolean): Topic {
  const list = (patch: Partial<Parameters<typeof requestList>[0]>) =>
    requestList({
      ...{ kind: "requests", which: "open", isFiltered: false, older: null, isFrozen, requests: [] },
      ...patch,
    });
  const url = "https://harborlight.slack.com/archives/C0APPROVE/p1";
  const many = Array.from({ length: 500 }, (_, index) => ({
    id: `r${index}`,
    name: `${index} "${"x".repeat(240)}"`,
  }));
  const states = REQUEST_STATES.map((state, index) =>
    listedRequest({
      requestId: 30 - index,
      state,
      missing: state === "pending" ? 2 : null,
      url: `${url}${index}`,
    }),
  );
  const outcomes = (["verified", "partly_verified", "failed", "unknown", null] as const).map(
    (outcome, index) => listedRequest({ requestId: 20 - index, state: "done", outcome, missing: null }),
  );
  return {
    ...Object.fromEntries(REQUEST_LISTS.map((which) => [`none, ${which}`, list({ which })])),
    "none that fits the filters": list({ isFiltered: true }),
    "a page without a request that waits": list({
      which: "waiting",
      older: "requests waiting --before CR-20",
      page: { ...LIST_PAGE, total: null, first: null },
    }),
    "a page of many": list({ requests: outcomes, older: "requests open --before CR-12", page: LIST_PAGE }),
    "the whole list": list({
      requests: outcomes.slice(0, 1),
      page: { ...LIST_PAGE, first: 1, total: 1, previous: null },
    }),
    "the last page, of one request": list({
      requests: outcomes.slice(0, 1),
      page: { ...LIST_PAGE, first: 21, total: 21 },
    }),
    "more than are counted": list({
      requests: outcomes,
      page: { ...LIST_PAGE, total: 1_000, isMore: true },
    }),
    "more than are counted, far behind": list({
      requests: outcomes,
      page: { ...LIST_PAGE, total: 1_000, isMore: true, first: null },
    }),
    "not counted": list({ requests: outcomes, page: { ...LIST_PAGE, total: null, first: null } }),
    "who can approve": list({
      requests: DECIDERS.map((deciders, index) => listedRequest({ requestId: 30 - index, deciders })),
    }),
    "each state": list({ requests: states, which: "all", older: "requests all --before CR-20" }),
    "each outcome": list({ requests: outcomes, which: "mine" }),
    "a bulk and an emergency": list({
      which: "waiting",
      requests: [
        listedRequest({ username: null, targets: 12 }),
        listedRequest({ requestId: 3, isEmergency: true }),
      ],
    }),
    "a forged name": list({ requests: [listedRequest({ username: FORGED.name })] }),
    "details, for the requester": requestDetails(PEOPLE.maya.slackUserId, {
      view: viewOf(requestOf()),
      ...{ url: null, canApprove: false },
    }),
    "details, for a person who can approve": requestDetails(PEOPLE.theo.slackUserId, {
      view: viewOf(requestOf()),
      ...{ url, canApprove: true },
    }),
    "details, for a person who can't approve": requestDetails(PEOPLE.sven.slackUserId, {
      view: viewOf(requestOf()),
      ...{ url, canApprove: false },
    }),
    "details of an inactive user without roles": requestDetails(PEOPLE.theo.slackUserId, {
      view: viewOf(requestOf({ targets: [targetOf({ facts: factsOf({ active: false, roles: [] }) })] })),
      ...{ url: null, canApprove: true },
    }),
    "details of a user with many roles": requestDetails(PEOPLE.theo.slackUserId, {
      view: viewOf(requestOf({ targets: [targetOf({ facts: factsOf({ roles: many }) })] })),
      ...{ url, canApprove: true },
    }),
    "details that Slack did not take": answerMessage({ kind: "request_not_shown", requestId: 17 }),
    "a request that could not be checked": list({
      which: "waiting",
      requests: [listedRequest({ isUnchecked: true })],
    }),
    "long names": list({
      which: "all",
      requests: Array.from({ length: 10 }, (_, index) =>
        listedRequest({
          ...{
            requestId: 900_000_000_000 + index,
            username: `"${"\u05D0".repeat(250)}"`,
            url: `${url}${index}`,
          },
          change: { kind: "add_roles", roles: many },
          deciders: {
            groups: Array.from({ length: 9 }, (_, each) => `${each}${"x".repeat(200)}`),
            invited: ["U0THEO00001", "U0PRIYA0001", "U0LENA00001", "U0SVEN00001"],
          },
        }),
      ),
      older: "requests all --before CR-900000000000",
      page: LIST_PAGE,
    }),
  };
}
