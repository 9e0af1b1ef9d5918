import { randomUUID } from "node:crypto";
import { type Authorizer, ForbiddenError, type PeopleDirectory, RECENT } from "../authorization/index.ts";
import type { IncydrReader } from "../incydr/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { AppError } from "../kernel/errors.ts";
import {
  type FindSubject,
  type Identify,
  type Preflight,
  type ReadPreflight,
  type RoleRef,
  type Warning,
  warningsOf,
} from "../subjects/index.ts";
import { type Change, privilegedRolesOf } from "./change.ts";
import type { OperatorRef, Place } from "./change-request.ts";
import type { FindPlace } from "./find-place.ts";
import { findRole, roleNamed } from "./find-role.ts";
import { ChannelNotAllowedError, type ChannelRules, placementFault } from "./placement.ts";
import { changeFacts, subjectFacts } from "./policy-facts.ts";
import type { ChannelDirectory, Draft, UnitOfWork } from "./ports.ts";
import { DraftGoneError, DraftOfAnotherError, NothingToDoError } from "./request-errors.ts";

/** What somebody starts with: where they are, and as much as they said already. */
export interface DraftStart {
  readonly slackUserId: string;
  readonly place: Place;
  readonly who: string | null;
  readonly kind: Change["kind"] | null;
}

/** Whom a change is to be about, which change, and a role if one was named. */
export interface DraftChoice {
  readonly who: string;
  readonly kind: Change["kind"];
  readonly role: string | null;
}

/** A draft whose form can be shown. */
export interface PreparedDraft {
  readonly draftId: string;
  readonly kind: Change["kind"];
  readonly facts: Preflight;
  readonly warnings: readonly Warning[];
  /** Roles to choose from; empty for a deactivation. */
  readonly roleOptions: readonly RoleRef[];
  /** The role that was typed, if one was. */
  readonly chosenRole: RoleRef | null;
  /** Approvals that the policy asks for as things stand. */
  readonly approvalsNeeded: number | null;
  /** Legal hold could not be read: the requester has to confirm that they asked. */
  readonly asksLegalHold: boolean;
}

export interface DraftOptions {
  readonly authorizer: Authorizer;
  readonly directory: PeopleDirectory;
  readonly channels: ChannelDirectory;
  readonly rules: ChannelRules;
  readonly findPlace: FindPlace;
  readonly incydr: IncydrReader;
  readonly findSubject: FindSubject;
  readonly preflight: ReadPreflight;
  readonly identify: Identify;
  readonly uow: UnitOfWork;
  readonly clock: Clock;
}

/** How long a form may stay open. */
const DRAFT_LIFETIME_MS = 30 * 60_000;

/**
 * Begins a draft: whether this person may ask for anything at all, and whether its card could be posted
 * here. Reads Slack only, so that a modal can open while its trigger is valid.
 * @throws {ForbiddenError | ChannelNotAllowedError}
 */
export function createStartDraft({ authorizer, channels, rules, uow, clock }: DraftOptions) {
  return async function startDraft({ slackUserId, place, who, kind }: DraftStart): Promise<Draft> {
    const person = await authorizer.authorize(slackUserId, "lookup", { freshness: RECENT });
    const opener: OperatorRef = { slackUserId, email: person.email };
    const fault = placementFault(await channels.facts(place.channelId), rules);
    if (fault) {
      await uow.run((tx) =>
        tx.audit.append({
          kind: "attempt.rejected",
          at: clock.now(),
          actor: opener,
          requestId: null,
          subject: null,
          policyHash: null,
          details: {
            action: "request",
            fault: "channel_not_allowed",
            channelId: place.channelId,
            why: fault,
          },
        }),
      );
      throw new ChannelNotAllowedError(fault, rules.approvalsChannelId);
    }
    const draft: Draft = {
      id: randomUUID(),
      opener,
      place,
      who,
      kind,
      facts: null,
      slackUserIds: [],
      roleOptions: [],
      requestId: null,
      expiresAt: new Date(clock.now().getTime() + DRAFT_LIFETIME_MS),
    };
    await uow.run((tx) => tx.drafts.insert(draft));
    return draft;
  };
}

/**
 * Reads everything that a draft's form shows, and keeps it: what the requester then submits is bound to
 * what they saw.
 * @throws {SubjectNotFoundError | AmbiguousSubjectError | UnmappedOperatorError | ForbiddenError |
 * NowhereToPostError | NothingToDoError | UnknownRoleError | RoleNotAssignableError | IncydrError}
 */
