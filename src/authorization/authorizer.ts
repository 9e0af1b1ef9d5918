import { approvalsNeeded } from "./approvals-needed.ts";
import { DirectoryUnavailableError, ForbiddenError, UnknownPersonError } from "./authorization-errors.ts";
import { type Explanation, explain } from "./explain.ts";
import {
  type CommandLineUser,
  type Freshness,
  type PeopleDirectory,
  type Person,
  principalId,
} from "./person.ts";
import { type PolicyEngine, rememberDecisions } from "./policy-engine.ts";
import { PoliciesDifferError } from "./policy-record.ts";
import type {
  Action,
  ChangeAction,
  ChangeFacts,
  Decision,
  Denial,
  Entitlement,
  Question,
  SubjectFacts,
  TenantAction,
} from "./questions.ts";
import { stricterOf } from "./stricter-policies.ts";
import { type Terms, termsOf } from "./terms.ts";

/** What an attempt was about, as far as it is known. */
export interface AttemptAbout {
  /** Username of the subject, once it is found. */
  readonly subject?: string;
  /** What was typed to name the subject, before it is found. */
  readonly asked?: string | null;
  /** The request, as people call it. */
  readonly requestId?: string;
}

/** An attempt that the policy forbade, as it is to be audited. */
export interface ForbiddenAttempt {
  /** A Slack id, or `cli:<name>`. */
  readonly slackUserId: string;
  readonly action: string;
  readonly about: AttemptAbout;
  readonly reasons: readonly string[];
  readonly policyIds: readonly string[];
  readonly policyHash: string;
  /** What was tried, where it may be tried again by itself: told once then. */
  readonly attemptId: string | null;
}

/** A person whom the policies let do what was asked. */
export interface PermittedPerson extends Person {
  /** Of the policies that decided it; others may decide by the time that it is audited. */
  readonly policyHash: string;
  /** The one Incydr user that they are; `null` where the action is no click on somebody else's request. */
  readonly userId: string | null;
  /** By those policies. */
  readonly entitlement: Entitlement;
}

/** The authorization gate: each action with an effect asks it first. */
export interface Authorizer {
  /**
   * Lets a person do something about the tenant as a whole, or throws.
   * @throws {ForbiddenError} after auditing the attempt.
   * @throws {PoliciesDifferError} when the policies of this replica don't decide; nothing is audited then.
   */
  authorize(
    slackUserId: string,
    action: TenantAction,
    options: { freshness: Freshness; about?: AttemptAbout },
  ): Promise<PermittedPerson>;
  /**
   * Lets somebody at the command line do something about the tenant as a whole, or throws.
   * @throws {ForbiddenError} after auditing the attempt.
   */
  authorizeCommandLine(user: CommandLineUser, action: TenantAction): Promise<{ readonly policyHash: string }>;
  /**
   * Lets a person do something about a change, or throws.
   * @throws {ForbiddenError} after auditing the attempt.
   * @throws {PoliciesDifferError} when the policies of this replica don't decide; nothing is audited then.
   * @throws {IdentityUnavailableError} or whatever else `identify` does where the policies permit it.
   */
  authorizeChange(
    slackUserId: string,
    action: ChangeAction,
    options: { freshness: Freshness; subject: SubjectFacts; change: ChangeFacts; requestId?: string },
  ): Promise<PermittedPerson>;
  /** Whether the policy lets a person, as just read, do something about a change; asks without auditing. */
  check(
    person: Person,
    action: ChangeAction,
    options: { subject: SubjectFacts; change: ChangeFacts },
  ): Decision;
  /**
   * The smallest number of approvals with which the change may run; `null` if none would do.
   * More than five are never asked for.
   */
  approvalsNeeded(requester: Person, options: { subject: SubjectFacts; change: ChangeFacts }): number | null;
  /**
   * Deadlines of a change and whom to ask, from the policies that apply to it: of a request by default, or of
   * an emergency change.
   */
  terms(
    requester: Person,
    options: { subject: SubjectFacts; change: ChangeFacts; action?: "request" | "emergency" },
  ): Terms;
  /** What the policies say to a question, and why; asks without auditing. */
  explain(question: Question): Explanation;
  /** Of the policies that decide now. */
  readonly policyHash: string;
  /**
   * The same gate with the policies of this moment, also after others take their place: one set decides an action of
   * several steps. With `madeUnder`, the hash of those under which a request was made, these count too.
   * What is forbidden is audited once for an `attemptId`, however often it is tried.
   * @throws {DirectoryUnavailableError} when groups that those speak of can't be read, or are gone.
   */
  pin(options?: PinOptions): Promise<Authorizer>;
}

export interface PinOptions {
  readonly madeUnder?: string;
  readonly attemptId?: string;
  /** It only opens a form: which Incydr user they are is asked when that is sent. Default false. */
  readonly isForForm?: boolean;
}

