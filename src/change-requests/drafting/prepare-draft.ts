import { rejectedAttempt, subjectLookedUp } from "../../audit/index.ts";
import {
  type Authorizer,
  ForbiddenError,
  FRESH,
  type PeopleDirectory,
  RECENT,
} from "../../authorization/index.ts";
import type { IncydrReader } from "../../incydr/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { AppError } from "../../kernel/errors.ts";
import {
  type FindSubject,
  type Identify,
  type Preflight,
  type PrivilegedRoles,
  type ReadPreflight,
  type RoleRef,
  type Warning,
  warningsOf,
} from "../../subjects/index.ts";
import type { ChannelContexts } from "../confidentiality/channel-contexts.ts";
import type { FindPlace } from "../confidentiality/find-place.ts";
import type { HiddenFrom } from "../confidentiality/hidden-from.ts";
import {
  type IdentityKeys,
  identityKeys,
  isSamePerson,
  subjectIdentityKeys,
} from "../confidentiality/identity-keys.ts";
import type { VisibleRequest } from "../confidentiality/visible-request.ts";
import type { IsFrozen } from "../execution/freeze-writes.ts";
import type { OrgOption } from "../model/change.ts";
import { addsPrivileged, type Change, privilegedRolesOf } from "../model/change.ts";
import { type EmergencyTerms, nameOf } from "../model/change-request.ts";
import { type Grant, MOST_GRANTS_READ } from "../model/grant.ts";
import { DraftGoneError, DraftOfAnotherError } from "../model/request-errors.ts";
import { changeFacts, subjectFacts } from "../policy/policy-facts.ts";
import { emergencyTerms } from "../policy/terms.ts";
import type { Draft, UnitOfWork } from "../ports/storage.ts";
import { shownName } from "./match-name.ts";
import { chooseOrg, offeredOrgs } from "./offered-orgs.ts";
import { chooseRole, NO_ROLES, offeredRoles } from "./offered-roles.ts";
import { prefillOf, subjectToExtend, temporaryRoles } from "./prefill.ts";
import { createReadUndo, subjectToUndo, type Undo } from "./undo.ts";

/** Whom a change is to be about, which change, and a role if one was named. */
export interface DraftChoice {
  readonly who: string;
  /** `null` for an undo, whose change follows from what is undone. */
  readonly kind: Change["kind"] | null;
  readonly role: string | null;
  /** An organization, if one was named. */
  readonly org: string | null;
  /** The request to be undone, which then also says whom it is about. */
  readonly undoes: number | null;
  /** Executed without waiting for approvals; default false. */
  readonly emergency?: boolean;
  /** The request whose roles are to be given for longer, which then also says to whom; default none. */
  readonly extends?: number;
}

/** A draft whose form can be shown. */
export interface PreparedDraft {
  readonly draftId: string;
  readonly kind: Change["kind"];
  readonly facts: Preflight;
  readonly warnings: readonly Warning[];
  /** Roles to choose from; empty where the change is about none. */
  readonly roleOptions: readonly RoleRef[];
  /** The roles that are chosen already: the one that was typed, or those that are extended. */
  readonly chosenRoles: readonly RoleRef[];
  /** For how long roles may be given; empty where that is no question. */
  readonly lengths: readonly GrantLength[];
  /** The length that is chosen already. */
  readonly chosenLength: GrantLength;
  /** What the subject holds for a limited time, where roles are added or replaced. */
  readonly temporaryGrants: readonly Grant[];
  /** The organization that was typed, if one was. */
  readonly chosenOrg: OrgOption | null;
  /** What it undoes, if it is an undo: the change is then fixed. */
  readonly undo: (Undo & { readonly requestId: number }) | null;
  /** Other requests about the subject that are open, without those that are about the requester as well. */
  readonly othersOpen: readonly number[];
  /** Approvals that the policy asks for as things stand. */
  readonly approvalsNeeded: number | null;
  /** What is asked of it afterwards; `null`: it is no emergency. */
  readonly emergency: EmergencyTerms | null;
  /** Legal hold could not be read: the requester has to confirm that they asked. */
  readonly asksLegalHold: boolean;
  /** All changes were stopped when it was prepared. */
  readonly isFrozen: boolean;
}

export interface PrepareDraftOptions {
  readonly authorizer: Authorizer;
  readonly directory: PeopleDirectory;
  readonly channels: ChannelContexts;
  readonly findPlace: FindPlace;
  readonly incydr: IncydrReader;
  readonly findSubject: FindSubject;
  readonly preflight: ReadPreflight;
  readonly identify: Identify;
  readonly uow: UnitOfWork;
  readonly visibleRequest: VisibleRequest;
  readonly hiddenFrom: HiddenFrom;
  readonly clock: Clock;
  /** Within how many hours an emergency is to be ratified where no policy says. */
  readonly ratifyWithinHours: number;
  /** For how many hours roles may be given, beside for good. */
  readonly grantHours: readonly number[];
  readonly isFrozen: IsFrozen;
}

