import type { AuditEvent } from "../audit/index.ts";
import { type Authorizer, RECENT } from "../authorization/index.ts";
import type { IncydrReader, Role } from "../incydr/index.ts";
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
  roles(slackUserId: string): Promise<readonly Role[]>;
}

export function createLookUps({
  authorizer,
  findSubject,
  preflight,
  incydr,
  record,
  clock,
}: LookUpOptions): LookUps {
  async function read(who: string, actor: { slackUserId: string; email: string | null }): Promise<Preflight> {
    try {
      return await preflight(await findSubject(who));
    } catch (error) {
      if (error instanceof AppError) {
        await record({
          kind: "attempt.rejected",
          at: clock.now(),
          actor,
          requestId: null,
          subject: null,
          policyHash: authorizer.policyHash,
          details: { action: "lookup", asked: who, fault: error.code, message: error.message },
        });
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
      const facts = await read(who, { slackUserId, email: person.email });
      await record({
        kind: "subject.looked_up",
        at: clock.now(),
        actor: { slackUserId, email: person.email },
        requestId: null,
        subject: facts.username,
        policyHash: authorizer.policyHash,
        details: { asked: who },
      });
      return facts;
    },

    async roles(slackUserId) {
      const person = await authorizer.authorize(slackUserId, "list", { freshness: RECENT });
      const roles = await incydr.users.listRoles({ lane: "interactive" });
      await record({
        kind: "roles.listed",
        at: clock.now(),
        actor: { slackUserId, email: person.email },
        requestId: null,
        subject: null,
        policyHash: authorizer.policyHash,
        details: { count: roles.length },
      });
      return [...roles].sort((a, b) => (a.roleName ?? "").localeCompare(b.roleName ?? ""));
    },
  };
}
