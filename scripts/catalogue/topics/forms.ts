import type { Change, PreparedDraft } from "../../../src/change-requests/index.ts";
import { plain } from "../../../src/slack/texts/rich-text.ts";
import { changeFormView } from "../../../src/slack/views/change-form-view.ts";
import { chooseSubjectView } from "../../../src/slack/views/choose-subject-view.ts";
import { loadingView, noticeView } from "../../../src/slack/views/notice-view.ts";
import { denialFormView, disputeFormView } from "../../../src/slack/views/reason-form-view.ts";
import { warningsOf } from "../../../src/subjects/index.ts";
import { entriesFor, joined, type Topic, under } from "../entries.ts";
import { CHANGES, FORGED, factsFor, factsOf, grantOf, ROLES, requestOf, targetOf } from "../fixtures.ts";
import { NOT_RESTORED } from "./warnings.ts";

/** The id that every form of the catalogue carries. */
export const DRAFT_ID = "00000000-0000-4000-8000-00000000d7af";

const LENGTHS = [null, 1, 8, 24, 72];
export const TERMS = { ratifyWithinHours: 24, escalateTo: ["insider-risk-leads"] };

export function draftOf(kind: Change["kind"], patch: Partial<PreparedDraft> = {}): PreparedDraft {
  const facts = patch.facts ?? factsFor(kind);
  const isAboutRoles = kind.endsWith("_roles");
  return {
    draftId: DRAFT_ID,
    kind,
    facts,
    warnings: warningsOf(facts, kind, { concerned: [], given: false }),
    roleOptions: isAboutRoles ? Object.values(ROLES) : [],
    chosenRoles: [],
    lengths: kind === "add_roles" ? LENGTHS : [],
    chosenLength: null,
    temporaryGrants: [],
    chosenOrg: null,
    undo: null,
    othersOpen: [],
    approvalsNeeded: 1,
    emergency: null,
    asksLegalHold: false,
    isFrozen: false,
    ...patch,
  };
}

/** Forms that ask for a change of one user, and the modals before and after them. */
export function forms(): Topic {
  return joined(
    ...[false, true].map((isFrozen) =>
      under(
        isFrozen ? "change, while frozen" : "change",
        joined(
          entriesFor(CHANGES, ({ kind }) => changeFormView(draftOf(kind, { isFrozen }))),
          {
            emergency: changeFormView(draftOf("deactivate", { emergency: TERMS, isFrozen })),
            "no approval is needed": changeFormView(draftOf("deactivate", { approvalsNeeded: 0, isFrozen })),
            "no approval is needed for some roles": changeFormView(
              draftOf("add_roles", { approvalsNeeded: 0, isFrozen }),
            ),
            "no approval is needed, undo": changeFormView(
              draftOf("activate", {
                approvalsNeeded: 0,
                undo: { requestId: 17, change: CHANGES.activate, notRestored: [] },
                isFrozen,
              }),
            ),
            "holds temporary roles": changeFormView(
              draftOf("add_roles", { temporaryGrants: [grantOf()], isFrozen }),
            ),
          },
        ),
      ),
    ),
    under("change", details()),
    under("undo", undos()),
    under("choice", {
      "names are in the message": chooseSubjectView(
        DRAFT_ID,
        ["nadia.petrov@harborlight.example", "sven.halvorsen@harborlight.example"],
        { isFrozen: false },
      ),
      "no name is in the message": chooseSubjectView(DRAFT_ID, [], { isFrozen: false }),
      "the typed name may mean several users": chooseSubjectView(DRAFT_ID, [], {
        isFrozen: false,
        chosen: { kind: "add_roles", emergency: false },
        again: {
          ...{ fault: [[plain("Incydr has no user “nadja”.")]], typed: "nadja" },
          command: { "You typed": "/incydr add-role nadja Alert Emails" },
          similar: [
            {
              who: "nadja.berg@harborlight.example",
              username: "nadja.berg@harborlight.example",
              displayName: null,
            },
            { who: "4711", username: "nadia.petrov@harborlight.example", displayName: "Nadia Petrov" },
          ],
        },
      }),
      "a long name, while frozen": chooseSubjectView(DRAFT_ID, [`${"n".repeat(120)}@harborlight.example`], {
        isFrozen: true,
      }),
    }),
    under("reason", reasons()),
    under("notice", {
      loading: loadingView(DRAFT_ID, "Deactivate", "nadia.petrov@harborlight.example"),
      "a refusal": noticeView({
        title: "Deactivate",
        draftId: null,
        content: [[plain("This form has expired. Nothing was requested. Start again.")]],
      }),
    }),
  );
}

