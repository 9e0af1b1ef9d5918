import { type AuditEvent, rejectedAttempt, rolesListed, subjectLookedUp } from "../audit/index.ts";
import { type Authorizer, RECENT } from "../authorization/index.ts";
import { createList, type IncydrReader, isComplete, type List, type Role } from "../incydr/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { AppError } from "../kernel/errors.ts";
import type { FindSubject } from "./find-subject.ts";
import type { Preflight, ReadPreflight } from "./preflight.ts";

export interface LookUpOptions {
  readonly authorizer: Authorizer;
  readonly findSubject: FindSubject;
  readonly preflight: ReadPreflight;
  readonly incydr: IncydrReader;
  readonly record: (event: AuditEvent) => Promise<void>;
  readonly clock: Clock;
}

/** Look-ups: allowed by the policy, audited, without any effect on Incydr. */
export interface LookUps {
  /** Everything the bot knows of one user. */
  subject(slackUserId: string, who: string): Promise<Preflight>;
  /** The roles that the bot's API client may assign, by name. */
  roles(slackUserId: string): Promise<List<Role>>;
}

export function createLookUps({
  authorizer,
  findSubject,
  preflight,
  incydr,
  record,
  clock,
}: LookUpOptions): LookUps {
  type Actor = { slackUserId: string; email: string | null };

  /** Reads, and audits a failure. */
  async function reading<T>(
    { actor, policyHash }: { actor: Actor; policyHash: string },
    details: AuditEvent["details"],
    read: () => Promise<T>,
  ): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (error instanceof AppError) {
        const failed = { ...details, fault: error.code, message: error.message };
        await record(rejectedAttempt({ actor, at: clock.now(), policyHash, details: failed }));
      }
      throw error;
    }
  }

  return {
    async subject(slackUserId, who) {
      const person = await authorizer.authorize(slackUserId, "lookup", {
        freshness: RECENT,
        about: { asked: who },
      });
      const actor = { slackUserId, email: person.email };
      const { policyHash } = person;
      const facts = await reading({ actor, policyHash }, { action: "lookup", asked: who }, async () =>
        preflight(await findSubject(who)),
      );
      await record(subjectLookedUp({ actor, at: clock.now(), policyHash }, facts.username, { asked: who }));
      return facts;
    },

    async roles(slackUserId) {
      const person = await authorizer.authorize(slackUserId, "list", { freshness: RECENT });
      const actor = { slackUserId, email: person.email };
      const { policyHash } = person;
      const roles = await reading({ actor, policyHash }, { action: "list" }, () =>
        incydr.users.listRoles({ lane: "interactive" }),
      );
      await record(rolesListed({ actor, at: clock.now(), policyHash }, roles.length));
      return createList(
        [...roles].sort((a, b) => (a.roleName ?? "").localeCompare(b.roleName ?? "")),
        { complete: isComplete(roles), skipped: roles.skipped },
      );
    },
  };
}
