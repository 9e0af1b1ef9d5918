import type { Action, ChangeAction, TenantAction } from "./actions-and-kinds.ts";
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
import type { Decision, Denial, Entitlement, Question, SubjectChange } from "./questions.ts";
import { stricterOf } from "./stricter-policies.ts";
import { approvalsNeeded, type Terms, termsOf } from "./terms.ts";

/** The subject and request of an attempt, as far as they are known. */
export interface AttemptAbout {
  /** Username of the subject, once it is found. */
  readonly subject?: string;
  /** The text that a person typed to name the subject. */
  readonly asked?: string | null;
  /** The name for people, such as `CR-12`. */
  readonly requestId?: string;
}

export interface ForbiddenAttempt {
  /** A Slack id, or `cli:<name>`. */
  readonly slackUserId: string;
  readonly action: string;
  readonly about: AttemptAbout;
  readonly reasons: readonly string[];
  readonly policyIds: readonly string[];
  readonly policyHash: string;
  /** Identifies an attempt that a job may repeat, so that it is audited once. */
  readonly attemptId: string | null;
}

export interface PermittedPerson extends Person {
  /** The hash of the policies that decided. Others may decide when the action is audited. */
  readonly policyHash: string;
  /** The one Incydr user that the person is; `null` if the action needs none. */
  readonly userId: string | null;
  readonly entitlement: Entitlement;
}

/** The authorization gate: each action with an effect must pass it. */
export interface Authorizer {
  /**
   * Permits a person an action about the tenant as a whole, or throws.
   * @throws {ForbiddenError} after auditing the attempt
   * @throws {PoliciesDifferError} if other policies decide; then the attempt is not audited
   */
  authorize(
    slackUserId: string,
    action: TenantAction,
    options: { freshness: Freshness; about?: AttemptAbout },
  ): Promise<PermittedPerson>;
  /** Permits a command line user an action about the tenant as a whole, or throws as `authorize` does. */
  authorizeCommandLine(user: CommandLineUser, action: TenantAction): Promise<{ readonly policyHash: string }>;
  /**
   * Permits a person an action about a change, or throws as `authorize` does.
   * @throws the errors of `identify`, for a permitted action that needs an Incydr user
   */
  authorizeChange(
    slackUserId: string,
    action: ChangeAction,
    options: SubjectChange & { freshness: Freshness; requestId?: string },
  ): Promise<PermittedPerson>;
  /** Decides about a person with current facts, without auditing. */
  check(person: Person, action: ChangeAction, options: SubjectChange): Decision;
  /** The smallest number of approvals with which the change may run, at most five; `null` if no number suffices. */
  approvalsNeeded(requester: Person, options: SubjectChange): number | null;
  /** The deadlines and reminders that the policies set for a request (default) or an emergency change. */
  terms(requester: Person, options: SubjectChange & { action?: "request" | "emergency" }): Terms;
  /** Answers a question and gives the reasons, without auditing. */
  explain(question: Question): Explanation;
  /** The hash of the policies that decide now. */
  readonly policyHash: string;
  /**
   * Returns a gate that keeps the current policies, so that one set decides all steps of an action. With `madeUnder`, the
   * hash of the policies under which a request was made, those policies have to agree too.
   * @throws {DirectoryUnavailableError} if groups that those policies name cannot be read, or are gone
   */
  pin(options?: PinOptions): Promise<Authorizer>;
}

export interface PinOptions {
  readonly madeUnder?: string;
  readonly attemptId?: string;
  /** The action only opens a form, so the bot reads no Incydr user. Default false. */
  readonly isForForm?: boolean;
}

export interface AuthorizerOptions {
  readonly engine: PolicyEngine;
  readonly directory: PeopleDirectory;
  /** The hash of the policies that decide for every replica; `null` before the first are recorded. */
  readonly decidingHash: () => Promise<string | null>;
  /** The earlier policies with this hash; `null` if they are not kept. */
  readonly earlierPolicies: (hash: string) => Promise<PolicyEngine | null>;
  /**
   * Finds the one Incydr user that a person is.
   * @throws {AppError} if there is none, or several
   * @throws {IdentityUnavailableError} if Incydr does not answer
   */
  readonly identify: (person: Person) => Promise<string>;
  readonly recordForbidden: (attempt: ForbiddenAttempt) => Promise<void>;
  /** See `ForbiddenAttempt`; default `null`. */
  readonly attemptId?: string | null;
  /** See `PinOptions`; default false. */
  readonly isForForm?: boolean;
}

/**
 * Actions for which the person must be one Incydr user. The form of a request or an emergency checks it itself, and the
 * executor again before the write. A freeze needs no check, because it gives no person anything.
 */
const IDENTIFIED: ReadonlySet<Action> = new Set([
  "approve",
  "deny",
  "ratify",
  "cancel",
  "revoke",
  "unfreeze",
]);

export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const { engine, directory, decidingHash, earlierPolicies, recordForbidden, identify } = options;
  const { attemptId = null, isForForm = false } = options;

  async function permit(
    slackUserId: string,
    question: { action: TenantAction } | ({ action: ChangeAction } & SubjectChange),
    { freshness, about }: { freshness: Freshness; about: AttemptAbout },
  ): Promise<PermittedPerson> {
    const { action } = question;
    const policies = engine.pinned();
    // A freeze must work even if other parts fail.
    if (action !== "freeze") await assertDeciding(policies.hash);
    const person = await directory.person(slackUserId, freshness).catch((error: unknown) => {
      if (!(error instanceof DirectoryUnavailableError || error instanceof UnknownPersonError)) throw error;
      const reasons = [error.message];
      const denial = { action, policyIds: [], reasons, whoCould: [], policyHash: policies.hash };
      return refuse(slackUserId, denial, about, { cause: error });
    });
    const decision = policies.decide({ principal: person, ...question });
    if (!decision.allowed) return refuse(slackUserId, decision.denial, about);
    const { policyHash, policyIds, groups } = decision;
    const userId = isForForm || !IDENTIFIED.has(action) ? null : await identify(person);
    return { ...person, policyHash, userId, entitlement: { policyIds, groups } };
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

  /** Superseded policies decide nothing: they neither permit nor forbid. */
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
    authorize: (slackUserId, action, { freshness, about = {} }) =>
      permit(slackUserId, { action }, { freshness, about }),

    async authorizeCommandLine(principal, action) {
      const policies = engine.pinned();
      await assertDeciding(policies.hash);
      const decision = policies.decide({ principal, action });
      if (!decision.allowed) return refuse(principalId(principal), decision.denial, {});
      return { policyHash: decision.policyHash };
    },

    authorizeChange(slackUserId, action, { freshness, subject, change, requestId }) {
      const about = { subject: subject.username, ...(requestId ? { requestId } : {}) };
      return permit(slackUserId, { action, subject, change }, { freshness, about });
    },

    check: (principal, action, about) => engine.decide({ principal, action, ...about }),

    approvalsNeeded: (requester, about) => approvalsNeeded(engine, requester, about),

    terms: (requester, { action = "request", ...about }) => termsOf(engine, requester, about, action),

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
