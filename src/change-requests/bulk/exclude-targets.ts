import type { Authorizer, ChannelContext, PeopleDirectory, Person } from "../../authorization/index.ts";
import type { BulkSubject, LeftOut, LeftOutCause } from "../model/bulk-draft.ts";
import { type Change, isInEffect } from "../model/change.ts";
import { oneByOne } from "../policy/authorize-all.ts";
import { changeFacts, type PolicyInput, subjectFacts } from "../policy/policy-facts.ts";
import type { FoundLine } from "./requested-change.ts";

/** Whom the change is really asked for, and who is left out of it. */
export interface KeptSubjects {
  readonly subjects: readonly BulkSubject[];
  /** What the policies are told of them, in the same order. */
  readonly policyInputs: readonly PolicyInput[];
  readonly leftOut: readonly LeftOut[];
  /** The first subject of whom the policy forbids it; `null` if it forbids it of none. */
  readonly firstForbidden: PolicyInput | null;
}

/**
 * Leaves out whoever is so already, is the requester, is protected, or whom the policy forbids to be asked
 * for: each is said, and none keeps the others from their change.
 */
export async function excludeTargets(options: {
  authorizer: Authorizer;
  directory: PeopleDirectory;
  requester: Person;
  change: Change;
  lines: readonly FoundLine[];
  /** Where it is asked for. */
  channel: ChannelContext | null;
  /** Ids of those who hold one of the change's roles for a limited time alone: they aren't so for good. */
  temporaryHolders: ReadonlySet<string>;
}): Promise<KeptSubjects> {
  const { authorizer, directory, requester, change, lines, channel, temporaryHolders } = options;
  const leftOut: LeftOut[] = [];
  const kept: (BulkSubject & { readonly about: PolicyInput })[] = [];
  let firstForbidden: PolicyInput | null = null;
  const leave = ({ line, facts }: FoundLine, cause: LeftOutCause) =>
    leftOut.push({ line: line.line, username: facts.username, ...cause });

  const candidates = lines.filter((each) => {
    const isDone = isInEffect(change, each.facts) && !temporaryHolders.has(each.facts.userId);
    if (isDone) leave(each, { because: "already", why: null });
    return !isDone;
  });
  for await (const each of oneByOne(candidates)) {
    const { facts, line } = each;
    const slackUserIds = await directory.idsByEmail(facts.username.toLowerCase());
    const isOneself =
      slackUserIds.includes(requester.slackUserId) || facts.username.toLowerCase() === requester.email;
    if (isOneself) {
      leave(each, { because: "oneself", why: null });
      continue;
    }
    // Whatever the policy says: nobody protected is one of many.
    if (facts.protected && candidates.length > 1) {
      leave(each, { because: "protected", why: null });
      continue;
    }
    const about: PolicyInput = {
      subject: subjectFacts(facts, slackUserIds),
      change: changeFacts({
        change,
        held: facts.roles,
        requesterSlackId: requester.slackUserId,
        approvals: 0,
        targets: candidates.length,
        channel,
      }),
    };
    const decision = authorizer.check(requester, "request", about);
    if (decision.allowed) kept.push({ line: line.line, facts, slackUserIds, about });
    else {
      firstForbidden ??= about;
      leave(each, { because: "forbidden", why: decision.denial.reasons.join(" ") });
    }
  }
  return {
    subjects: kept.map(({ line, facts, slackUserIds }) => ({ line, facts, slackUserIds })),
    // Of as many as are left: how many there are decides how many have to approve.
    policyInputs: kept.map(({ about: { subject, change: facts } }) => ({
      subject,
      change: { ...facts, targets: kept.length },
    })),
    leftOut: leftOut.sort((a, b) => a.line - b.line),
    firstForbidden,
  };
}
