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
  type Identify,
  type Preflight,
  type PrivilegedRoles,
  type ReadSubject,
  type RoleRef,
  type Warning,
  warningsOf,
} from "../../subjects/index.ts";
import type { ChannelContexts } from "../confidentiality/channel-contexts.ts";
import type { FindPlace } from "../confidentiality/find-place.ts";
import { ACCOUNT_FRESH, type HiddenFrom } from "../confidentiality/hidden-from.ts";
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
import { DraftGoneError, DraftOfAnotherError, LengthNotOfferedError } from "../model/request-errors.ts";
import { changeFacts, subjectFacts } from "../policy/policy-facts.ts";
import { emergencyTerms } from "../policy/terms.ts";
import type { Draft, UnitOfWork } from "../ports/storage.ts";
import { shownName } from "./match-name.ts";
import { chooseOrg, NO_ORGS, offeredOrgs } from "./offered-orgs.ts";
import { chooseRoles, NO_ROLES, offeredRoles } from "./offered-roles.ts";
import { prefillOf, subjectToExtend, temporaryRoles } from "./prefill.ts";
import type { RememberedLists } from "./remembered-lists.ts";
import { createReadUndo, subjectToUndo, type Undo } from "./undo.ts";

/** The subject and the change of a draft, as typed or chosen. */
export interface DraftChoice {
  readonly who: string;
  /** `null` for an undo: its change follows from the undone request. */
  readonly kind: Change["kind"] | null;
  /** The typed role, or several with commas between them. */
  readonly role: string | null;
  /** The typed length of added roles in hours, `null` for permanent; default: the first that is offered. */
  readonly grantHours?: GrantLength;
  /** The typed organization. */
  readonly org: string | null;
  /** The request to undo. Its subject replaces `who`. */
  readonly undoes: number | null;
  /** Whether the change is executed without waiting for approvals; default false. */
  readonly emergency?: boolean;
  /** The request whose temporary roles are extended. Its subject replaces `who`. */
  readonly extends?: number;
}

export interface PreparedDraft {
  readonly draftId: string;
  readonly kind: Change["kind"];
  readonly facts: Preflight;
  readonly warnings: readonly Warning[];
  /** Empty if the change is about no roles. */
  readonly roleOptions: readonly RoleRef[];
  /** The roles that are preselected: the typed role, or those that are extended. */
  readonly chosenRoles: readonly RoleRef[];
  /** The durations that the form offers; empty if it does not ask for one. */
  readonly lengths: readonly GrantLength[];
  readonly chosenLength: GrantLength;
  /** The subject's temporary roles, if roles are added or replaced. */
  readonly temporaryGrants: readonly Grant[];
  /** The typed organization. */
  readonly chosenOrg: OrgOption | null;
  /** The undo, if it is one. Its change is fixed. */
  readonly undo: (Undo & { readonly requestId: number }) | null;
  /** Other open requests about the subject, without those about the requester. */
  readonly othersOpen: readonly number[];
  /** The number of approvals that the policies require; `null` if no number is enough. */
  readonly approvalsNeeded: number | null;
  /** `null` if it is no emergency. */
  readonly emergency: EmergencyTerms | null;
  /** Whether the requester has to confirm legal hold, because it could not be read. */
  readonly asksLegalHold: boolean;
  /** Whether all changes were stopped at that time. */
  readonly isFrozen: boolean;
}

/** Hours for which roles are given; `null`: no end. */
export type GrantLength = number | null;

/**
 * Makes the function that reads and stores all facts of a draft's form: the submission is bound to them.
 * @throws {AppError} the refusal, after auditing it
 */
