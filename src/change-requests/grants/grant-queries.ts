import { grantsListed } from "../../audit/index.ts";
import { type Authorizer, type PeopleDirectory, RECENT } from "../../authorization/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { AppError } from "../../kernel/errors.ts";
import type { Preflight } from "../../subjects/index.ts";
import { ACCOUNT_FRESH, type HiddenFrom } from "../confidentiality/hidden-from.ts";
import type { VisibleRequest } from "../confidentiality/visible-request.ts";
import { rejectedOnRequest } from "../lifecycle/record-attempts.ts";
import { REQUESTS_ON_A_GRANT_PAGE } from "../model/answer.ts";
import type { Place } from "../model/change-request.ts";
import { type Grant, MOST_GRANTS_READ } from "../model/grant.ts";
import { RequestNotFoundError } from "../model/request-errors.ts";
import type { UnitOfWork } from "../ports/storage.ts";

/** Lists of open grants, without the reader's own grants. */
export interface GrantQueries {
  /**
   * The grants of a user whom this person has just looked up. `null`: Slack can't say who the person is, so that the
   * person may be that user. It does not depend on whether there are grants.
   */
  ofSubject(slackUserId: string, subject: Pick<Preflight, "userId">): Promise<readonly Grant[] | null>;
  /**
   * A page of the open grants, by their end: of a user whom this person has just looked up, or of all (`null`). A list
   * of all is audited. A page has whole requests: all open grants that one request gave.
   * @param page from 1; a number behind the last page stands for the last page
   * @throws {ForbiddenError} if the policies forbid look-ups
   */
  page(slackUserId: string, subject: Pick<Preflight, "userId"> | null, page: number): Promise<GrantPage>;
  /** The place of a request that this person wants to extend. @throws {RequestNotFoundError} after auditing the attempt. */
  placeOf(requestId: number, slackUserId: string): Promise<Place>;
}

/** A page of a list of open grants. */
export interface GrantPage {
  readonly grants: readonly Grant[];
  /** The number of this page, and of all pages, from 1. */
  readonly page: number;
  readonly pages: number;
  /** The number of the first grant of this page, from 1; 0 if there are none. */
  readonly first: number;
  /** The grants on all pages. */
  readonly total: number;
  /** Whether there are more grants than the pages have. */
  readonly isMore: boolean;
}

/** The grants on all pages of one list, and those that are read at once. */
const MOST_GRANTS_COUNTED = 1_000;
const GRANTS_READ_AT_ONCE = 100;

export function createGrantQueries(options: {
  authorizer: Authorizer;
  hiddenFrom: HiddenFrom;
  visibleRequest: VisibleRequest;
  directory: Pick<PeopleDirectory, "person">;
  uow: UnitOfWork;
  clock: Clock;
}): GrantQueries {
  const { authorizer, visibleRequest, directory, uow, clock } = options;
  const { readerOf, isAnyOf } = options.hiddenFrom;

  /** The first grants that this person may see, at most one more than are counted. */
  async function firstVisible(slackUserId: string, userId: string | null): Promise<readonly Grant[]> {
    const reader = await readerOf(slackUserId);
    const visible: Grant[] = [];
    let page: readonly Grant[];
    let skip = 0;
    do {
      const from = { userId, limit: GRANTS_READ_AT_ONCE, skip };
      page = await uow.read(({ grants }) => grants.open(from));
      skip += page.length;
      const areHidden = await Promise.all(page.map((grant) => isAnyOf(reader, [grant])));
      visible.push(...page.filter((_, index) => !areHidden[index]));
    } while (page.length === GRANTS_READ_AT_ONCE && visible.length <= MOST_GRANTS_COUNTED);
    return visible;
  }

  return {
    async ofSubject(slackUserId, { userId }) {
      // Also without grants, so that an outage of Slack does not show whether there are some.
      if ((await directory.person(slackUserId, ACCOUNT_FRESH).catch(nullIfUnreadable)) === null) return null;
      const open = await uow.read(({ grants }) => grants.open({ userId, limit: MOST_GRANTS_READ }));
      if (open.length === 0) return [];
      // A person who can't be compared counts as the subject.
      const isSubject = await readerOf(slackUserId)
        .then((reader) => isAnyOf(reader, open))
        .catch(nullIfUnreadable);
      return isSubject === false ? open : [];
    },

    async page(slackUserId, subject, page) {
      if (subject !== null) return pageOf(await firstVisible(slackUserId, subject.userId), page);
      const person = await authorizer.authorize(slackUserId, "lookup", { freshness: RECENT });
      const listed = pageOf(await firstVisible(slackUserId, null), page);
      const { email, policyHash } = person;
      const occasion = { actor: { slackUserId, email }, at: clock.now(), policyHash };
      await uow.run((tx) => tx.audit.append(grantsListed(occasion, listed.grants.length)));
      return listed;
    },

    async placeOf(requestId, slackUserId) {
      try {
        return (await visibleRequest(requestId, slackUserId, { isLastCheck: true })).place;
      } catch (error) {
        if (!(error instanceof RequestNotFoundError)) throw error;
        const attempt = { requestId, slackUserId, action: "extend", at: clock.now() };
        await uow.run((tx) => tx.audit.append(rejectedOnRequest(error, attempt)));
        throw error;
      }
    },
  };
}

function nullIfUnreadable(error: unknown): null {
  if (error instanceof AppError) return null;
  throw error;
}

/** A page of whole requests. A request of which only a part is counted is on no page. */
function pageOf(visible: readonly Grant[], page: number): GrantPage {
  const isMore = visible.length > MOST_GRANTS_COUNTED;
  const requests = new Map<number, Grant[]>();
  for (const grant of visible)
    requests.set(grant.requestId, [...(requests.get(grant.requestId) ?? []), grant]);
  const last = visible.at(-1);
  if (isMore && last) requests.delete(last.requestId);
  const each = [...requests.values()];
  const pages = Math.max(1, Math.ceil(each.length / REQUESTS_ON_A_GRANT_PAGE));
  const shown = Math.min(page, pages);
  const from = (shown - 1) * REQUESTS_ON_A_GRANT_PAGE;
  const grants = each.slice(from, from + REQUESTS_ON_A_GRANT_PAGE).flat();
  const before = each.slice(0, from).flat().length;
  return {
    ...{ grants, page: shown, pages, isMore, total: each.flat().length },
    first: grants.length === 0 ? 0 : before + 1,
  };
}
