import {
  AddressRefusedError,
  type Authorizer,
  type Denial,
  DirectoryUnavailableError,
  ForbiddenError,
  GroupGoneError,
  IdentityUnavailableError,
  NO_PERMIT_REASON,
  PoliciesDifferError,
  PolicyError,
  UnknownPersonError,
} from "../../../src/authorization/index.ts";
import {
  AlreadyApprovedByYouError,
  AlreadyDecidedError,
  AmbiguousOrgError,
  AmbiguousRoleError,
  BulkFileError,
  BulkInputError,
  CardChannelNotAllowedError,
  CardOutOfDateError,
  ChannelNotAllowedError,
  CommandTextError,
  type ConfidentialityFault,
  createExplainPermission,
  DraftGoneError,
  DraftOfAnotherError,
  ForbiddenTransitionError,
  FormError,
  FreezeUnchangedError,
  LengthNotOfferedError,
  NotFullMemberError,
  NothingToDoError,
  NothingToExportError,
  NothingToRatifyError,
  NothingToRequestError,
  NothingToRevokeError,
  NothingToUndoError,
  NotRenewableError,
  NowhereToPostError,
  OrgInactiveError,
  OwnRequestError,
  type PlacementFault,
  REQUEST_STATES,
  ReasonFaultError,
  RequestNotFoundError,
  RoleNotAssignableError,
  refusalOf,
  TooManyRolesError,
  UnknownOrgError,
  UnknownRoleError,
} from "../../../src/change-requests/index.ts";
import { IncydrError, type IncydrErrorCode } from "../../../src/incydr/index.ts";
import { AppError } from "../../../src/kernel/errors.ts";
import { answerMessage } from "../../../src/slack/messages/answer-message.ts";
import {
  AmbiguousSubjectError,
  type LookUps,
  MentionWithoutEmailError,
  NoSubjectNamedError,
  SubjectNotFoundError,
  SubjectUnreadableError,
  UnmappedOperatorError,
} from "../../../src/subjects/index.ts";
import { type Entry, joined, type Topic, under } from "../entries.ts";
import { CHANNELS, decisionOf, FORGED, grantOf, PEOPLE, requestOf } from "../fixtures.ts";
import { peopleDirectory } from "../recorder.ts";
import { refusalMessage } from "../refusal-message.ts";
import { PLACEMENTS } from "./cards.ts";

const DENIAL: Denial = {
  action: "approve",
  policyIds: ["not-ones-own-request", "no-approval-by-new-members"],
  reasons: [
    "You can't decide on your own request. Another person must decide.",
    "You joined the approvers' group less than 10 minutes ago. Wait, or ask another lead.",
  ],
  whoCould: ["insider-risk-leads", "security-managers"],
  policyHash: "2".repeat(64),
};

