import * as cedar from "@cedar-policy/cedar-wasm/nodejs";
import { messageOf } from "../kernel/errors.ts";
import { cedarRequest } from "./cedar-request.ts";
import { isCommandLine, type Person } from "./person.ts";
import type { Policy, PolicySet } from "./policy-sources.ts";
import {
  type Action,
  CHANGE_ACTIONS,
  type Decision,
  isChangeAction,
  type Question,
  TENANT_ACTIONS,
} from "./questions.ts";

/** Answers questions from one set of policies; fails closed. */
export interface PolicyEngine {
  decide(question: Question): Decision;
  /** A policy of the set by its id. */
  policy(id: string): Policy | undefined;
  /** Handles of every user group that the policies name. */
  readonly groups: readonly string[];
  readonly hash: string;
  /** The policies of this moment, whatever takes their place. */
  pinned(): PolicyEngine;
}

/** Makes an engine of a set that `loadPolicies` found sound. */
export function createPolicyEngine({
  schema,
  policies,
  hash,
}: Pick<PolicySet, "schema" | "policies" | "hash">): PolicyEngine {
  // Named by the hash, so that loading the same set again takes no more of the memory that is never freed.
  const schemaName = `schema ${hash}`;
  const policySetId = `policies ${hash}`;
  cedar.preparseSchema(schemaName, schema);
  cedar.preparsePolicySet(policySetId, {
    staticPolicies: Object.fromEntries(policies.map(({ id, text }) => [id, text])),
  });
  const byId = new Map(policies.map((policy) => [policy.id, policy]));
  const order = new Map(policies.map(({ id }, index) => [id, index]));
  const groups = [...new Set(policies.flatMap(({ text }) => groupsNamedIn(text)))];
  // Found out once: looking through every policy would take longer than Cedar's answer.
  const groupsByAction = new Map(
    [...TENANT_ACTIONS, ...CHANGE_ACTIONS].map((action) => [action, groupsThatMay(policies, action)]),
  );

  function decide(question: Question): Decision {
    const { action } = question;
    if (isCommandLine(question.principal) && isChangeAction(action)) {
      return denied(
        question,
        [],
        ["Whoever acts at the command line can't do this; it takes a person in Slack."],
      );
    }
    const answer = ask(question);
    if (typeof answer === "string")
      return denied(question, [], [`The policies could not be evaluated: ${answer}`]);
    const { decision, diagnostics } = answer;
    // Cedar skips a policy that errs; a skipped `forbid` would let through what it should stop.
    if (diagnostics.errors.length > 0) {
      const ids = diagnostics.errors.map(({ policyId }) => policyId);
      return denied(question, ids, [`The policies could not be evaluated (${ids.join(", ")}).`]);
    }
    // Cedar names them in any order; people read them in that of the files, the same each time.
    const policyIds = diagnostics.reason.toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
    if (decision === "allow") {
      const groups = policyIds.flatMap((id) => byId.get(id)?.group ?? []);
      return { allowed: true, policyIds, groups: [...new Set(groups)], policyHash: hash };
    }
    const reasons = policyIds.map((id) => byId.get(id)?.reason ?? id);
    return denied(question, policyIds, reasons);
  }

  /** Cedar's answer; in words why there is none. */
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
      // A malformed question is thrown by the library.
      return messageOf(error);
    }
  }

  function denied(question: Question, policyIds: readonly string[], reasons: readonly string[]): Decision {
    const { action } = question;
    const withDefault = reasons.length > 0 ? reasons : ["No policy lets you do this."];
    return {
      allowed: false,
      denial: {
        action,
        policyIds,
        reasons: withDefault,
        // Only where somebody is told: it takes as many questions as there are groups.
        get whoCould() {
          return (groupsByAction.get(action) ?? []).filter((handle) => couldAsMember(question, handle));
        },
        policyHash: hash,
      },
    };
  }

  /** Whether somebody of whom nothing is known but this group could do the same. */
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

/** Handles of the groups to whose members a policy permits an action. */
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

/** Policies that can be exchanged while the bot runs: each question is answered by those of the moment. */
export interface LivePolicies extends PolicyEngine {
  replaceBy(engine: PolicyEngine): void;
}

/** Makes an engine out of one that others may take the place of. */
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

/** The same policies, asked each question once: within one attempt several come up again, and Cedar takes its time. */
export function rememberDecisions(engine: PolicyEngine): PolicyEngine {
  const decisions = new Map<string, Decision>();
  const remembering: PolicyEngine = {
    decide(question) {
      const asked = JSON.stringify(question);
      const decision = decisions.get(asked) ?? engine.decide(question);
      decisions.set(asked, decision);
      return decision;
    },
    policy: (id) => engine.policy(id),
    groups: engine.groups,
    hash: engine.hash,
    pinned: () => remembering,
  };
  return remembering;
}
