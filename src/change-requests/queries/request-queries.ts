import { type AuditEvent, requestsListed, requestViewed } from "../../audit/index.ts";
import { type Authorizer, type Person, RECENT } from "../../authorization/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { AppError } from "../../kernel/errors.ts";
import { ACCOUNT_FRESH, type HiddenFrom } from "../confidentiality/hidden-from.ts";
import { type IdentityKeys, identityKeys, isSamePerson } from "../confidentiality/identity-keys.ts";
import type { VisibleRequest } from "../confidentiality/visible-request.ts";
import { rejectedOnRequest } from "../lifecycle/record-attempts.ts";
import type { ListedRequest, RequestListName } from "../model/answer.ts";
import {
  type ChangeRequest,
  isBulk,
  nameOf,
  onlyTarget,
  outcomeOfRequest,
  validApprovals,
} from "../model/change-request.ts";
import { RequestNotFoundError } from "../model/request-errors.ts";
import type { RequestState } from "../model/state-machine.ts";
import type { ReadView } from "../notify/read-view.ts";
import { whyNotInvitable } from "../policy/check-invited.ts";
import { createReadDeciders } from "../policy/deciders.ts";
import { factsOfRequest, type RequestFactSources } from "../policy/policy-facts.ts";
import { progressOf, requirementsOf } from "../policy/requirements.ts";
import type { RequestView } from "../ports/request-messages.ts";
import type { UnitOfWork } from "../ports/storage.ts";
import { createVisibleRequests, type Matching } from "./visible-requests.ts";

export interface RequestFilter {
  readonly which: RequestListName;
  /** The requester's Slack id; `null` for any. The list `mine` of another requester is empty. */
  readonly by: string | null;
  /** The Incydr user id of a subject; `null` for any. */
  readonly subjectId: string | null;
  /** The earliest time of the request: hours ago, or the beginning of a day (`2026-11-01`) in UTC. */
  readonly since: { readonly hoursAgo: number } | { readonly day: string } | null;
  /** Only requests with a smaller number; `null` for the newest. */
  readonly below: number | null;
}

export interface RequestPage {
  /** The newest first. */
  readonly requests: readonly ListedRequest[];
  /** The number below which the next page begins; `null` on the last page. */
  readonly older: number | null;
  /** The number below which the page before this one begins, `null` for no limit; absent on the first page. */
  readonly newer?: { readonly below: number | null };
  /** The number of the first request of this page, from 1; `null` if it is not known. */
  readonly first: number | null;
  /** The requests of the whole list; `null` if they were not counted. */
  readonly total: number | null;
  /** Whether the list has more requests than `total`. */
  readonly isMore: boolean;
}

/** Requests as a person may see them: without those of which the person is a subject. */
export interface RequestQueries {
  /** At most ten requests; audited. @throws {ForbiddenError} if the policies forbid lists */
  list(slackUserId: string, filter: RequestFilter): Promise<RequestPage>;
  /**
   * One request with its card's facts; audited.
   * @throws {ForbiddenError | RequestNotFoundError} after auditing the attempt
   */
  view(requestId: number, slackUserId: string): Promise<ShownRequest>;
}

/** A request for one reader. */
export interface ShownRequest {
  readonly view: RequestView;
  /** The card; `null` if there is none that the reader can open. */
  readonly url: string | null;
  /** Whether the reader could approve it by the policies now. The click is checked again. */
  readonly canApprove: boolean;
}

/** The most requests on a page of a list. */
const PAGE_LENGTH = 10;

/** The most pending requests whose policies are asked for one page. */
const MOST_CHECKED = 100;

interface Found {
  readonly request: ChangeRequest;
  readonly isUnchecked: boolean;
}

/** A part of the visible requests, from one of them on. */
interface Part {
  /** The first of these that the list has. */
  readonly found: readonly Found[];
  /** The last request that was looked at; `null` if there was none. */
  readonly last: number | null;
  /** The first visible request that was not looked at; `null` if there is none. */
  readonly next: number | null;
}

/** A reader of the list `waiting`. */
interface Deciding {
  readonly person: Person;
  readonly reader: IdentityKeys;
}

const OPEN: readonly RequestState[] = ["pending", "approved", "stale", "executing"];
const STATES: Readonly<Record<RequestFilter["which"], readonly RequestState[] | null>> = {
  open: OPEN,
  mine: null,
  waiting: ["pending"],
  all: null,
};

