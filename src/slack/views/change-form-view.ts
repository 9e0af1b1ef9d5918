import type { KnownBlock, ModalView, PlainTextOption } from "@slack/types";
import type { Change, DraftForm, FormField, OrgOption, PreparedDraft } from "../../change-requests/index.ts";
import { quotedName, quotedUsername } from "../../kernel/quoted-name.ts";
import type { RoleRef } from "../../subjects/index.ts";
import { MENU_IDS, VIEW_IDS } from "../ids/registrations.ts";
import { describeChange, namesOf, titleOf } from "../texts/change-texts.ts";
import { emergencyWarning } from "../texts/emergency-texts.ts";
import { frozenFormLines } from "../texts/freeze-texts.ts";
import { bold, bullet, type Inline, lines, plain, richText, shortened } from "../texts/rich-text.ts";
import { describeNotRestored, warningBlocks } from "../texts/subject-warning-texts.ts";
import { durationInput, readLength, temporaryRoleBlocks } from "./duration-input.ts";
import {
  type GivenAnswers,
  JUSTIFICATION_BLOCKS,
  justificationInputs,
  legalHoldInput,
  readJustification,
} from "./justification-inputs.ts";
import type { ViewState } from "./view-state.ts";

export type { GivenAnswers };

/** Blocks of the form by the field they ask for. */
export const FIELD_BLOCKS = {
  roles: "roles",
  duration: "duration",
  org: "org",
  ...JUSTIFICATION_BLOCKS,
} as const satisfies Partial<Record<FormField, string>>;

const VALUE = "value";
const MOST_OPTIONS = 100;

/** The form of a change; the facts about the subject stand above its fields, and `given` fills some of them in. */
export function changeFormView(draft: PreparedDraft, given: GivenAnswers = {}): ModalView {
  const { facts, kind, warnings, approvalsNeeded, undo, isFrozen } = draft;
  const emergency = draft.emergency !== null;
  // The number of approvals may depend on the chosen roles.
  const isCountFixed = !isAboutRoles(kind) || undo !== null;
  const waitsForNone = emergency || (approvalsNeeded === 0 && isCountFixed);
  const blocks: KnownBlock[] = [
    ...(draft.emergency ? [richText(lines(...emergencyWarning(draft.emergency, { isFrozen })))] : []),
    richText(lines(...(emergency ? [] : frozenFormLines(isFrozen)), ...subjectLines(draft))),
  ];
  if (undo) blocks.push(...undoBlocks(undo));
  if (draft.othersOpen.length > 0)
    blocks.push(
      richText(lines([bold("Other open requests "), plain(describeOthers(draft.othersOpen, emergency))])),
    );
  blocks.push(...warningBlocks("⚠️ Warnings", warnings));
  if (kind === "move" && !undo) blocks.push(orgInput(draft));
  if (isAboutRoles(kind) && !undo) blocks.push(roleInput(draft, kind));
  blocks.push(...temporaryRoleBlocks(draft));
  if (draft.lengths.length > 0) blocks.push(durationInput(draft));
  if (draft.asksLegalHold) blocks.push(legalHoldInput("Legal hold unknown"));
  blocks.push(
    ...justificationInputs({
      hint: emergency
        ? "Shown in the announcement and on the card, and kept in the audit log."
        : "Shown on the card and kept in the audit log.",
      needsApproval: !waitsForNone,
      given,
    }),
  );
  if (approvalsNeeded !== null && !emergency && (approvalsNeeded > 0 || isCountFixed)) {
    blocks.push(richText(lines([plain(describeApprovals(approvalsNeeded, { isFrozen }))])));
  }
  return {
    type: "modal",
    callback_id: VIEW_IDS.changeForm,
    private_metadata: draft.draftId,
    title: {
      type: "plain_text",
      text: titleOf({ kind, undoes: undo?.requestId ?? null, emergency }),
      emoji: false,
    },
    submit: {
      type: "plain_text",
      text: waitsForNone ? runLabel(kind, isFrozen) : approvalsNeeded === 0 ? "Submit" : "Request approval",
      emoji: false,
    },
    close: { type: "plain_text", text: "Cancel", emoji: false },
    blocks,
  };

  function subjectLines({ facts: subject }: PreparedDraft): Inline[][] {
    const roles = facts.roles.map(({ name }) => quotedName(name)).join(", ") || "none";
    return [
      [bold(quotedName(subject.displayName)), plain(` (${quotedUsername(subject.username)})`)],
      [
        plain(
          `${subject.active ? "Active" : "Inactive"}, organization ${quotedName(subject.orgName)}. Roles: ${roles}.`,
        ),
      ],
    ];
  }
}

/** The effect of several open requests about one user. */
function describeOthers(others: readonly number[], emergency: boolean): string {
  const names = `for this user: ${namesOf(others)}.`;
  return emergency
    ? `${names} The emergency runs first unless another request is already running. The other requests may then need to be renewed.`
    : `${names} Requests run one at a time. A later one must be renewed if the user has changed.`;
}

/** The submit button of a form whose change waits for no approval. */
export function runLabel(kind: Change["kind"], isFrozen: boolean): string {
  return `${kind === "deactivate" ? "Deactivate" : "Run"} ${isFrozen ? "when unfrozen" : "now"}`;
}