/** Errors that become answers, by their code. Words after a comma distinguish errors with the same code. */
async function answers(): Promise<Readonly<Record<string, unknown>>> {
  const several = [
    { id: "role-1", name: "Alert Emails" },
    { id: "role-2", name: "alert emails" },
  ];
  const sameName = several.map(({ id }) => ({ id, name: "Alert Emails" }));
  const awaiting = {
    emergency: { ratifyWithinHours: 24, escalateTo: [] },
    ratification: {
      state: "ratified",
      deadlineAt: decisionOf().at,
      overdue: false,
      decision: { by: PEOPLE.theo, at: decisionOf().at, reason: null },
    },
  } as const;
  const unavailable = new DirectoryUnavailableError(null);
  const lacksScope = (scopes: string | null) =>
    new DirectoryUnavailableError(null, undefined, { kind: "missing_scope", scopes });
  return {
    forbidden: new ForbiddenError(DENIAL),
    "forbidden, nobody could": new ForbiddenError({ ...DENIAL, whoCould: [] }),
    "forbidden, no policy permits it": new ForbiddenError({ ...DENIAL, reasons: [NO_PERMIT_REASON] }),
    "forbidden, no policy permits it to anybody": new ForbiddenError({
      ...DENIAL,
      reasons: [NO_PERMIT_REASON],
      whoCould: [],
    }),
    "forbidden, Slack could not be asked": new ForbiddenError(DENIAL, { cause: unavailable }),
    directory_unavailable: unavailable,
    "directory_unavailable, a group is gone": new GroupGoneError(["insider-risk-leads"]),
    "directory_unavailable, an address is refused": new AddressRefusedError(null),
    "directory_unavailable, no user groups": new DirectoryUnavailableError(null, undefined, {
      kind: "user_groups_unavailable",
    }),
    "directory_unavailable, a scope": lacksScope("usergroups:read"),
    "directory_unavailable, an unnamed scope": lacksScope(null),
    policies_differ: new PoliciesDifferError("1".repeat(64), "2".repeat(64)),
    invalid_policy: new PolicyError(["policies/approve.cedar:3: unknown action"]),
    unknown_person: new UnknownPersonError("U0NOBODY"),
    identity_unavailable: new IdentityUnavailableError(null),
    unmapped_operator: new UnmappedOperatorError({ ...PERSON, email: "sven@harborlight.example" }),
    "unmapped_operator, without an e-mail": new UnmappedOperatorError({ ...PERSON, email: null }),
    no_subject_named: new NoSubjectNamedError(),
    subject_unreadable: new SubjectUnreadableError({ kind: "several_users", names: ["nadia", "omar"] }),
    subject_not_found: new SubjectNotFoundError("nadja", ["nadia.petrov@harborlight.example"]),
    "subject_not_found, a request's number": new SubjectNotFoundError("CR-17", []),
    "subject_not_found, none resembles it": new SubjectNotFoundError(FORGED.name, []),
    ambiguous_subject: new AmbiguousSubjectError("nadia", ["nadia.petrov@x.example", "nadia.pike@x.example"]),
    "ambiguous_subject, none is named": new AmbiguousSubjectError("nadia", []),
    mention_without_email: new MentionWithoutEmailError("U0NADIA"),
    draft_gone: new DraftGoneError(),
    draft_of_another: new DraftOfAnotherError(),
    invalid_form: new FormError({
      reason: { kind: "missing" },
      ticket: { kind: "another_form", pattern: "INC-\\d+" },
    }),
    nothing_to_do: new NothingToDoError({ why: "inactive", username: "nadia.petrov@harborlight.example" }),
    too_many_roles: new TooManyRolesError("nadia.petrov@harborlight.example", 100),
    unknown_role: new UnknownRoleError("Alert E-Mails", ["Alert Emails"]),
    "unknown_role, none resembles it": new UnknownRoleError(FORGED.role, []),
    ambiguous_role: new AmbiguousRoleError("Alert Emails", several),
    "ambiguous_role, of one name": new AmbiguousRoleError("Alert Emails", sameName),
    "ambiguous_role, none is named": new AmbiguousRoleError("Alert Emails", []),
    role_not_assignable: new RoleNotAssignableError("Customer Cloud Admin"),
    nothing_to_undo: new NothingToUndoError({ why: "changed_nothing", requestId: 17 }),
    unknown_org: new UnknownOrgError("Sals", ["Sales"]),
    "unknown_org, none resembles it": new UnknownOrgError(FORGED.org, []),
    ambiguous_org: new AmbiguousOrgError("Sales", several),
    "ambiguous_org, of one name": new AmbiguousOrgError("Sales", sameName),
    org_inactive: new OrgInactiveError("Sales"),
    request_not_found: new RequestNotFoundError(17),
    hidden_from_subject: new RequestNotFoundError(17, "hidden_from_subject"),
    ...Object.fromEntries(
      REQUEST_STATES.map((state) => [
        `already_decided, ${state}`,
        new AlreadyDecidedError(17, state, state === "expired" ? null : decisionOf()),
      ]),
    ),
    length_not_offered: new LengthNotOfferedError(9, [null, 0.5, 8, 168]),
    "length_not_offered, permanently": new LengthNotOfferedError(null, [8]),
    "length_not_offered, none is": new LengthNotOfferedError(null, []),
    command_text: new CommandTextError("role", { kind: "too_long", most: 200, length: 240 }),
    reason_missing: new ReasonFaultError("decision", { kind: "missing" }),
    already_approved_by_you: new AlreadyApprovedByYouError(17),
    own_request: new OwnRequestError(),
    "nothing_to_ratify, no emergency": new NothingToRatifyError(requestOf()),
    "nothing_to_ratify, decided": new NothingToRatifyError(requestOf(awaiting)),
    "nothing_to_ratify, nothing was written": new NothingToRatifyError(
      requestOf({ emergency: awaiting.emergency }),
    ),
    card_out_of_date: new CardOutOfDateError(17),
    not_renewable: new NotRenewableError({ why: "not_requester", requestId: 17 }),
    freeze_unchanged: new FreezeUnchangedError("frozen"),
    "nothing_to_revoke, gave none": new NothingToRevokeError(17, []),
    "nothing_to_revoke, is over": new NothingToRevokeError(17, [grantOf({ state: "revoked" })]),
    "nothing_to_revoke, is under way": new NothingToRevokeError(17, [grantOf({ state: "revoking" })]),
    forbidden_transition: new ForbiddenTransitionError("denied", "enough_approvals"),
    bulk_input: new BulkInputError("text", { kind: "one_of_two" }),
    ...(await permissionQuestions()),
    bulk_unchanged: new OtherError("bulk_unchanged", "CR-17 can't pause now; your click changed nothing."),
    bulk_file: new BulkFileError({ kind: "of_another" }),
    nothing_to_request: new NothingToRequestError({ leftOut: [], faults: [] }),
    ...Object.fromEntries(
      (["public", "shared", "not_visible"] as const).map((why) => [
        `card_channel_not_allowed, ${why}`,
        new CardChannelNotAllowedError(why),
      ]),
    ),
    not_full_member: new NotFullMemberError(),
    nothing_to_export: new NothingToExportError(emptyDirectory({ isEveryUserRead: true })),
    "nothing_to_export, more are still read": new NothingToExportError(emptyDirectory({})),
    invalid_config: new OtherError("invalid_config", "The configuration has 1 fault."),
  };
}

