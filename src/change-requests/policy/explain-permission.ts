import {
  type Authorizer,
  CHANGE_KINDS,
  type ChangeAction,
  type ChangeFacts,
  type ChangeKind,
  isChangeAction,
  type PeopleDirectory,
  type Person,
  RECENT,
  TENANT_ACTIONS,
} from "../../authorization/index.ts";
import type { LookUps } from "../../subjects/index.ts";
import type { PermissionAnswer } from "../model/answer.ts";
import { PermissionQuestionError } from "../model/request-errors.ts";
import { changeFacts, subjectFacts } from "./policy-facts.ts";

export interface PermissionQuestion {
  /** The person who asks. */
  readonly slackUserId: string;
  /** The person asked about: a mention as Slack writes it, or `me`. */
  readonly who: string;
  readonly action: string;
  readonly subject: string | null;
  /** `null`: a deactivation. */
  readonly change: string | null;
}

/**
 * Makes the function that says whether a person may do something, which rule forbids it, and who could do it. Reading
 * the subject is audited as a look-up.
 * @throws {PermissionQuestionError} if the question can't be understood
 * @throws {ForbiddenError} if the person who asks may not look users up
 */
export function createExplainPermission(options: {
  authorizer: Authorizer;
  directory: PeopleDirectory;
  lookUps: LookUps;
}) {
  const { authorizer, directory, lookUps } = options;

  return async function explainPermission(asked: PermissionQuestion): Promise<PermissionAnswer> {
    const { slackUserId, who, action } = asked;
    await authorizer.authorize(slackUserId, "lookup", { freshness: RECENT, about: { asked: asked.subject } });
    const person = await directory.person(personIn(who, slackUserId), RECENT);
    const tenantAction = TENANT_ACTIONS.find((each) => each === action.replaceAll("-", "_"));
    if (tenantAction) {
      const explanation = authorizer.explain({ principal: person, action: tenantAction });
      return { who: person.displayName, action: tenantAction, change: null, explanation };
    }
    if (!isChangeAction(action)) {
      throw new PermissionQuestionError({ why: "unknown_action", action });
    }
    if (asked.subject === null) throw new PermissionQuestionError({ why: "no_subject", action });
    const kind = kindIn(asked.change);
    const facts = await lookUps.subject(slackUserId, asked.subject);
    const subject = subjectFacts(facts, await directory.idsByEmail(facts.username.toLowerCase()));
    const change = supposedChange(person, action, kind);
    const explanation = authorizer.explain({ principal: person, action, subject, change });
    return { who: person.displayName, action, change: { kind, username: facts.username }, explanation };
  };
}

export type ExplainPermission = ReturnType<typeof createExplainPermission>;

function personIn(who: string, slackUserId: string): string {
  if (who.toLowerCase() === "me") return slackUserId;
  const mentioned = /^<@([A-Z0-9]+)(?:\|[^>]*)?>$/.exec(who)?.[1];
  if (!mentioned) throw new PermissionQuestionError({ why: "nobody_mentioned" });
  return mentioned;
}

function kindIn(change: string | null): ChangeKind {
  if (change === null) return "deactivate";
  const kind = CHANGE_KINDS.find((each) => each === change);
  if (!kind) throw new PermissionQuestionError({ why: "unknown_change", change });
  return kind;
}

/** The actions about another person's request; every other action is about one's own request. */
const ON_OTHERS_REQUESTS: ReadonlySet<ChangeAction> = new Set(["approve", "deny", "ratify", "revoke"]);

/** The change that a question about a person's permissions supposes: of one user, without approvals. */
export function supposedChange(person: Person, action: ChangeAction, kind: ChangeKind): ChangeFacts {
  const given = {
    change: { kind: "deactivate" },
    held: [],
    requesterSlackId: ON_OTHERS_REQUESTS.has(action) ? "somebody else" : person.slackUserId,
    approvals: 0,
    targets: 1,
  } as const;
  return { ...changeFacts(given), change: kind };
}