export function createPrepareDraft(options: DraftOptions) {
  const { authorizer, directory, incydr, findSubject, findPlace, preflight, identify, uow, clock } = options;

  return async function prepareDraft(
    draftId: string,
    slackUserId: string,
    choice: DraftChoice,
  ): Promise<PreparedDraft> {
    const { opener, place } = await openDraft(options, draftId);
    try {
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
    const { kind } = choice;
    const requester = await directory.person(opener.slackUserId, RECENT);
    const [user] = await Promise.all([findSubject(choice.who), identify(requester)]);
    const facts = await preflight(user);
    const slackUserIds = await directory.idsByEmail(facts.username.toLowerCase());
    const subject = subjectFacts(facts, slackUserIds);
    // For the roles that may be chosen, the policy is asked again when the form is submitted.
    const draftChange: Change = kind === "deactivate" ? { kind } : { kind, roles: [] };
    const change = changeFacts({
      change: draftChange,
      requesterSlackId: opener.slackUserId,
      approvals: 0,
      targets: 1,
    });
    await authorizer.authorizeChange(opener.slackUserId, "request", { freshness: RECENT, subject, change });
    // A request that nobody could be shown would wait for its approval in vain.
    await findPlace(place, slackUserIds);
    const roleOptions = await rolesFor(kind, facts);
    const chosenRole = choice.role ? chooseRole(choice.role, kind, facts, roleOptions) : null;
    await uow.run((tx) =>
      tx.drafts.update(draftId, { who: choice.who, kind, facts, slackUserIds, roleOptions }),
    );
    return {
      draftId,
      kind,
      facts,
      warnings: warningsOf(
        facts,
        kind,
        chosenRole ? privilegedRolesOf({ kind: "add_roles", roles: [chosenRole] }) : [],
      ),
      roleOptions,
      chosenRole,
      approvalsNeeded: authorizer.approvalsNeeded(requester, { subject, change }),
      asksLegalHold: kind === "deactivate" && facts.legalHold.fact === "unknown",
    };
  }

  async function recordRejection(
    slackUserId: string,
    { who, kind, role }: DraftChoice,
    { code, message }: AppError,
  ): Promise<void> {
    await uow.run((tx) =>
      tx.audit.append({
        kind: "attempt.rejected",
        at: clock.now(),
        actor: { slackUserId, email: null },
        requestId: null,
        subject: null,
        policyHash: null,
        details: { action: "request", change: kind, asked: who, role: role ?? null, fault: code, message },
      }),
    );
  }

  async function rolesFor(kind: Change["kind"], facts: Preflight): Promise<readonly RoleRef[]> {
    switch (kind) {
      case "deactivate":
        if (!facts.active)
          throw new NothingToDoError(`${facts.username} is inactive already. Nothing was requested.`);
        return [];
      case "add_roles": {
        const held = new Set(facts.roles.map(({ id }) => id));
        const assignable = await incydr.users.listRoles({ lane: "interactive" });
        const missing = assignable.filter(({ roleId }) => !held.has(roleId));
        if (missing.length === 0)
          throw new NothingToDoError(`${facts.username} holds every role that can be added.`);
        return missing
          .map(({ roleId, roleName }) => ({ id: roleId as string, name: roleName ?? roleId }))
          .sort((a, b) => a.name.localeCompare(b.name));
      }
      case "remove_roles":
        if (facts.roles.length === 0) throw new NothingToDoError(`${facts.username} holds no role.`);
        return facts.roles;
    }
  }
}

/**
 * Makes the function that ends a draft whose modal was closed before its form came; resolves to where its
 * opener was, or to `null` if there is nothing to say.
 */
export function createAbandonDraft({ uow, clock }: Pick<DraftOptions, "uow" | "clock">) {
  return async function abandonDraft(draftId: string, slackUserId: string): Promise<Place | null> {
    return uow.run(async (tx) => {
      const draft = await tx.drafts.lock(draftId);
      if (draft?.opener.slackUserId !== slackUserId || draft.requestId !== null) return null;
      await tx.drafts.update(draftId, { expiresAt: clock.now() });
      return draft.place;
    });
  };
}

/** The role that was typed, unless the subject holds it already, or doesn't hold it. */
function chooseRole(
  typed: string,
  kind: Change["kind"],
  { username, roles }: Preflight,
  options: readonly RoleRef[],
): RoleRef {
  const held = roleNamed(typed, roles);
  if (kind === "add_roles" && held)
    throw new NothingToDoError(`${username} holds the role “${held.name}” already. Nothing was requested.`);
  if (kind === "remove_roles" && !held)
    throw new NothingToDoError(`${username} holds no role “${typed}”. Nothing was requested.`);
  return findRole(typed, options);
}

async function openDraft({ uow, clock }: DraftOptions, draftId: string): Promise<Draft> {
  const draft = await uow.run((tx) => tx.drafts.lock(draftId));
  if (!draft || draft.expiresAt <= clock.now()) throw new DraftGoneError();
  return draft;
}

export type StartDraft = ReturnType<typeof createStartDraft>;
export type AbandonDraft = ReturnType<typeof createAbandonDraft>;
export type PrepareDraft = ReturnType<typeof createPrepareDraft>;