/** A directory without a match, of which 12 users were read. */
function emptyDirectory({ isEveryUserRead = false }: { isEveryUserRead?: boolean }) {
  const counts = { readUsers: 12, expectedUsers: 320, usersWithRoles: 3 };
  const age = { ...counts, isEveryUserRead, oldestReadAt: null, oldestRolesReadAt: null };
  return { total: 0, mayMatch: 0, age };
}

/** Questions of `/incydr can` that can't be understood. */
async function permissionQuestions(): Promise<Readonly<Record<string, unknown>>> {
  const explainPermission = createExplainPermission({
    authorizer: { authorize: async () => {} } as unknown as Authorizer, // no other member is called
    directory: peopleDirectory(),
    lookUps: {} as LookUps, // the question is parsed before any look-up
  });
  const asked = {
    slackUserId: "U0MAYA",
    who: "me",
    action: "request",
    subject: "nadia",
    change: "deactivate",
  };
  const fault = (patch: Partial<Omit<typeof asked, "subject">> & { subject?: string | null }) =>
    explainPermission({ ...asked, ...patch }).then(
      () => {
        throw new Error("The question is understood.");
      },
      (error: unknown) => error,
    );
  return {
    "permission_question, of whom": await fault({ who: "maya" }),
    "permission_question, which action": await fault({ action: "dance" }),
    "permission_question, no action": await fault({ action: "" }),
    "permission_question, to whom": await fault({ subject: null }),
    "permission_question, approval of a change to whom": await fault({ action: "approve", subject: null }),
    "permission_question, which change": await fault({ change: "promote" }),
  };
}

const PERSON = {
  slackUserId: "U0SVEN",
  displayName: "Sven Halvorsen",
  email: null,
  isGuest: false,
  isBot: false,
  isDeactivated: false,
  isOtherCompany: false,
  groups: [],
  minutesInGroups: {},
};

/** An error in the place of one whose class is not exported, or whose answer says only that something failed. */
class OtherError extends AppError {}

