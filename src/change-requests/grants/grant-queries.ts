import { grantsListed } from "../../audit/index.ts";
import { type Authorizer, RECENT } from "../../authorization/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Preflight } from "../../subjects/index.ts";
import type { HiddenFrom } from "../confidentiality/hidden-from.ts";
import type { VisibleRequest } from "../confidentiality/visible-request.ts";
import { rejectedOnRequest } from "../lifecycle/record-attempts.ts";
import type { Place } from "../model/change-request.ts";
import type { Grant } from "../model/grant.ts";
import { RequestNotFoundError } from "../model/request-errors.ts";
import type { UnitOfWork } from "../ports/storage.ts";

/** Lists of open grants, without the reader's own grants. */
export interface GrantQueries {
  /** The grants of a user whom this person has just looked up. */
  ofSubject(slackUserId: string, subject: Pick<Preflight, "userId">): Promise<readonly Grant[]>;
  /** All open grants by their end, at most 50; audited. @throws {ForbiddenError} if the policies forbid look-ups */
  all(slackUserId: string): Promise<readonly Grant[]>;
  /** The place of a request that this person wants to extend. @throws {RequestNotFoundError} after auditing the attempt. */
  placeOf(requestId: number, slackUserId: string): Promise<Place>;
}

const MOST_GRANTS_LISTED = 50;

export function createGrantQueries(options: {
  authorizer: Authorizer;
  hiddenFrom: HiddenFrom;
  visibleRequest: VisibleRequest;
  uow: UnitOfWork;
  clock: Clock;
}): GrantQueries {
  const { authorizer, visibleRequest, uow, clock } = options;
  const { readerOf, isAnyOf } = options.hiddenFrom;

  /** The first grants that this person may see. */
  async function firstVisible(slackUserId: string): Promise<readonly Grant[]> {
    const reader = await readerOf(slackUserId);
    const visible: Grant[] = [];
    let page: readonly Grant[];
    let skip = 0;
    do {
      page = await uow.read(({ grants }) => grants.open({ userId: null, limit: MOST_GRANTS_LISTED, skip }));
      skip += page.length;
      const areHidden = await Promise.all(page.map((grant) => isAnyOf(reader, [grant])));
      visible.push(...page.filter((_, index) => !areHidden[index]));
    } while (page.length === MOST_GRANTS_LISTED && visible.length < MOST_GRANTS_LISTED);
    return visible.slice(0, MOST_GRANTS_LISTED);
  }

  return {
    async ofSubject(slackUserId, { userId }) {
      const open = await uow.read(({ grants }) => grants.open({ userId, limit: MOST_GRANTS_LISTED }));
      if (open.length === 0) return [];
      const isAbout = await isAnyOf(await readerOf(slackUserId), open);
      return isAbout ? [] : open;
    },

    async all(slackUserId) {
      const person = await authorizer.authorize(slackUserId, "lookup", { freshness: RECENT });
      const listed = await firstVisible(slackUserId);
      const { email, policyHash } = person;
      const occasion = { actor: { slackUserId, email }, at: clock.now(), policyHash };
      await uow.run((tx) => tx.audit.append(grantsListed(occasion, listed.length)));
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
