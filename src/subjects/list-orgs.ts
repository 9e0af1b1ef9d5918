import { type AuditEvent, orgsListed } from "../audit/index.ts";
import { type Authorizer, RECENT } from "../authorization/index.ts";
import type { Clock } from "../kernel/clock.ts";
import type { DirectoryOrgPage, DirectoryOrgsAge, TenantDirectory } from "./tenant-directory.ts";

/** Organizations on one page of a list, so that each with its button fits into one message of Slack's. */
export const ORGS_ON_A_PAGE = 10;

/** A page of a list, and the age of the directory's organizations, at the moment `readAt`. */
export interface OrgListPage {
  readonly page: DirectoryOrgPage;
  readonly age: DirectoryOrgsAge;
  readonly readAt: Date;
}

/** Lists of organizations from the directory. Each page needs the policies' permit for `list`. */
export interface OrgList {
  /** The first page. It is audited with the typed text and the number of organizations. */
  first(slackUserId: string, text: string | null): Promise<OrgListPage>;
  /** Another page of a list whose first page was audited. */
  page(slackUserId: string, text: string | null, offset: number): Promise<OrgListPage>;
}

export function createOrgList(options: {
  readonly authorizer: Authorizer;
  readonly directory: Pick<TenantDirectory, "orgs" | "orgsAge">;
  readonly record: (event: AuditEvent) => Promise<void>;
  readonly clock: Pick<Clock, "now">;
}): OrgList {
  const { authorizer, directory, record, clock } = options;

  const authorize = (slackUserId: string) =>
    authorizer.authorize(slackUserId, "list", { freshness: RECENT, about: {} });

  async function read(text: string | null, offset: number): Promise<OrgListPage> {
    const [page, age] = await Promise.all([
      directory.orgs(text, { offset, limit: ORGS_ON_A_PAGE }),
      directory.orgsAge(),
    ]);
    return { page, age, readAt: clock.now() };
  }

  return {
    async first(slackUserId, text) {
      const { email, policyHash } = await authorize(slackUserId);
      const list = await read(text, 0);
      const by = { actor: { slackUserId, email }, at: list.readAt, policyHash };
      await record(orgsListed(by, { asked: text, count: list.page.total }));
      return list;
    },

    async page(slackUserId, text, offset) {
      await authorize(slackUserId);
      return read(text, offset);
    },
  };
}