export interface AuthorizerOptions {
  readonly engine: PolicyEngine;
  readonly directory: PeopleDirectory;
  /** The hash of the policies that decide for every replica; `null` before any was recorded. */
  readonly decidingHash: () => Promise<string | null>;
  /** The policies that once had this hash; `null` if they aren't kept. */
  readonly earlierPolicies: (hash: string) => Promise<PolicyEngine | null>;
  /**
   * Finds the one Incydr user that a person is.
   * @throws {AppError} when they are none or several: then they may only look up.
   * @throws {IdentityUnavailableError} when Incydr can't be asked.
   */
  readonly identify: (person: Person, how?: { readonly attemptId: string | null }) => Promise<string>;
  /** Puts a forbidden attempt into the audit log. */
  readonly recordForbidden: (attempt: ForbiddenAttempt) => Promise<void>;
  /** Told with what is forbidden; default `null`. */
  readonly attemptId?: string | null;
  /** Whether it only opens forms; default false. */
  readonly isForForm?: boolean;
}

/**
 * For these whoever acts has to be one Incydr user at that moment. For requests and emergencies that is found out
 * while their form is made, and again before the write; a freeze needs no identity, because it gives nobody anything.
 */
const IDENTIFIED: ReadonlySet<Action> = new Set([
  "approve",
  "deny",
  "ratify",
  "cancel",
  "revoke",
  "unfreeze",
]);

/** Makes the authorization gate of the policies, the people and the audit log. */
export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const { engine, directory, decidingHash, earlierPolicies, recordForbidden, identify } = options;
  const { attemptId = null, isForForm = false } = options;

  async function personFor(
    slackUserId: string,
    action: TenantAction | ChangeAction,
    freshness: Freshness,
    about: AttemptAbout,
    policyHash: string,
  ) {
    try {
      return await directory.person(slackUserId, freshness);
    } catch (error) {
      if (!(error instanceof DirectoryUnavailableError || error instanceof UnknownPersonError)) throw error;
      const denial: Denial = {
        action,
        policyIds: [],
        reasons: [error.message],
        whoCould: [],
        policyHash,
      };
      return refuse(slackUserId, denial, about, { cause: error });
    }
  }

  async function refuse(
    slackUserId: string,
    denial: Denial,
    about: AttemptAbout,
    options?: ErrorOptions,
  ): Promise<never> {
    const { action, reasons, policyIds, policyHash } = denial;
    await recordForbidden({ slackUserId, action, about, reasons, policyIds, policyHash, attemptId });
    throw new ForbiddenError(denial, options);
  }

  async function permitted(
    person: Person,
    action: Action,
    { policyHash, policyIds, groups }: Extract<Decision, { allowed: true }>,
  ): Promise<PermittedPerson> {
    const userId = isForForm || !IDENTIFIED.has(action) ? null : await identify(person, { attemptId });
    return { ...person, policyHash, userId, entitlement: { policyIds, groups } };
  }

  /** What superseded policies say counts for nothing, be it yes or no. */
  async function assertDeciding(hash: string): Promise<void> {
    const deciding = await decidingHash();
    if (deciding !== null && deciding !== hash) throw new PoliciesDifferError(hash, deciding);
  }

  async function pinned(madeUnder: string | undefined): Promise<PolicyEngine> {
    const now = engine.pinned();
    if (madeUnder === undefined || madeUnder === now.hash) return now;
    return stricterOf(now, await earlierPolicies(madeUnder));
  }

  return {
    async authorize(slackUserId, action, { freshness, about = {} }) {
      const policies = engine.pinned();
      // A freeze has to work also if other parts don't.
      if (action !== "freeze") await assertDeciding(policies.hash);
      const principal = await personFor(slackUserId, action, freshness, about, policies.hash);
      const decision = policies.decide({ principal, action });
      if (!decision.allowed) return refuse(slackUserId, decision.denial, about);
      return permitted(principal, action, decision);
    },

    async authorizeCommandLine(principal, action) {
      const policies = engine.pinned();
      await assertDeciding(policies.hash);
      const decision = policies.decide({ principal, action });
      if (!decision.allowed) return refuse(principalId(principal), decision.denial, {});
      return { policyHash: decision.policyHash };
    },

    async authorizeChange(slackUserId, action, { freshness, subject, change, requestId }) {
      const policies = engine.pinned();
      await assertDeciding(policies.hash);
      const about = { subject: subject.username, ...(requestId ? { requestId } : {}) };
      const principal = await personFor(slackUserId, action, freshness, about, policies.hash);
      const decision = policies.decide({ principal, action, subject, change });
      if (!decision.allowed) return refuse(slackUserId, decision.denial, about);
      return permitted(principal, action, decision);
    },

    check: (principal, action, about) => engine.decide({ principal, action, ...about }),

    approvalsNeeded: (requester, about) => approvalsNeeded(engine, requester, about),

    terms(requester, { action = "request", ...about }) {
      return termsOf(engine, requester, about, {
        action,
        approvalsNeeded: approvalsNeeded(engine, requester, about),
      });
    },

    explain: (question) => explain(engine, question),

    get policyHash() {
      return engine.hash;
    },

    async pin({ madeUnder, attemptId, isForForm = false } = {}) {
      const pinnedEngine = rememberDecisions(await pinned(madeUnder));
      return createAuthorizer({ ...options, engine: pinnedEngine, attemptId: attemptId ?? null, isForForm });
    },
  };
}
