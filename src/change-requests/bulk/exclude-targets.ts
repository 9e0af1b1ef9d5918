import type { Authorizer, ChannelContext, PeopleDirectory, Person } from "../../authorization/index.ts";
import type { BulkSubject, LeftOut, LeftOutCause } from "../model/bulk-draft.ts";
import { type Change, isInEffect } from "../model/change.ts";
import { oneByOne } from "../policy/authorize-all.ts";
import { changeFacts, type PolicyInput, subjectFacts } from "../policy/policy-facts.ts";
import type { FoundLine } from "./requested-change.ts";

/** The users for whom the change is requested, and the users who are left out. */
export interface KeptSubjects {
  readonly subjects: readonly BulkSubject[];
  /** The policy input of the subjects, in the same order. */
  readonly policyInputs: readonly PolicyInput[];
  readonly leftOut: readonly LeftOut[];
  /** The policy input of the first user whom the policies refuse. */
  readonly firstForbidden: PolicyInput | null;
}

/** Leaves out the requester, users for whom the change is in effect already, and users whom a rule excludes. */
export async function excludeTargets(options: {
  authorizer: Authorizer;
  directory: PeopleDirectory;
  requester: Person;
  change: Change;
  lines: readonly FoundLine[];
  channel: ChannelContext | null;
  /** Ids of users who hold one of the change's roles only temporarily. The change makes it permanent. */
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
    // A bulk of several users never has a protected one, even if the policies permit it.
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
    // The number of approvals depends on the number of subjects that are left.
    policyInputs: kept.map(({ about: { subject, change: facts } }) => ({
      subject,
      change: { ...facts, targets: kept.length },
    })),
    leftOut: leftOut.sort((a, b) => a.line - b.line),
    firstForbidden,
  };
}
