import {
  type Action,
  type Authorizer,
  type ChangeFacts,
  type Decision,
  type Denial,
  ForbiddenError,
  type Freshness,
  type PermittedPerson,
  type Person,
  type PinOptions,
  type SubjectChange,
  type SubjectFacts,
} from "../../src/authorization/index.ts";
import type {
  ChangeRequest,
  Job,
  Reminder,
  Transaction,
  UnitOfWork,
} from "../../src/change-requests/index.ts";

import { toldIn } from "./told-in.ts";

/** The hash of the policies that permit everything. */
export const LENIENT = "lenient";
const ENTITLED = { policyIds: ["everything"], groups: [] };

type AuditEntry = Parameters<Transaction["audit"]["append"]>[0];

/** One request in memory, and the effects on it. */
export interface OneRequest {
  readonly uow: UnitOfWork;
  /** The request as stored now. */
  stored(): ChangeRequest;
  readonly audited: () => readonly string[];
  readonly entries: () => readonly AuditEntry[];
  readonly jobs: () => readonly Job[];
  /** The reminders of the last plan. */
  readonly planned: () => readonly Reminder[];
  /** The codes of the refusals that people were told, and the notices. */
  readonly told: () => readonly string[];
  /** Stores a change by others before the request is locked next. */
  meanwhile(patch: Partial<ChangeRequest>): void;
  /** Makes other policies decide from now on. */
  decideBy(policyHash: string): void;
}

interface State {
  readonly request: ChangeRequest;
  readonly claimed: readonly string[];
  readonly entries: readonly AuditEntry[];
  readonly jobs: readonly Job[];
}

/** A store of one request. A failed transaction changes nothing. `open`: other requests about its subject. */
export function storeOf(request: ChangeRequest, { open = [] as readonly number[] } = {}): OneRequest {
  let state: State = { request, claimed: [], entries: [], jobs: [] };
  let pending: Partial<ChangeRequest> | null = null;
  let policyHash: string | null = null;
  let planned: readonly Reminder[] = [];
  const change = (patch: Partial<ChangeRequest>) => {
    state = { ...state, request: { ...state.request, ...patch } };
  };
  const changeTargets = (positions: readonly number[], patch: object) =>
    change({
      targets: state.request.targets.map((each) =>
        positions.includes(each.position) ? { ...each, ...patch } : each,
      ),
    });
  const changeDecisions = (isMeant: (slackUserId: string) => boolean) =>
    change({
      decisions: state.request.decisions.map((each) =>
        isMeant(each.approver.slackUserId) ? { ...each, void: true } : each,
      ),
    });
  const tx = {
    requests: {
      get: async () => state.request,
      lock: async () => {
        change(pending ?? {});
        pending = null;
        return state.request;
      },
      openOn: async () => open,
      finishedOn: async () => [],
      scheduleProgress: async () => null,
      targetStates: async () => state.request.targets.map((target) => target.state),
      update: async (_id, patch) => change(patch),
      updateTarget: async (_id, position, patch) => changeTargets([position], patch),
      renewTarget: async (_id, position, { facts, snapshot, slackUserIds }) =>
        changeTargets([position], { facts, snapshot, slackUserIds }),
      updateTargets: async (_id, positions, patch) => changeTargets(positions, patch),
      addDecision: async (_id, decision) => change({ decisions: [...state.request.decisions, decision] }),
      voidDecision: async (_id, { slackUserId }) => changeDecisions((id) => id === slackUserId),
      voidDecisions: async () => changeDecisions(() => true),
      saveRatification: async (_id, ratification) => change({ ratification }),
    } satisfies Partial<Transaction["requests"]>,
    clicks: {
      claim: async (clickId: string) => {
        if (state.claimed.includes(clickId)) return false;
        state = { ...state, claimed: [...state.claimed, clickId] };
        return true;
      },
    },
    audit: {
      append: async (entry: AuditEntry) => {
        state = { ...state, entries: [...state.entries, entry] };
      },
    },
    jobs: {
      enqueue: async (job: Job) => {
        state = { ...state, jobs: [...state.jobs, job] };
      },
    },
    policies: { current: async () => policyHash },
    reminders: {
      plan: async (_id: number, reminders: readonly Reminder[]) => {
        planned = reminders;
      },
    },
  } as unknown as Transaction; // nothing else of it is used
  return {
    uow: {
      run: async (work) => {
        const before = state;
        try {
          return await work(tx);
        } catch (error) {
          state = before;
          throw error;
        }
      },
      read: (work) => work(tx),
    },
    stored: () => state.request,
    entries: () => state.entries,
    audited: () => state.entries.map(({ kind }) => kind),
    jobs: () => state.jobs,
    planned: () => planned,
    told: () => toldIn(state.jobs),
    meanwhile: (patch) => {
      pending = patch;
    },
    decideBy: (hash) => {
      policyHash = hash;
    },
  };
}

/** The calls to an authorizer, in order. */
export interface Asked {
  readonly pins: PinOptions[];
  readonly actions: { readonly who: string; readonly action: string; readonly freshness: Freshness }[];
  /** The facts of the change in each call. */
  readonly changes: ChangeFacts[];
  /** The facts of the subject, each time. */
  readonly subjects: SubjectFacts[];
}

/** An authorizer that permits everything to these people. `userIdOf` gives their Incydr users. */
export function lenientAuthorizer(
  people: readonly Person[],
  options: {
    userIdOf?: (slackUserId: string) => string;
    check?: (action: string, approvals: number) => boolean;
    approvalsNeeded?: number | null;
    /** Subjects whose changes the policies forbid. */
    forbids?: (subject: SubjectFacts) => boolean;
  } = {},
): { authorizer: Authorizer; asked: Asked } {
  const { userIdOf = (id) => `user of ${id}`, check = () => true, approvalsNeeded = 1 } = options;
  const { forbids = () => false } = options;
  const asked: Asked = { pins: [], actions: [], changes: [], subjects: [] };
  const authorizer = {
    policyHash: LENIENT,
    pin: async (how: PinOptions = {}) => {
      asked.pins.push(how);
      return authorizer;
    },
    async authorizeChange(
      who: string,
      action: string,
      { freshness, subject, change }: { freshness: Freshness } & SubjectChange,
    ): Promise<PermittedPerson> {
      asked.actions.push({ who, action, freshness });
      asked.changes.push(change);
      asked.subjects.push(subject);
      if (forbids(subject)) throw new ForbiddenError(denialOf(action as Action)); // the test's own actions
      const person = people.find(({ slackUserId }) => slackUserId === who);
      if (!person) throw new Error(`Nobody is called ${who}.`);
      return { ...person, policyHash: LENIENT, userId: userIdOf(who), entitlement: ENTITLED };
    },
    check: (_person: Person, action: Action, { change }: { change: { approvals: number } }): Decision =>
      check(action, change.approvals)
        ? { allowed: true, ...ENTITLED, policyHash: LENIENT }
        : { allowed: false, denial: denialOf(action) },
    approvalsNeeded: () => approvalsNeeded,
    terms: () => ({
      expiryHours: null,
      remindAfterMinutes: null,
      escalateAfterMinutes: null,
      escalateTo: [],
      ratifyWithinHours: null,
    }),
  } as unknown as Authorizer; // nothing else of it is asked
  return { authorizer, asked };
}

function denialOf(action: Action): Denial {
  return { action, policyIds: [], reasons: ["No."], whoCould: [], policyHash: LENIENT };
}
