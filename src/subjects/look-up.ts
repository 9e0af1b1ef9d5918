import { type AuditEvent, rejectedAttempt, rolesListed, subjectLookedUp } from "../audit/index.ts";
import { type Authorizer, RECENT } from "../authorization/index.ts";
import { createList, type IncydrReader, isComplete, type List, type Role } from "../incydr/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { AppError } from "../kernel/errors.ts";
import type { Preflight, ReadSubject } from "./preflight.ts";

export interface LookUpOptions {
  readonly authorizer: Authorizer;
  readonly readSubject: ReadSubject;
  readonly incydr: IncydrReader;
  readonly record: (event: AuditEvent) => Promise<void>;
  readonly clock: Clock;
}

/** Look-ups check the policies, are audited, and change nothing in Incydr. */
export interface LookUps {
  subject(slackUserId: string, who: string): Promise<Preflight>;
  /** The roles that the bot's API client may assign, sorted by name. */
  roles(slackUserId: string): Promise<List<Role>>;
}

export function createLookUps(options: LookUpOptions): LookUps {
  const { authorizer, readSubject, incydr, record, clock } = options;

  /** Authorizes, reads and audits; an error of the reading is audited too. */
  async function lookUp<T>(
    slackUserId: string,
    attempt: { readonly action: "lookup"; readonly asked: string } | { readonly action: "list" },
    read: () => Promise<T>,
    eventOf: (by: Parameters<typeof subjectLookedUp>[0], result: T) => AuditEvent,
  ): Promise<T> {
    const { action, ...about } = attempt;
    const { email, policyHash } = await authorizer.authorize(slackUserId, action, {
      freshness: RECENT,
      about,
    });
    const by = () => ({ actor: { slackUserId, email }, at: clock.now(), policyHash });
    const result = await read().catch(async (error: unknown) => {
      if (error instanceof AppError) {
        const details = { ...attempt, fault: error.code, message: error.message };
        await record(rejectedAttempt({ ...by(), details }));
      }
      throw error;
    });
    await record(eventOf(by(), result));
    return result;
  }

  return {
    subject: (slackUserId, who) =>
      lookUp(
        slackUserId,
        { action: "lookup", asked: who },
        () => readSubject(who),
        (by, { username }) => subjectLookedUp(by, username, { asked: who }),
      ),

    async roles(slackUserId) {
      const roles = await lookUp(
        slackUserId,
        { action: "list" },
        () => incydr.users.listRoles({ lane: "interactive" }),
        (by, { length }) => rolesListed(by, length),
      );
      return createList(
        [...roles].sort((a, b) => (a.roleName ?? "").localeCompare(b.roleName ?? "")),
        { complete: isComplete(roles), skipped: roles.skipped },
      );
    },
  };
}
