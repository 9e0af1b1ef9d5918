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

/** Makes the function that lists organizations of the directory, if the policies permit `list`; audited. */
export function createOrgList(options: {
  readonly authorizer: Authorizer;
  readonly directory: Pick<TenantDirectory, "orgs" | "orgsAge">;
  readonly record: (event: AuditEvent) => Promise<void>;
  readonly clock: Pick<Clock, "now">;
}) {
  const { authorizer, directory, record, clock } = options;
  /** @param page from 1; a page beyond the end is the last one */
  return async function orgList(
    slackUserId: string,
    text: string | null,
    page: number,
  ): Promise<OrgListPage> {
    const { email, policyHash } = await authorizer.authorize(slackUserId, "list", {
      freshness: RECENT,
      about: {},
    });
    const part = { offset: (page - 1) * ORGS_ON_A_PAGE, limit: ORGS_ON_A_PAGE };
    const [found, age] = await Promise.all([directory.orgs(text, part), directory.orgsAge()]);
    const readAt = clock.now();
    const by = { actor: { slackUserId, email }, at: readAt, policyHash };
    await record(orgsListed(by, { asked: text, count: found.total }));
    return { page: found, age, readAt };
  };
}

export type OrgList = ReturnType<typeof createOrgList>;