export function describeApprovals(needed: number, { isFrozen }: { isFrozen: boolean }): string {
  if (needed === 0)
    return `No approval needed. The change runs ${isFrozen ? "when changes are unfrozen" : "at once"}.`;
  return `Needs approval from ${needed === 1 ? "1 other person" : `${needed} other people`}.`;
}

/** The effect of an undo, and the effects that it can't restore. */
function undoBlocks({ change, notRestored }: NonNullable<PreparedDraft["undo"]>): KnownBlock[] {
  const blocks: KnownBlock[] = [richText(lines([bold("Change "), plain(describeChange(change))]))];
  if (notRestored.length > 0)
    blocks.push(
      richText(
        lines([bold("Not restored")]),
        notRestored.map((what) => bullet(plain(describeNotRestored(what)))),
      ),
    );
  return blocks;
}

export function readChangeForm(state: ViewState): DraftForm {
  const field = (block: string) => state[block]?.[VALUE];
  return {
    ...readJustification(state),
    orgGuid: state[FIELD_BLOCKS.org]?.[MENU_IDS.org]?.selected_option?.value ?? null,
    grantHours: readLength(field(FIELD_BLOCKS.duration)?.selected_option?.value),
    roleIds: (rolesOf(state)?.selected_options ?? []).map(({ value }) => value),
  };
}

/** The field of the roles, which is a menu that searches if there are many. */
function rolesOf(state: ViewState) {
  return state[FIELD_BLOCKS.roles]?.[VALUE] ?? state[FIELD_BLOCKS.roles]?.[MENU_IDS.roles];
}

/** A role as a choice. */
export function roleOption({ id, name }: RoleRef): PlainTextOption {
  return { text: { type: "plain_text", text: visibleName(name, id, 75), emoji: false }, value: id };
}

/** An organization as a choice, with its parent since names can repeat. */
export function orgOption({ guid, name, parent }: OrgOption): PlainTextOption {
  const text = parent
    ? `${visibleName(name, guid, 40)} (in ${shortened(parent, 25)})`
    : visibleName(name, guid, 75);
  return { text: { type: "plain_text", text, emoji: false }, value: guid };
}

/** A name, or the id if the name shows nothing: Slack refuses a form with an empty option. */
function visibleName(name: string, id: string, longest: number): string {
  return shortened(name, longest).trim() || shortened(id, longest);
}

/** The answer to a search in a menu. A full menu says that there may be more. */
export function menuOptions(options: PlainTextOption[]) {
  if (options.length < MOST_OPTIONS) return { options };
  const label = { type: "plain_text" as const, text: FULL_MENU, emoji: false };
  return { option_groups: [{ label, options }] };
}

/** The title of a menu that may have left out options. */
const FULL_MENU = `A menu shows at most ${MOST_OPTIONS}. To find others, type more letters.`;

function orgInput({ chosenOrg }: PreparedDraft): KnownBlock {
  return {
    type: "input",
    block_id: FIELD_BLOCKS.org,
    label: { type: "plain_text", text: "New organization", emoji: false },
    element: {
      type: "external_select",
      action_id: MENU_IDS.org,
      placeholder: { type: "plain_text", text: "Type part of the name", emoji: false },
      // Offers organizations before anything is typed.
      min_query_length: 0,
      ...(chosenOrg ? { initial_option: orgOption(chosenOrg) } : {}),
    },
  };
}

type RoleChange = Extract<Change, { roles: unknown }>["kind"];

const ROLE_LABELS: Readonly<Record<RoleChange, string>> = {
  add_roles: "Roles to add",
  remove_roles: "Roles to remove",
  replace_roles: "New set of roles",
};

function isAboutRoles(kind: Change["kind"]): kind is RoleChange {
  return kind in ROLE_LABELS;
}

function roleInput({ roleOptions, chosenRoles, facts }: PreparedDraft, kind: RoleChange): KnownBlock {
  const preset = kind === "replace_roles" ? facts.roles : chosenRoles;
  const hint = roleHint(kind);
  const initial = preset.length > 0 ? { initial_options: preset.map(roleOption) } : {};
  return {
    type: "input",
    block_id: FIELD_BLOCKS.roles,
    ...(hint ? { hint: { type: "plain_text", text: hint, emoji: false } as const } : {}),
    label: { type: "plain_text", text: ROLE_LABELS[kind], emoji: false },
    element:
      roleOptions.length <= MOST_OPTIONS
        ? { type: "multi_static_select", action_id: VALUE, options: roleOptions.map(roleOption), ...initial }
        : {
            ...{ type: "multi_external_select", action_id: MENU_IDS.roles, min_query_length: 0, ...initial },
            placeholder: { type: "plain_text", text: "Type part of the name", emoji: false },
          },
  };
}

function roleHint(kind: RoleChange): string {
  const hints = [
    kind === "remove_roles"
      ? ""
      : "Incydr e-mails every Customer Cloud Admin when a privileged role is added.",
    kind === "replace_roles" ? "Roles not listed will be removed." : "",
  ];
  return hints.filter(Boolean).join(" ");
}
