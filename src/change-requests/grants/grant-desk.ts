import { type Authorizer, type PeopleDirectory, type Person, RECENT } from "../../authorization/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Preflight } from "../../subjects/index.ts";
import type { Place } from "../change-request.ts";
import type { UnitOfWork } from "../ports.ts";
import { RequestNotFoundError } from "../request-errors.ts";
import type { Grant } from "./grant.ts";

/** What people are told of grants that aren't over; nobody is told of their own. */
export interface GrantDesk {
  /** Those of a user whom this person has just looked up. */
  ofSubject(slackUserId: string, subject: Pick<Preflight, "userId">): Promise<readonly Grant[]>;
  /**
   * All of them, the next to end first, and at most 50; audited.
   * @throws {ForbiddenError} for whoever may look nobody up.
   */
  all(slackUserId: string): Promise<readonly Grant[]>;
  /**
   * Where a request was made, for another that goes on from it.
   * @throws {RequestNotFoundError}
   */
  placeOf(requestId: number): Promise<Place>;
}

const MOST_LISTED = 50;

export function createGrantDesk(options: {
  authorizer: Authorizer;
  directory: PeopleDirectory;
  uow: UnitOfWork;
  clock: Clock;
  /** Incydr usernames of those whose e-mail in Slack is another. */
  operatorMap: ReadonlyMap<string, string>;
}): GrantDesk {
  const { authorizer, directory, uow, clock, operatorMap } = options;
  const isAbout = ({ slackUserIds, username }: Grant, { slackUserId, email }: Person) =>
    slackUserIds.includes(slackUserId) ||
    [email, operatorMap.get(slackUserId)?.toLowerCase()].includes(username.toLowerCase());
  return {
    async ofSubject(slackUserId, { userId }) {
      const person = await directory.person(slackUserId, RECENT);
      const open = await uow.read(({ grants }) => grants.open({ userId, limit: MOST_LISTED }));
      return open.filter((grant) => !isAbout(grant, person));
    },

    async all(slackUserId) {
      const person = await authorizer.authorize(slackUserId, "lookup", { freshness: RECENT });
      return uow.run(async (tx) => {
        const open = await tx.grants.open({ userId: null, limit: MOST_LISTED });
        const listed = open.filter((grant) => !isAbout(grant, person));
        await tx.audit.append({
          kind: "grants.listed",
          at: clock.now(),
          actor: { slackUserId, email: person.email },
          requestId: null,
          subject: null,
          policyHash: person.policyHash,
          details: { count: listed.length },
        });
        return listed;
      });
    },

    async placeOf(requestId) {
      const request = await uow.read(({ requests }) => requests.get(requestId));
      if (!request) throw new RequestNotFoundError(requestId);
      return request.place;
    },
  };
}