/** Hours for which roles are given; `null` is for good. */
export type GrantLength = number | null;

/**
 * Reads everything that a draft's form shows, and keeps it: what the requester then submits is bound to
 * what they saw.
 * @throws {SubjectNotFoundError | AmbiguousSubjectError | UnmappedOperatorError | ForbiddenError |
 * NowhereToPostError | NothingToDoError | NothingToUndoError | RequestNotFoundError | UnknownRoleError | RoleNotAssignableError | TooManyRolesError | IncydrError}
 */
export function createPrepareDraft(options: PrepareDraftOptions) {
  const { directory, incydr, findSubject, findPlace, preflight, identify, uow, clock } = options;
  const { visibleRequest, hiddenFrom } = options;
  const readUndo = createReadUndo(options);
  const lengthsOf = (kind: Change["kind"]): readonly GrantLength[] =>
    kind === "add_roles" ? [null, ...options.grantHours] : [null];

  return async function prepareDraft(
    draftId: string,
    slackUserId: string,
    choice: DraftChoice,
  ): Promise<PreparedDraft> {
    try {
      const { opener, place } = await openDraft(options, draftId);
      if (opener.slackUserId !== slackUserId) throw new DraftOfAnotherError();
      return await prepare(draftId, { opener, place }, choice);
    } catch (error) {
      // What the policy forbids has been audited by the authorizer.
      if (error instanceof AppError && !(error instanceof ForbiddenError))
        await recordRejection(slackUserId, choice, error);
      throw error;
    }
  };

  async function prepare(
    draftId: string,
    { opener, place }: Pick<Draft, "opener" | "place">,
    choice: DraftChoice,
  ): Promise<PreparedDraft> {
    const authorizer = await options.authorizer.pin();
    const { emergency = false } = choice;
    const freshness = emergency ? FRESH : RECENT;
    const undone = choice.undoes === null ? null : await visibleRequest(choice.undoes, opener.slackUserId);
    const extended =
      choice.extends === undefined ? null : await visibleRequest(choice.extends, opener.slackUserId);
    const goesOnFrom = undone ? subjectToUndo(undone) : extended && subjectToExtend(extended);
    const who = goesOnFrom?.userId ?? choice.who;
    const requester = await directory.person(opener.slackUserId, freshness);
    const [user, operator] = await Promise.all([findSubject(who), identify(requester)]);
    const facts = await preflight(user);
    const undo = undone && (await readUndo(undone, facts));
    const kind = undo?.change.kind ?? choice.kind;
    if (!kind) throw new DraftGoneError();
    const slackUserIds = await directory.idsByEmail(facts.username.toLowerCase());
    const subject = subjectFacts(facts, slackUserIds);
    const channel = await options.channels.ofPlace(place);
    const { slackUserId: openerId } = opener;
    const reader = identityKeys({ slackUserId: openerId, email: requester.email, userId: operator.userId });
    const isOwn = isSamePerson(reader, subjectIdentityKeys({ subject }));
    // Nobody is told what is stored about themselves, in whatever the policies answer.
    const othersOpen = isOwn ? [] : await uow.read(({ requests }) => requests.openOn(facts.userId));
    const unratified = emergency ? await uow.run((tx) => tx.requests.unratifiedOf(opener)) : [];
    // For the roles that may be chosen, the policy is asked again when the form is submitted.
    const about = (roles: readonly RoleRef[], length: GrantLength = null) =>
      changeFacts({
        change: undo?.change ?? changeOf(kind, roles, length),
        held: facts.roles,
        requesterSlackId: opener.slackUserId,
        approvals: 0,
        targets: 1,
        unratifiedEmergencies: unratified.length,
        othersOpen: othersOpen.length,
        channel,
      });
    const allowed = (roles: readonly RoleRef[]) =>
      lengthsOf(kind).filter((length) => {
        const asked = { subject, change: about(roles, length) };
        return authorizer.check(requester, "request", asked).allowed;
      });
    const [anyLength = null] = undo ? [] : allowed([]);
    await authorizer.authorizeChange(opener.slackUserId, emergency ? "emergency" : "request", {
      freshness,
      subject,
      change: about(kind === "replace_roles" ? facts.roles : [], anyLength),
    });
    // A request that nobody could be shown would wait for its approval in vain.
    await findPlace(place, [{ userId: facts.userId, username: facts.username, slackUserIds }]);
    const addsRoles = kind === "add_roles" && !undo;
    const { userId } = facts;
    const readsTemporary = !isOwn && (addsRoles || kind === "replace_roles");
    const temporaryGrants = readsTemporary
      ? await uow.read(({ grants }) => grants.open({ userId, limit: MOST_GRANTS_READ }))
      : [];
    const prefill = extended ? prefillOf(extended, temporaryGrants) : null;
    const roles = undo ? NO_ROLES : await offeredRoles(incydr, kind, facts, temporaryRoles(temporaryGrants));
    const roleOptions = roles.options;
    const typed = choice.role ? [chooseRole(choice.role, kind, facts, roles)] : [];
    const chosenRoles = prefill
      ? roleOptions.filter(({ id }) => prefill.roles.some((role) => role.id === id))
      : typed;
    const lengths = addsRoles ? allowed(chosenRoles) : [];
    const chosenLength =
      lengths.find((length) => prefill && length === prefill.grantHours) ?? lengths[0] ?? null;
    const orgs =
      kind === "move" && !undo
        ? await offeredOrgs(incydr, facts, choice.org)
        : { options: [], complete: true };
    const orgOptions = orgs.options;
    const chosenOrg = choice.org ? chooseOrg(choice.org, facts, orgOptions, orgs.complete) : null;
    const othersShown = await visibleOnes(othersOpen, reader);
    await uow.run(async (tx) => {
      const found = { openerUserId: operator.userId, facts, slackUserIds, roleOptions, orgOptions };
      const fixed = undo && { requestId: undo.requestId, change: undo.change };
      await tx.drafts.update(draftId, { who, kind, emergency, undo: fixed, ...found });
      // Whoever sees the form has seen the subject, whether they submit it or not.
      const { policyHash } = authorizer;
      await tx.audit.append(
        subjectLookedUp({ actor: opener, at: clock.now(), policyHash }, facts.username, {
          asked: who,
          form: emergency ? "emergency" : kind,
          ...(undone ? { undoes: nameOf(undone.id) } : {}),
          ...(extended ? { extends: nameOf(extended.id) } : {}),
        }),
      );
    });
    return {
      draftId,
      kind,
      facts,
      warnings: warningsOf(
        facts,
        kind,
        privilegedIn(undo?.change ?? chosenOf(kind, chosenRoles), facts.roles),
      ),
      roleOptions,
      chosenRoles,
      lengths,
      chosenLength,
      temporaryGrants,
      chosenOrg,
      undo,
      othersOpen: othersShown,
      approvalsNeeded: authorizer.approvalsNeeded(requester, {
        subject,
        change: about(kind === "replace_roles" ? facts.roles : chosenRoles, chosenLength),
      }),
      emergency: emergency
        ? emergencyTerms(authorizer, requester, { subject, change: about([]) }, options)
        : null,
      asksLegalHold: kind === "deactivate" && facts.legalHold.fact === "unknown",
      isFrozen: await options.isFrozen(),
    };
  }

  /** A bulk may be about the reader too. The policies are told of it all the same. */
  async function visibleOnes(
    requestIds: readonly number[],
    reader: IdentityKeys,
  ): Promise<readonly number[]> {
    const visible: number[] = [];
    for (const id of requestIds) {
      const request = await uow.read(({ requests }) => requests.get(id));
      if (request && !(await hiddenFrom.isAnyOf(reader, request.targets))) visible.push(id);
    }
    return visible;
  }

  async function recordRejection(
    slackUserId: string,
    choice: DraftChoice,
    { code, message }: AppError,
  ): Promise<void> {
    const { who, kind, role, org, undoes } = choice;
    const typed = { asked: who, role: role && shownName(role), org: org && shownName(org) };
    const details = { action: "request", change: kind, ...typed, undoes, fault: code, message };
    const actor = { slackUserId, email: null };
    const goesOnFrom = undoes ?? choice.extends ?? null;
    const about = goesOnFrom === null ? {} : { requestId: nameOf(goesOnFrom) };
    await uow.run((tx) => tx.audit.append(rejectedAttempt({ at: clock.now(), actor, details, ...about })));
  }
}

