import { type AuditEvent, requestsListed, requestViewed } from "../../audit/index.ts";
import { type Authorizer, type Person, RECENT } from "../../authorization/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { ACCOUNT_FRESH, type HiddenFrom, isStoredAsAny } from "../confidentiality/hidden-from.ts";
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
import { factsOfRequest, type RequestFactSources } from "../policy/policy-facts.ts";
import { progressOf, requirementsOf } from "../policy/requirements.ts";
import type { RequestView } from "../ports/request-messages.ts";
import type { UnitOfWork } from "../ports/storage.ts";

export interface RequestFilter {
  readonly which: RequestListName;
  /** The requester's Slack id; `null` for any. It has no effect on `mine`. */
  readonly by: string | null;
  /** The Incydr user id of a subject; `null` for any. */
  readonly subjectId: string | null;
  readonly since: Date | null;
  /** Only requests with a smaller number; `null` for the newest. */
  readonly below: number | null;
}

export interface RequestPage {
  /** The newest first. */
  readonly requests: readonly ListedRequest[];
  /** The number below which the next page begins; `null` on the last page. */
  readonly older: number | null;
}

/** Requests as a person may see them: without those of which the person is a subject. */
export interface RequestQueries {
  /** At most ten requests; audited. @throws {ForbiddenError} if the policies forbid lists */
  list(slackUserId: string, filter: RequestFilter): Promise<RequestPage>;
  /**
   * One request with its card's facts; audited.
   * @throws {ForbiddenError | RequestNotFoundError} after auditing the attempt
   */
  view(requestId: number, slackUserId: string): Promise<{ view: RequestView; url: string | null }>;
}

/** The most requests on a page of a list. */
const PAGE_LENGTH = 10;

/** The most subjects of a bulk whose present Slack accounts are looked up for a list. */
const MOST_LOOKED_UP = 20;

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

  return {
    async list(slackUserId, filter) {
      const { email, policyHash } = await authorizer.authorize(slackUserId, "list", { freshness: RECENT });
      const found = await firstVisible(slackUserId, filter);
      const page = found.slice(0, PAGE_LENGTH);
      const requests = await Promise.all(page.map((request) => listed(request, slackUserId)));
      await record(
        requestsListed({ actor: { slackUserId, email }, at: clock.now(), policyHash }, filter.which, {
          count: requests.length,
        }),
      );
      return { requests, older: found.length > PAGE_LENGTH ? (page.at(-1)?.id ?? null) : null };
    },

    async view(requestId, slackUserId) {
      const about = { asked: nameOf(requestId) };
      const { email, policyHash } = await authorizer.authorize(slackUserId, "lookup", {
        freshness: RECENT,
        about,
      });
      const actor = { slackUserId, email };
      try {
        await visibleRequest(requestId, slackUserId);
      } catch (error) {
        if (!(error instanceof RequestNotFoundError)) throw error;
        const attempt = { requestId, slackUserId, action: "view", at: clock.now() };
        await record(rejectedOnRequest(error, attempt));
        throw error;
      }
      const [view, url] = await Promise.all([readView(requestId), cardLink(requestId, slackUserId)]);
      await record(requestViewed({ actor, at: clock.now(), policyHash }, nameOf(requestId)));
      return { view, url };
    },
  };

  async function record(event: AuditEvent): Promise<void> {
    await uow.run(async (tx) => void (await tx.audit.append(event)));
  }

  /** The first requests that the reader may see, one more than a page has. */
  async function firstVisible(slackUserId: string, filter: RequestFilter): Promise<ChangeRequest[]> {
    const reader = await hiddenFrom.readerOf(slackUserId);
    const person = filter.which === "waiting" ? await directory.person(slackUserId, ACCOUNT_FRESH) : null;
    const visible: ChangeRequest[] = [];
    let { below } = filter;
    for (;;) {
      const limit = PAGE_LENGTH + 1;
      const states = STATES[filter.which];
      const by = filter.which === "mine" ? slackUserId : filter.by;
      const query = { states, requesterSlackId: by, userId: filter.subjectId, since: filter.since };
      const page = await uow.read(({ requests }) => requests.list({ ...query, below, limit }));
      for (const request of page) {
        if (await isHidden(reader, request)) continue;
        if (person && !(await couldApprove(person, reader, request))) continue;
        visible.push(request);
        if (visible.length > PAGE_LENGTH) return visible;
      }
      if (page.length < limit) return visible;
      below = page.at(-1)?.id ?? null;
    }
  }

  /**
   * Whether the reader is a subject. The subjects of a long bulk are compared by what is stored, and a reader without
   * an Incydr user counts as one of them.
   */
  async function isHidden(reader: IdentityKeys, request: ChangeRequest): Promise<boolean> {
    const { targets } = request;
    if (targets.length <= MOST_LOOKED_UP) return hiddenFrom.isAnyOf(reader, targets);
    return reader.userIds.length === 0 || isStoredAsAny(reader, targets);
  }

  async function couldApprove(
    person: Person,
    reader: IdentityKeys,
    request: ChangeRequest,
  ): Promise<boolean> {
    if (isSamePerson(reader, identityKeys(request.requester))) return false;
    const approved = validApprovals(request).some(({ approver }) =>
      isSamePerson(reader, identityKeys(approver)),
    );
    if (approved) return false;
    const pinned = await authorizer.pin({ madeUnder: request.policyHash });
    const policyInputs = await factsOfRequest(request, options);
    return (
      (await whyNotInvitable(pinned, person, { policyInputs, requirements: requirementsOf(request) })) ===
      null
    );
  }

  async function listed(request: ChangeRequest, slackUserId: string): Promise<ListedRequest> {
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
    };
  }
}
