import type { PgBoss } from "pg-boss";
import { JOB_KINDS } from "../change-requests/index.ts";

/**
 * Minutes after which due work is late. Idle workers take a due job within a second, and a failed job is due again only
 * after its pause. So one job alone is not late, and the answer depends on no single request.
 */
const LATE_AFTER_MINUTES = 5;

const IS_LATE = `select exists (
  select from pgboss.job where name = any($1::text[]) and state < 'active' and not blocked
    and start_after <= pgboss.job_now() - make_interval(mins => $2)
) as late`;

/** Whether a job has been due for five minutes or longer. */
export async function isQueueLate(boss: Pick<PgBoss, "getDb">): Promise<boolean> {
  const { rows } = await boss.getDb().executeSql(IS_LATE, [JOB_KINDS, LATE_AFTER_MINUTES]);
  return rows[0]?.late === true;
}