export function createPrepareDraft(options: {
  authorizer: Authorizer;
  directory: PeopleDirectory;
  channels: ChannelContexts;
  findPlace: FindPlace;
  incydr: IncydrReader;
  lists: RememberedLists;
  readSubject: ReadSubject;
  identify: Identify;
  uow: UnitOfWork;
  visibleRequest: VisibleRequest;
  hiddenFrom: HiddenFrom;
  clock: Clock;
  /** Hours to the deadline of a ratification if the policies set none. */
  ratifyWithinHours: number;
  /** The lengths in hours for which roles can be given. */
  grantHours: readonly number[];
  isFrozen: IsFrozen;
}) {
  const { directory, lists, readSubject, findPlace, identify, uow, clock } = options;
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
      const draft = await uow.read(({ drafts }) => drafts.lock(draftId));
      if (!draft || draft.expiresAt <= clock.now()) throw new DraftGoneError();
      if (draft.opener.slackUserId !== slackUserId) throw new DraftOfAnotherError();
      return await prepare(draft, choice);
    } catch (error) {
      // The authorizer has audited a forbidden attempt.
      if (error instanceof AppError && !(error instanceof ForbiddenError))
        await recordRejection(slackUserId, choice, error);
      throw error;
    }
  };

  async function prepare(draft: Draft, choice: DraftChoice): Promise<PreparedDraft> {
    const { id: draftId, opener, place } = draft;
    const authorizer = await options.authorizer.pin();
    const { emergency = false } = choice;
    const freshness = emergency ? FRESH : RECENT;
    const identified = async () => {
      // A remembered identity needs an e-mail that was just read.
      const requester = await directory.person(opener.slackUserId, emergency ? FRESH : ACCOUNT_FRESH);
      return { requester, operator: await identify(requester) };
    };
    const undone = choice.undoes === null ? null : await visibleRequest(choice.undoes, opener.slackUserId);
    const extended =
      choice.extends === undefined ? null : await visibleRequest(choice.extends, opener.slackUserId);
    const goesOnFrom = undone ? subjectToUndo(undone) : extended && subjectToExtend(extended);
    const who = goesOnFrom?.userId ?? choice.who;
    // A form that asks for the user may have been open for a while, and reading tells whether there is such a user.
    if (draft.who === null && !goesOnFrom)
      await authorizer.authorize(opener.slackUserId, "lookup", { freshness, about: { asked: who } });
    // A typed name must be found in the present list: it may belong to another role since the list was read.
    const isNamed = choice.role !== null || choice.org !== null || extended !== null;
    const since = isNamed ? lists.now() : undefined;
    if (choice.kind === "move") lists.prefetch("orgs", since);
    if (choice.kind === "add_roles" || choice.kind === "replace_roles") lists.prefetch("roles", since);
    const [{ requester, operator }, facts] = await Promise.all([identified(), readSubject(who)]);
    const undo = undone && (await readUndo(undone, facts));
    const kind = undo?.change.kind ?? choice.kind;
    if (!kind) throw new DraftGoneError();
    const [slackUserIds, channel] = await Promise.all([
      directory.idsByEmail(facts.username.toLowerCase()),
      options.channels.ofPlace(place),
    ]);
    const subject = subjectFacts(facts, slackUserIds);
    const { slackUserId: openerId } = opener;
    const reader = identityKeys({ slackUserId: openerId, email: requester.email, userId: operator.userId });
    const isOwn = isSamePerson(reader, subjectIdentityKeys({ subject }));
    // The policies' answer must not tell the requester of open requests about the requester.
    const othersOpen = isOwn ? [] : await uow.read(({ requests }) => requests.openOn(facts.userId));
    const unratified = emergency ? await uow.run((tx) => tx.requests.unratifiedOf(opener)) : [];
    // The submission evaluates the policies again, for the chosen roles.
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
    // A request without a place for its card would never get approvals.
    await findPlace(place, [{ userId: facts.userId, username: facts.username, slackUserIds }]);
    const addsRoles = kind === "add_roles" && !undo;
    const { userId } = facts;
    const readsTemporary = !isOwn && (addsRoles || kind === "replace_roles");
    const temporaryGrants = readsTemporary
      ? await uow.read(({ grants }) => grants.open({ userId, limit: MOST_GRANTS_READ }))
      : [];
    const prefill = extended ? prefillOf(extended, temporaryGrants) : null;
    const { roleOptions, typed } = await lists.with(async (incydr) => {
      const lent = temporaryRoles(temporaryGrants);
      const roles = undo ? NO_ROLES : await offeredRoles(incydr, kind, facts, lent);
      const typed = choice.role ? chooseRoles(choice.role, kind, facts, roles) : [];
      return { roleOptions: roles.options, typed };
    }, since);
    const chosenRoles = prefill
      ? roleOptions.filter(({ id }) => prefill.roles.some((role) => role.id === id))
      : typed;
    const lengths = addsRoles ? allowed(chosenRoles) : [];
    if (choice.grantHours !== undefined && !lengths.includes(choice.grantHours))
      throw new LengthNotOfferedError(choice.grantHours, lengths);
    const wanted = choice.grantHours === undefined ? prefill?.grantHours : choice.grantHours;
    const chosenLength = lengths.find((length) => length === wanted) ?? lengths[0] ?? null;
    const { orgOptions, chosenOrg } = await lists.with(async (incydr) => {
      const orgs = kind === "move" && !undo ? await offeredOrgs(incydr, facts, choice.org) : NO_ORGS;
      const chosenOrg = choice.org ? chooseOrg(choice.org, facts, orgs.options, orgs.complete) : null;
      return { orgOptions: orgs.options, chosenOrg };
    }, since);
    const othersShown = await visibleOnes(othersOpen, reader);
    await uow.run(async (tx) => {
      const found = { openerUserId: operator.userId, facts, slackUserIds, roleOptions, orgOptions };
      const fixed = undo && { requestId: undo.requestId, change: undo.change };
      await tx.drafts.update(draftId, { who, kind, emergency, undo: fixed, ...found });
      // Opening the form counts as a look-up.
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
    const change = undo?.change ?? chosenOf(kind, chosenRoles);
    const privileged: PrivilegedRoles = {
      concerned: change ? privilegedRolesOf(change, facts.roles) : [],
      given: change !== null && addsPrivileged(change, facts.roles),
    };
    return {
      draftId,
      kind,
      facts,
      warnings: warningsOf(facts, kind, privileged),
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

  /** Leaves out requests about the reader, such as a bulk. The policies still get their number. */
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

/** The change that is preselected; `null` if none is. */
function chosenOf(kind: Change["kind"], roles: readonly RoleRef[]): Change | null {
  return roles.length > 0 && (kind === "add_roles" || kind === "remove_roles") ? { kind, roles } : null;
}

/** A change for the policies, which ignore organizations. */
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

export type PrepareDraft = ReturnType<typeof createPrepareDraft>;