/** Codes of faults, whose answer says only that something went wrong. The completeness check needs every code of `src`. */
const FAULTS = [
  "lock_lost",
  "database_read_only",
  "connection_outdated",
  "database_newer",
  "pooler_shares_connections",
  "file_transfer",
  "card_not_shown",
  "app_token_refused",
  "socket_mode_ended",
  "socket_connection",
  "slack_token_refused",
  "slack_unreachable",
  "slack_answer_unexpected",
  "malformed_delivery",
  "unknown_delivery",
  "unsigned_request",
  "no_response_url",
  "answer_not_taken",
  "entries_refused",
  "unhandled_value",
  "subject_busy",
  "tries_exhausted",
  "job_unreadable",
] as const;

const INCYDR: Readonly<Record<IncydrErrorCode, string>> = {
  not_found: "There is no user 300000000000000001.",
  ambiguous: "Several users match.",
  forbidden: "The API client may not do that.",
  unauthorized: "The API client is refused.",
  legal_hold: "The user is under legal hold.",
  rate_limited: "Incydr limits the rate.",
  invalid: "The role can't be used.",
  conflict: "The roles have changed.",
  unavailable: "Incydr is away.",
  timed_out: "Incydr did not answer in time.",
  aborted: "The process stops.",
  outcome_unknown: "Incydr did not answer the write.",
  roles_ignored: "Incydr left out “Alert Emails”.",
  unexpected_answer: "The answer could not be understood.",
};

function similarUsers(): Entry {
  return answerMessage({
    ...{ kind: "not_done", refusal: refusalOf(new SubjectNotFoundError("nadja", [])) },
    typed: { "You typed": "/incydr user nadja" },
    choices: [
      { username: "nadja.berg@harborlight.example", displayName: null, command: "user nadja.berg@x.example" },
      { username: "nadia.petrov@harborlight.example", displayName: "Nadia Petrov", command: "user 4711" },
      { username: FORGED.username, displayName: FORGED.name, command: "user 4712" },
    ],
  });
}

/** The answer to a person for each error code. */
export async function refusals(): Promise<Topic> {
  const faults = await Promise.all(
    FAULTS.map(
      async (code): Promise<[string, Entry]> => [
        code,
        await refusalMessage(new OtherError(code, "For the log.")),
      ],
    ),
  );
  const placements = Object.keys(PLACEMENTS) as ConfidentialityFault[]; // its keys are these
  const isPlacementFault = (why: ConfidentialityFault): why is PlacementFault => !why.startsWith("subject_");
  return joined(
    under("answer", await told(await answers())),
    under("answer", { "subject_not_found, with buttons for similar users": similarUsers() }),
    under(
      "answer",
      await told(
        Object.fromEntries([
          ...placements.map((why) => [`nowhere_to_post, ${why}`, new NowhereToPostError(why)]),
          ...placements
            .filter(isPlacementFault)
            .map((why) => [
              `channel_not_allowed, ${why}`,
              new ChannelNotAllowedError(why, CHANNELS.approvals),
            ]),
        ]),
      ),
    ),
    under(
      "Incydr",
      await told(
        Object.fromEntries(
          Object.entries(INCYDR).map(([code, message]) => [
            code,
            new IncydrError(code as IncydrErrorCode, message, { sent: "no" }), // a key of that record
          ]),
        ),
      ),
    ),
    under("fault", Object.fromEntries(faults)),
    {
      "no error of the bot's": await refusalMessage(new Error("For the log.")),
      "with what was typed": await refusalMessage(new DraftGoneError(), {
        "You typed": "/incydr deactivate nadia",
      }),
      "with lines that were typed": await refusalMessage(new DraftGoneError(), {
        "Your reason": FORGED.reason,
        "Your ticket": FORGED.ticket,
        "Your lines": null,
      }),
    },
  );
}

async function told(errors: Readonly<Record<string, unknown>>): Promise<Topic> {
  const entries = Object.entries(errors).map(
    async ([name, error]): Promise<[string, Entry]> => [name, await refusalMessage(error)],
  );
  return Object.fromEntries(await Promise.all(entries));
}