export function createRequestQueries(
  options: {
    authorizer: Authorizer;
    hiddenFrom: HiddenFrom;
    visibleRequest: VisibleRequest;
    readView: ReadView;
    /** The link to a request's card; `null` unless this person is in its channel. */
    cardLink: (requestId: number, slackUserId: string) => Promise<string | null>;
    uow: UnitOfWork;
    clock: Clock;
  } & RequestFactSources,
): RequestQueries {
  const { authorizer, hiddenFrom, visibleRequest, readView, cardLink, directory, uow, clock } = options;
  const visible = createVisibleRequests({ hiddenFrom, uow });
  const readDeciders = createReadDeciders(options);

  return {
    async list(slackUserId, filter) {
      const { email, policyHash } = await authorizer.authorize(slackUserId, "list", { freshness: RECENT });
      const { found, ...place } = await pageOf(slackUserId, filter);
      const requests = await Promise.all(found.map((each) => listed(each, slackUserId)));
      await record(
        requestsListed({ actor: { slackUserId, email }, at: clock.now(), policyHash }, filter.which, {
          count: requests.length,
        }),
      );
      return { requests, ...place };
    },

    async view(requestId, slackUserId) {
      const about = { asked: nameOf(requestId) };
      const { email, policyHash } = await authorizer.authorize(slackUserId, "lookup", {
        freshness: RECENT,
        about,
      });
      const actor = { slackUserId, email };
      try {
        await visibleRequest(requestId, slackUserId, { isLastCheck: true });
      } catch (error) {
        if (!(error instanceof RequestNotFoundError)) throw error;
        const attempt = { requestId, slackUserId, action: "view", at: clock.now() };
        await record(rejectedOnRequest(error, attempt));
        throw error;
      }
      const [view, url] = await Promise.all([readView(requestId), cardLink(requestId, slackUserId)]);
      const canApprove = view.request.state === "pending" && (await isApprover(slackUserId, view.request));
      await record(requestViewed({ actor, at: clock.now(), policyHash }, nameOf(requestId)));
      return { view, url, canApprove };
    },
  };

  async function record(event: AuditEvent): Promise<void> {
    await uow.run(async (tx) => void (await tx.audit.append(event)));
  }

  /** The requests of a page, and its place in the list. */
  async function pageOf(
    slackUserId: string,
    filter: RequestFilter,
  ): Promise<{ readonly found: readonly Found[] } & Omit<RequestPage, "requests">> {
    const { which, by, below } = filter;
    const reader = await hiddenFrom.readerOf(slackUserId);
    if (which === "mine" && by !== null && by !== slackUserId)
      return { found: [], older: null, first: 1, total: 0, isMore: false };
    const isWaiting = which === "waiting";
    const deciding = isWaiting
      ? { reader, person: await directory.person(slackUserId, ACCOUNT_FRESH) }
      : null;
    const matching: Matching = {
      states: STATES[which],
      requesterSlackId: which === "mine" ? slackUserId : by,
      userId: filter.subjectId,
      since: filter.since && sinceDate(filter.since),
    };
    const { found, last, next } = await firstOf(visible.below(reader, matching, below), deciding);
    const newer = below === null ? null : await firstOf(visible.atLeast(reader, matching, below), deciding);
    const page = {
      found,
      older: next === null ? null : last,
      ...(newer === null || newer.last === null ? {} : { newer: { below: newer.next } }),
    };
    if (below === null && next === null) return { ...page, first: 1, total: found.length, isMore: false };
    // The policies would have to decide about each request.
    if (deciding) return { ...page, first: null, total: null, isMore: false };
    const { total, isMore, newer: before } = await visible.count(reader, matching, below);
    const first = before === null ? null : before + 1;
    if (isMore) return { ...page, first, total, isMore };
    // A request may have left the list since the page was read.
    return { ...page, first, total: Math.max(total, (before ?? 0) + found.length), isMore };
  }

  /** The first requests that the list has, of some that the reader may see. */
  async function firstOf(requests: AsyncIterable<ChangeRequest>, deciding: Deciding | null): Promise<Part> {
    const found: Found[] = [];
    let last: number | null = null;
    let checked = 0;
    for await (const request of requests) {
      if (found.length === PAGE_LENGTH || checked === MOST_CHECKED) return { found, last, next: request.id };
      last = request.id;
      checked += deciding ? 1 : 0;
      const decides = deciding ? await couldApprove(deciding, request) : true;
      if (decides !== false) found.push({ request, isUnchecked: decides === null });
    }
    return { found, last, next: null };
  }

  function sinceDate(since: NonNullable<RequestFilter["since"]>): Date {
    if ("day" in since) return new Date(`${since.day}T00:00:00Z`);
    return new Date(clock.now().getTime() - since.hoursAgo * 3_600_000);
  }

  async function isApprover(slackUserId: string, request: ChangeRequest): Promise<boolean> {
    const [reader, person] = await Promise.all([
      hiddenFrom.readerOf(slackUserId),
      directory.person(slackUserId, ACCOUNT_FRESH),
    ]);
    return (await couldApprove({ person, reader }, request)) !== false;
  }

  /** `null` if the policies can't tell: one such request must not refuse the whole list. */
  async function couldApprove({ person, reader }: Deciding, request: ChangeRequest): Promise<boolean | null> {
    const decided = [request.requester, ...validApprovals(request).map(({ approver }) => approver)];
    if (decided.some((each) => isSamePerson(reader, identityKeys(each)))) return false;
    try {
      const pinned = await authorizer.pin({ madeUnder: request.policyHash });
      const toApprove = {
        policyInputs: await factsOfRequest(request, options),
        requirements: requirementsOf(request),
      };
      return (await whyNotInvitable(pinned, person, toApprove)) === null;
    } catch (error) {
      if (error instanceof AppError) return null;
      throw error;
    }
  }

  async function listed({ request, isUnchecked }: Found, slackUserId: string): Promise<ListedRequest> {
    const { id, state, change, requester, createdAt, targetCount, emergency } = request;
    return {
      requestId: id,
      state,
      outcome: state === "done" ? outcomeOfRequest(request) : null,
      change,
      isEmergency: emergency !== null,
      username: isBulk(request) ? null : onlyTarget(request).username,
      targets: targetCount,
      requesterSlackId: requester.slackUserId,
      createdAt: createdAt.toISOString(),
      missing: state === "pending" ? progressOf(requirementsOf(request)).missing : null,
      url: await cardLink(id, slackUserId),
      isUnchecked,
      ...(state === "pending" ? { deciders: await readDeciders(request) } : {}),
    };
  }
}
