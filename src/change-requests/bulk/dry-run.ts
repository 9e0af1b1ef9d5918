import { rejectedAttempt, subjectsLookedUp } from "../../audit/index.ts";
import { type Authorizer, type PeopleDirectory, RECENT } from "../../authorization/index.ts";
import type { IncydrReader, User } from "../../incydr/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { AppError } from "../../kernel/errors.ts";
import type { FindMany, Found, Identify, PreflightMany } from "../../subjects/index.ts";
import type { ChannelContexts } from "../confidentiality/channel-contexts.ts";
import type { FindPlace } from "../confidentiality/find-place.ts";
import {
  type BulkDraft,
  type BulkForms,
  type DryRun,
  faultCount,
  type HandedInFiles,
  NothingToRequestError,
} from "../model/bulk-draft.ts";
import type { Change } from "../model/change.ts";
import {
  type BulkLine,
  faultAt,
  firstFaults,
  type LineFault,
  type LineProblem,
  sizeOfLine,
} from "../model/parsed-list.ts";
import { approvalsNeededForAll } from "../policy/authorize-all.ts";
import { termsForAll } from "../policy/terms.ts";
import type { UnitOfWork } from "../ports/storage.ts";
import { excludeTargets } from "./exclude-targets.ts";
import { inSlices } from "./in-slices.ts";
import { parseList } from "./parse-list.ts";
import { type FoundLine, requestedChange } from "./requested-change.ts";

export interface DryRunOptions {
  readonly authorizer: Authorizer;
  readonly directory: PeopleDirectory;
  readonly channels: ChannelContexts;
  readonly identify: Identify;
  readonly incydr: IncydrReader;
  readonly findMany: FindMany;
  readonly preflightMany: PreflightMany;
  readonly findPlace: FindPlace;
  readonly files: HandedInFiles;
  readonly forms: BulkForms;
  readonly uow: UnitOfWork;
  readonly clock: Clock;
}

/**
 * Makes the job that reads all facts for a bulk's form, stores them and shows the form. A request is bound to the facts
 * that the requester saw. The job writes nothing to Incydr.
 */
