import * as cedar from "@cedar-policy/cedar-wasm/nodejs";
import type { Person } from "./person.ts";
import type { Policy, PolicySet } from "./policy-files.ts";

/** Kinds of change, as the policies name them. */
export type ChangeKind = "deactivate" | "activate" | "move" | "add_roles" | "remove_roles" | "replace_roles";
export type TenantAction = "lookup" | "list" | "freeze" | "unfreeze";
export type ChangeAction = "request" | "approve" | "deny" | "cancel" | "execute";
export type Action = TenantAction | ChangeAction;

/** What the policies know of the Incydr user acted upon. */
export interface SubjectFacts {
  readonly userId: string;
  readonly username: string;
  /** Slack ids of the subject: those stored with the request and those of now. */
  readonly slackUserIds: readonly string[];
  readonly active: boolean;
  readonly roleNames: readonly string[];
  readonly privileged: boolean;
  readonly protected: boolean;
  readonly legalHold: "yes" | "no" | "unknown";
}

/** What the policies know of a change. */
export interface ChangeFacts {
  readonly change: ChangeKind;
  readonly addsPrivileged: boolean;
  readonly targets: number;
  readonly requesterSlackId: string;
  /** Valid approvals by different people so far. */
  readonly approvals: number;
}

/** One question to the policies. */
export type Question =
  | { readonly principal: Person; readonly action: TenantAction }
  | {
      readonly principal: Person;
      readonly action: ChangeAction;
      readonly subject: SubjectFacts;
      readonly change: ChangeFacts;
    };

/** Why something is forbidden, in the policies' own words. */
export interface Denial {
  readonly action: Action;
  /** The policies that forbade it; empty when no policy permits it. */
  readonly policyIds: readonly string[];
  /** Sentences for the person who was stopped; never empty. */
  readonly reasons: readonly string[];
  /** Handles of the groups whose members could do it. */
  readonly whoCould: readonly string[];
  readonly policyHash: string;
}

export type Decision =
  | { readonly allowed: true; readonly policyHash: string }
  | { readonly allowed: false; readonly denial: Denial };

/** Answers questions from one set of policies; fails closed. */
export interface PolicyEngine {
  decide(question: Question): Decision;
  /** Handles of every user group that the policies name. */
  readonly groups: readonly string[];
  readonly hash: string;
}

const NAMESPACE = "Incydr";

/** Makes an engine of a set that `loadPolicies` found sound. */
export function createPolicyEngine({ schema, policies, hash }: PolicySet): PolicyEngine {
  // Named by the hash, so that loading the same set again takes no more of the memory that is never freed.
  const schemaName = `schema ${hash}`;
  const policySetId = `policies ${hash}`;
  cedar.preparseSchema(schemaName, schema);
  cedar.preparsePolicySet(policySetId, {
    staticPolicies: Object.fromEntries(policies.map(({ id, text }) => [id, text])),
  });

  function decide(question: Question): Decision {
    const { principal, action } = question;
    const answer = cedar.statefulIsAuthorized({
      principal: uid("Person", principal.slackUserId),
      action: uid("Action", action),
      resource: "subject" in question ? uid("Subject", question.subject.userId) : uid("Tenant", "tenant"),
      context: "change" in question ? contextOf(question.change) : {},
      entities: entitiesOf(question),
      preparsedSchemaName: schemaName,
      preparsedPolicySetId: policySetId,
      validateRequest: true,
    });
    if (answer.type === "failure") {
      return denied(
        action,
        [],
        [`The policies could not be evaluated: ${answer.errors.map(({ message }) => message).join(" ")}`],
      );
    }
    const { decision, diagnostics } = answer.response;
    // Cedar skips a policy that errs; a skipped `forbid` would let through what it should stop.
    if (diagnostics.errors.length > 0) {
      const ids = diagnostics.errors.map(({ policyId }) => policyId);
      return denied(action, ids, [`The policies could not be evaluated (${ids.join(", ")}).`]);
    }
    if (decision === "allow") return { allowed: true, policyHash: hash };
    const reasons = diagnostics.reason.map((id) => policies.find((policy) => policy.id === id)?.reason ?? id);
    return denied(action, diagnostics.reason, reasons);
  }

  function denied(action: Action, policyIds: readonly string[], reasons: readonly string[]): Decision {
    const whoCould = groupsThatMay(policies, action);
    const withDefault = reasons.length > 0 ? reasons : ["No policy lets you do this."];
    return {
      allowed: false,
      denial: { action, policyIds, reasons: withDefault, whoCould, policyHash: hash },
    };
  }

  const groups = [...new Set(policies.flatMap(({ text }) => groupsNamedIn(text)))];
  return { decide, groups, hash };
}

function groupsThatMay(policies: readonly Policy[], action: Action): string[] {
  const groups = policies
    .filter(
      ({ effect, actions }) => effect === "permit" && (actions.length === 0 || actions.includes(action)),
    )
    .flatMap(({ group }) => (group ? [group] : []));
  return [...new Set(groups)];
}

function groupsNamedIn(policyText: string): string[] {
  return [...policyText.matchAll(/Incydr::Group::"([^"]+)"/g)].flatMap(([, handle]) =>
    handle ? [handle] : [],
  );
}

function uid(type: string, id: string): cedar.TypeAndId {
  return { type: `${NAMESPACE}::${type}`, id };
}

function contextOf(change: ChangeFacts): cedar.Context {
  return {
    change: change.change,
    addsPrivileged: change.addsPrivileged,
    targets: change.targets,
    approvals: change.approvals,
    requester: { __entity: uid("Person", change.requesterSlackId) },
  };
}

function entitiesOf(question: Question): cedar.Entities {
  const { principal } = question;
  const person: cedar.EntityJson = {
    uid: uid("Person", principal.slackUserId),
    attrs: {
      ...(principal.email === null ? {} : { email: principal.email }),
      guest: principal.isGuest,
      bot: principal.isBot,
      deactivated: principal.isDeactivated,
      otherCompany: principal.isOtherCompany,
    },
    parents: principal.groups.map((handle) => uid("Group", handle)),
  };
  const groups = principal.groups.map((handle) => ({ uid: uid("Group", handle), attrs: {}, parents: [] }));
  if (!("subject" in question)) {
    return [person, ...groups, { uid: uid("Tenant", "tenant"), attrs: {}, parents: [] }];
  }
  const { subject } = question;
  return [
    person,
    ...groups,
    {
      uid: uid("Subject", subject.userId),
      attrs: {
        username: subject.username.toLowerCase(),
        people: subject.slackUserIds.map((id) => ({ __entity: uid("Person", id) })),
        active: subject.active,
        roles: [...subject.roleNames],
        privileged: subject.privileged,
        protected: subject.protected,
        legalHold: subject.legalHold,
      },
      parents: [],
    },
  ];
}