/** The change as far as it is chosen when its form opens; `null` where it isn't. */
function chosenOf(kind: Change["kind"], roles: readonly RoleRef[]): Change | null {
  return roles.length > 0 && (kind === "add_roles" || kind === "remove_roles") ? { kind, roles } : null;
}

function privilegedIn(change: Change | null, held: readonly RoleRef[]): PrivilegedRoles {
  if (!change) return { concerned: [], given: false };
  return { concerned: privilegedRolesOf(change, held), given: addsPrivileged(change, held) };
}

/** A change of this kind for the policies, which don't look at organizations. */
function changeOf(kind: Change["kind"], roles: readonly RoleRef[], length: GrantLength): Change {
  switch (kind) {
    case "deactivate":
    case "activate":
      return { kind };
    case "move":
      return { kind, org: { guid: "", name: "" } };
    case "add_roles":
      return { kind, roles, ...(length === null ? {} : { grantHours: length }) };
    case "remove_roles":
    case "replace_roles":
      return { kind, roles };
  }
}

async function openDraft({ uow, clock }: PrepareDraftOptions, draftId: string): Promise<Draft> {
  const draft = await uow.read(({ drafts }) => drafts.lock(draftId));
  if (!draft || draft.expiresAt <= clock.now()) throw new DraftGoneError();
  return draft;
}

export type PrepareDraft = ReturnType<typeof createPrepareDraft>;