export function createPerformDryRun(options: DryRunOptions) {
  const { directory, identify, incydr, findMany, preflightMany } = options;
  const { findPlace, files, forms, uow, clock } = options;

  return async function performDryRun(draftId: string): Promise<void> {
    const draft = await uow.run((tx) => tx.bulkDrafts.lock(draftId));
    if (!draft?.input || draft.requestId !== null || draft.expiresAt <= clock.now()) return;
    const { viewId } = draft.input;
    try {
      const reading = draft.reading ?? (await read(draft));
      await forms.showDryRun(viewId, { ...draft, reading });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // Another run of the job may have stored a dry run meanwhile. It is equally valid.
      const kept = (await uow.run((tx) => tx.bulkDrafts.lock(draftId)))?.reading;
      if (kept) return forms.showDryRun(viewId, { ...draft, reading: kept });
      await recordRejection(draft, error);
      await forms.showRefusal(draft.input, draft.kind, error, draft);
    }
  };

  async function read(draft: BulkDraft): Promise<DryRun> {
    const { opener, input, kind, place } = draft;
    const authorizer = await options.authorizer.pin();
    const requester = await directory.person(opener.slackUserId, RECENT);
    const { userId: openerUserId } = await identify(requester);
    const text = input?.fileId ? await files.read(input.fileId, opener.slackUserId) : (input?.text ?? "");
    const given = await parseList(text);
    const { found, unknown } = await findLines(given.lines);
    const wanted = await requestedChange({ incydr, kind, lines: found, otherwise: input?.roles ?? [] });
    const bounded = firstFaults([...given.faults, ...unknown, ...wanted.faults]);
    const { change, used } = wanted;
    const furtherLines = used.flatMap(({ line: { line }, of }) => (line === of ? [] : [{ line, of }]));
    if (!change) throw new NothingToRequestError({ leftOut: [], ...bounded });
    const kept = await excludeTargets({
      ...{ authorizer, directory, requester, change, lines: wanted.found },
      channel: await options.channels.ofPlace(place),
      temporaryHolders: await temporaryHolders(change, wanted.found),
    });
    if (kept.subjects.length === 0) {
      const { firstForbidden } = kept;
      const { slackUserId } = requester;
      // The authorizer tells the requester why, and audits the attempt.
      if (firstForbidden)
        await authorizer.authorizeChange(slackUserId, "request", { freshness: RECENT, ...firstForbidden });
      throw new NothingToRequestError({ leftOut: kept.leftOut, ...bounded, furtherLines });
    }
    const identities = kept.subjects.map(({ facts: { userId, username }, slackUserIds }) => ({
      ...{ userId, username, slackUserIds },
    }));
    await findPlace(place, identities);
    const approvalsNeeded = await approvalsNeededForAll(authorizer, requester, kept.policyInputs);
    const { subjects, leftOut } = kept;
    const terms = await termsForAll(authorizer, requester, kept.policyInputs);
    const ignoredIds = used.flatMap(({ line: { line, roundedId } }) =>
      roundedId === undefined ? [] : [{ line, id: roundedId }],
    );
    const reading: DryRun = {
      ...{ change, subjects, leftOut, ...bounded, furtherLines, ignoredIds },
      ...{ approvalsNeeded, terms },
    };
    return keep(draft, { reading, openerUserId }, authorizer.policyHash);
  }

  async function temporaryHolders(change: Change, lines: readonly FoundLine[]): Promise<ReadonlySet<string>> {
    if (change.kind !== "add_roles") return new Set();
    const userIds = lines.map(({ facts }) => facts.userId);
    return uow.read(({ grants }) => grants.holders(change.roles, userIds));
  }

  /** Reads the user of each line. A line without one is a fault. */
  async function findLines(lines: readonly BulkLine[]) {
    const names = new Set<string>();
    for (const { who, also, doubtfulId } of lines)
      for (const name of [who, also?.user, doubtfulId]) if (name !== undefined) names.add(name);
    const users = await findMany([...names]);
    const unknown: LineFault[] = [];
    const named: { line: BulkLine; user: User }[] = [];
    for await (const line of inSlices(lines, sizeOfLine)) {
      const read = withUser(line, users);
      if ("kind" in read) unknown.push(faultAt(line.line, line.who, read));
      else named.push(read);
    }
    const byId = new Map(named.map(({ user }) => [user.userId as string, user])); // a branded id is a string
    const facts = await preflightMany([...byId.values()]);
    const found: FoundLine[] = [];
    for await (const { line, user } of inSlices(named, (each) => sizeOfLine(each.line))) {
      const read = facts.get(user.userId);
      if (read && !("fault" in read)) found.push({ line, facts: read });
      else
        unknown.push(
          faultAt(
            line.line,
            line.who,
            read ? { kind: "user_unknown", fault: read.fault } : { kind: "user_not_read" },
          ),
        );
    }
    return { found, unknown };
  }

  /** Stores the dry run, unless another run of the job has stored one, which a person may see already. */
  function keep(
    draft: BulkDraft,
    found: { reading: DryRun; openerUserId: string },
    policyHash: string,
  ): Promise<DryRun> {
    const { reading } = found;
    return uow.run(async (tx) => {
      const kept = (await tx.bulkDrafts.lock(draft.id))?.reading;
      if (kept) return kept;
      await tx.bulkDrafts.update(draft.id, found);
      await tx.audit.append(
        subjectsLookedUp(
          { actor: draft.opener, at: clock.now(), policyHash },
          {
            form: draft.kind,
            found: reading.subjects.length,
            leftOut: reading.leftOut.length,
            faults: faultCount(reading),
            usernames: [
              ...reading.subjects.map(({ facts }) => facts.username),
              ...reading.leftOut.map(({ username }) => username),
            ],
          },
        ),
      );
      await tx.jobs.enqueue({ kind: "deliver_dry_run", draftId: draft.id });
      return reading;
    });
  }

  async function recordRejection({ opener, kind }: BulkDraft, { code, message }: AppError): Promise<void> {
    // The authorizer has audited a forbidden attempt.
    if (code === "forbidden") return;
    const details = { action: "request", change: kind, bulk: true, fault: code, message };
    await uow.run((tx) => tx.audit.append(rejectedAttempt({ at: clock.now(), actor: opener, details })));
  }
}

function withUser(
  line: BulkLine,
  users: ReadonlyMap<string, Found>,
): { line: BulkLine; user: User } | LineProblem {
  const user = userOf(line, users);
  if ("kind" in user) return user;
  const { who, doubtfulId } = line;
  if (doubtfulId === undefined) return { line, user };
  const doubtful = users.get(doubtfulId) ?? { fault: null };
  if ("user" in doubtful)
    return doubtful.user.userId === user.userId ? { line, user } : twoUsers([who, doubtfulId], user);
  // No user has the id, so a spreadsheet has rounded it.
  if (doubtful.fault?.kind === "no_such_user")
    return { line: { ...line, roundedId: line.roundedId ?? doubtfulId }, user };
  return { kind: "second_user_unknown", who: doubtfulId, fault: doubtful.fault };
}

/** The one user that all names of the line mean, or the problem. */
function userOf({ who, also }: BulkLine, users: ReadonlyMap<string, Found>): User | LineProblem {
  const [first, second] = [who, also?.user].map((name) => (name === undefined ? null : users.get(name)));
  if (!first) return { kind: "user_unknown", fault: { kind: "no_such_user" } };
  if ("fault" in first) return { kind: "user_unknown", fault: first.fault };
  if (!second || also?.user === undefined) return first.user;
  if ("fault" in second) return { kind: "second_user_unknown", who: also.user, fault: second.fault };
  return first.user.userId === second.user.userId ? first.user : twoUsers([who, also.user], first.user);
}

function twoUsers(names: readonly [string, string], { username }: User): LineProblem {
  return { kind: "two_users", names, username };
}