function details(): Topic {
  const many = Array.from({ length: 130 }, (_, index) => ({ id: `role-${index}`, name: `Role ${index}` }));
  const chosenOrg = { guid: "org-sales", name: "Sales", parent: "Harborlight", active: true };
  return {
    "two approvals are needed": changeFormView(draftOf("deactivate", { approvalsNeeded: 2 })),
    "how many approvals is not known": changeFormView(draftOf("deactivate", { approvalsNeeded: null })),
    "legal hold could not be read": changeFormView(
      draftOf("deactivate", {
        asksLegalHold: true,
        facts: factsOf({ legalHold: { fact: "unknown", names: [] } }),
      }),
    ),
    "another request is open": changeFormView(draftOf("deactivate", { othersOpen: [14] })),
    "others are open": changeFormView(draftOf("deactivate", { othersOpen: [14, 15] })),
    "others are open, emergency": changeFormView(
      draftOf("deactivate", { othersOpen: [14], emergency: TERMS }),
    ),
    "emergency, no group is named": changeFormView(
      draftOf("deactivate", { emergency: { ...TERMS, escalateTo: [] } }),
    ),
    "no warnings and no roles": changeFormView(
      draftOf("add_roles", { warnings: [], facts: factsOf({ roles: [] }) }),
    ),
    "a role is chosen": changeFormView(
      draftOf("add_roles", { chosenRoles: [ROLES.alerts], chosenLength: 8 }),
    ),
    "more roles than a menu has room for": changeFormView(draftOf("add_roles", { roleOptions: many })),
    "more roles to remove than a menu has room for": changeFormView(
      draftOf("remove_roles", { roleOptions: many }),
    ),
    "an organization is chosen": changeFormView(draftOf("move", { chosenOrg })),
    "replacement of temporary roles": changeFormView(
      draftOf("replace_roles", { temporaryGrants: [grantOf({ role: ROLES.desktop })] }),
    ),
    "forged texts": changeFormView(
      draftOf("deactivate", {
        facts: factsOf({
          displayName: FORGED.name,
          username: FORGED.username,
          orgName: FORGED.org,
          roles: [{ id: "x", name: FORGED.role }],
        }),
      }),
    ),
  };
}

function undos(): Topic {
  const undoing = (change: Change, notRestored: NonNullable<PreparedDraft["undo"]>["notRestored"]) =>
    changeFormView(draftOf(change.kind, { undo: { requestId: 17, change, notRestored } }));
  return joined(
    entriesFor(CHANGES, (change) => undoing(change, [])),
    { "with all that it does not restore": undoing(CHANGES.activate, Object.values(NOT_RESTORED)) },
  );
}

function reasons(): Topic {
  const opened = {
    requestId: 17,
    shownSnapshot: "0123456789abcdef",
    place: { channelId: "C0APPROVE", threadTs: "1793000000.000100" },
  };
  const bulk = requestOf({ targets: [targetOf(), targetOf({ position: 1 })] });
  return joined(
    under(
      "denial",
      entriesFor(CHANGES, (change) => denialFormView(requestOf({ change }), opened)),
    ),
    {
      "denial · a bulk": denialFormView(bulk, opened),
      "denial · a long number": denialFormView(requestOf({ id: 123_456_789_012_345 }), opened),
      dispute: disputeFormView(requestOf({ emergency: TERMS }), opened),
    },
  );
}
