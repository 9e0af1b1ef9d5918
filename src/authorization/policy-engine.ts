import * as cedar from "@cedar-policy/cedar-wasm/nodejs";
import { messageOf } from "../kernel/errors.ts";
import { type Action, CHANGE_ACTIONS, isChangeAction, TENANT_ACTIONS } from "./actions-and-kinds.ts";
import { cedarRequest } from "./cedar-request.ts";
import { isCommandLine, type Person } from "./person.ts";
import type { Policy, PolicySet } from "./policy-sources.ts";
import type { Decision, Question } from "./questions.ts";

export const NO_PERMIT_REASON = "No policy lets you do this.";

/** Answers questions from one set of policies, and denies if it cannot decide. */
export interface PolicyEngine {
  decide(question: Question): Decision;
  policy(id: string): Policy | undefined;
  /** Handles of all user groups that the policies name. */
  readonly groups: readonly string[];
  readonly hash: string;
  /** Returns an engine that keeps the present policies, also if newer ones take effect later. */
  pinned(): PolicyEngine;
}

export function createPolicyEngine({
  schema,
  policies,
  hash,
}: Pick<PolicySet, "schema" | "policies" | "hash">): PolicyEngine {
  // Cedar never frees parsed policies. With the hash as their name, loading the same set again takes no more memory.
  const schemaName = `schema ${hash}`;
  const policySetId = `policies ${hash}`;
  cedar.preparseSchema(schemaName, schema);
  cedar.preparsePolicySet(policySetId, {
    staticPolicies: Object.fromEntries(policies.map(({ id, text }) => [id, text])),
  });
  const byId = new Map(policies.map((policy) => [policy.id, policy]));
  const groups = [...new Set(policies.flatMap(({ text }) => groupsNamedIn(text)))];
  // Computed once, because searching all policies takes longer than Cedar's answer.
  const groupsByAction = new Map(
    [...TENANT_ACTIONS, ...CHANGE_ACTIONS].map((action) => [action, groupsThatMay(policies, action)]),
  );

  function decide(question: Question): Decision {
    const { action } = question;
    if (isCommandLine(question.principal) && isChangeAction(action)) {
      const reason = "The command line can't do this. It needs a person in Slack.";
      return denied(question, [], [reason]);
    }
    const answer = ask(question);
    if (typeof answer === "string")
      return denied(question, [], [`The policies could not be evaluated: ${answer}`]);
    const { decision, diagnostics } = answer;
    // Cedar skips a policy with an error, and a skipped `forbid` would permit the action.
    if (diagnostics.errors.length > 0) {
      const ids = diagnostics.errors.map(({ policyId }) => policyId);
      return denied(question, ids, [`The policies could not be evaluated (${ids.join(", ")}).`]);
    }
    // Cedar returns them in any order. People read them in the order of the files.
    const decisive = policies.filter(({ id }) => diagnostics.reason.includes(id));
    const policyIds = decisive.map(({ id }) => id);
    const reasons = decisive.map(({ id, reason }) => reason ?? id);
    if (decision !== "allow") return denied(question, policyIds, reasons);
    const entitling = new Set(decisive.flatMap(({ group }) => group ?? []));
    return { allowed: true, policyIds, groups: [...entitling], policyHash: hash };
  }

  /** Cedar's answer, or the reason why there is none. */
  function ask(question: Question): cedar.Response | string {
    try {
      const answer = cedar.statefulIsAuthorized({
        ...cedarRequest(question, groupsByAction.get(question.action) ?? []),
        preparsedSchemaName: schemaName,
        preparsedPolicySetId: policySetId,
        validateRequest: true,
      });
      return answer.type === "success"
        ? answer.response
        : answer.errors.map(({ message }) => message).join(" ");
    } catch (error) {
      // Cedar throws if a question is malformed.
      return messageOf(error);
    }
  }

  function denied(question: Question, policyIds: readonly string[], reasons: readonly string[]): Decision {
    const { action } = question;
    return {
      allowed: false,
      denial: {
        action,
        policyIds,
        reasons: reasons.length > 0 ? reasons : [NO_PERMIT_REASON],
        // A getter, because it calls Cedar once for each group, and few callers need it.
        get whoCould() {
          return (groupsByAction.get(action) ?? []).filter((handle) => couldAsMember(question, handle));
        },
        policyHash: hash,
      },
    };
  }

  /** Whether a member of only this group could do the same. */
  function couldAsMember(question: Question, handle: string): boolean {
    const answer = ask({ ...question, principal: memberOf(handle) });
    return (
      typeof answer !== "string" && answer.decision === "allow" && answer.diagnostics.errors.length === 0
    );
  }

  const engine: PolicyEngine = { decide, policy: (id) => byId.get(id), groups, hash, pinned: () => engine };
  return engine;
}

function memberOf(handle: string): Person {
  return {
    slackUserId: "anybody",
    displayName: "",
    email: "anybody@example.invalid",
    isGuest: false,
    isBot: false,
    isDeactivated: false,
    isOtherCompany: false,
    groups: [handle],
    minutesInGroups: { [handle]: null },
  };
}

function groupsThatMay(policies: readonly Policy[], action: Action): string[] {
  const groups = policies
    .filter(
      ({ effect, actions }) => effect === "permit" && (actions.length === 0 || actions.includes(action)),
    )
    .flatMap(({ group }) => group ?? []);
  return [...new Set(groups)];
}

function groupsNamedIn(policyText: string): string[] {
  return [...policyText.matchAll(/Incydr::Group::"([^"]+)"/g)].map(([, handle = ""]) => handle);
}

export interface LivePolicies extends PolicyEngine {
  replaceBy(engine: PolicyEngine): void;
}

export function createLivePolicies(first: PolicyEngine): LivePolicies {
  let engine = first;
  return {
    decide: (question) => engine.decide(question),
    policy: (id) => engine.policy(id),
    get groups() {
      return engine.groups;
    },
    get hash() {
      return engine.hash;
    },
    pinned: () => engine,
    replaceBy(next) {
      engine = next;
    },
  };
}

/** Caches the decisions of an engine, because one attempt asks some questions several times and Cedar is slow. */
export function rememberDecisions(engine: PolicyEngine): PolicyEngine {
  const decisions = new Map<string, Decision>();
  const remembering: PolicyEngine = {
    ...engine,
    decide(question) {
      const asked = JSON.stringify(question);
      const decision = decisions.get(asked) ?? engine.decide(question);
      decisions.set(asked, decision);
      return decision;
    },
    pinned: () => remembering,
  };
  return remembering;
}
