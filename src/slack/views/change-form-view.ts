import type { KnownBlock, ModalView, PlainTextOption } from "@slack/types";
import {
  type Change,
  type DraftForm,
  type FormField,
  nameOf,
  type OrgOption,
  type PreparedDraft,
} from "../../change-requests/index.ts";
import { quotedName, quotedUsername } from "../../kernel/quoted-name.ts";
import { MENU_IDS, VIEW_IDS } from "../ids/registrations.ts";
import { describeChange, namesOf, titleOf } from "../texts/change-texts.ts";
import { emergencyWarning } from "../texts/emergency-texts.ts";
import { frozenFormLines } from "../texts/freeze-texts.ts";
import { bold, bullet, type Inline, lines, plain, richText, shortened } from "../texts/rich-text.ts";
import { describeNotRestored, describeWarning } from "../texts/subject-warning-texts.ts";
import { durationInput, readLength, temporaryRoleBlocks } from "./duration-input.ts";
import {
  JUSTIFICATION_BLOCKS,
  justificationInputs,
  legalHoldInput,
  readJustification,
} from "./justification-inputs.ts";
import type { ViewState } from "./view-state.ts";

/** Blocks of the form by the field they ask for. */
export const FIELD_BLOCKS = {
  roles: "roles",
  duration: "duration",
  org: "org",
  ...JUSTIFICATION_BLOCKS,
} as const satisfies Partial<Record<FormField, string>>;

const VALUE = "value";
const MOST_OPTIONS = 100;

/** The form of a change, with what was found out about the subject above its fields. */
export function changeFormView(draft: PreparedDraft): ModalView {
  const { facts, kind, warnings, approvalsNeeded, undo, isFrozen } = draft;
  const emergency = draft.emergency !== null;
  const blocks: KnownBlock[] = [
    ...(draft.emergency ? [richText(lines(...emergencyWarning(draft.emergency, { isFrozen })))] : []),
    richText(lines(...(emergency ? [] : frozenFormLines(isFrozen)), ...subjectLines(draft))),
  ];
  if (undo) blocks.push(...undoBlocks(undo));
  if (draft.othersOpen.length > 0)
    blocks.push(richText(lines([bold("Also open "), plain(describeOthers(draft.othersOpen, emergency))])));
  if (warnings.length > 0) {
    blocks.push(
      richText(
        lines([bold("⚠️ Warnings")]),
        warnings.map((warning) => bullet(plain(describeWarning(warning)))),
      ),
    );
  }
  if (kind === "move" && !undo) blocks.push(orgInput(draft));
  if (isAboutRoles(kind) && !undo) blocks.push(roleInput(draft, kind));
  blocks.push(...temporaryRoleBlocks(draft));
  if (draft.lengths.length > 0) blocks.push(durationInput(draft));
  if (draft.asksLegalHold) blocks.push(legalHoldInput("Legal hold could not be read"));
  blocks.push(
    ...justificationInputs({
      hint: emergency
        ? "Announced, shown to whoever ratifies, and kept in the audit log."
        : "Shown to the approvers and kept in the audit log.",
      // How many it takes may depend on the roles that are chosen.
      needsApproval: !emergency && (approvalsNeeded !== 0 || (isAboutRoles(kind) && !undo)),
    }),
  );
  if (approvalsNeeded !== null && !emergency) {
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
      text: emergency ? (isFrozen ? "Deactivate when unfrozen" : "Deactivate now") : "Ask for approval",
      emoji: false,
    },
    close: { type: "plain_text", text: "Back out", emoji: false },
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

/** What becomes of two requests about one user. */
function describeOthers(others: readonly number[], emergency: boolean): string {
  const theirs = `${namesOf(others)} ${others.length === 1 ? "is" : "are"} about this user too.`;
  return emergency
    ? `${theirs} This goes first, unless one of them is being carried out; whatever it changes makes them stale.`
    : `${theirs} They are carried out one after the other; whichever finds that the user has changed has to be renewed.`;
}

/** How many have to approve, for the person who asks. */
export function describeApprovals(needed: number, { isFrozen }: { isFrozen: boolean }): string {
  if (needed === 0)
    return `The policy asks for no approval: the change ${isFrozen ? "runs when changes are unfrozen" : "is carried out at once"}.`;
  return `Nothing changes before ${needed} approval${needed === 1 ? "" : "s"} by somebody else.`;
}

/** What an undo does, which is fixed, and what it doesn't. */
function undoBlocks({ requestId, change, notRestored }: NonNullable<PreparedDraft["undo"]>): KnownBlock[] {
  const blocks: KnownBlock[] = [
    richText(lines([bold(`Undo of ${nameOf(requestId)} `), plain(describeChange(change))])),
  ];
  if (notRestored.length > 0)
    blocks.push(
      richText(
        lines([bold("Not restored by it")]),
        notRestored.map((what) => bullet(plain(describeNotRestored(what)))),
      ),
    );
  return blocks;
}

/** What was filled in. */
export function readChangeForm(state: ViewState): DraftForm {
  const field = (block: string) => state[block]?.[VALUE];
  return {
    ...readJustification(state),
    orgGuid: state[FIELD_BLOCKS.org]?.[MENU_IDS.org]?.selected_option?.value ?? null,
    grantHours: readLength(field(FIELD_BLOCKS.duration)?.selected_option?.value),
    roleIds: (field(FIELD_BLOCKS.roles)?.selected_options ?? []).map(({ value }) => value),
  };
}

/** An organization as a choice, with the one above it: names repeat in a tree. */
export function orgOption({ guid, name, parent }: OrgOption): PlainTextOption {
  const text = parent ? `${shortened(name, 40)} (in ${shortened(parent, 25)})` : shortened(name, 75);
  return { text: { type: "plain_text", text, emoji: false }, value: guid };
}

function orgInput({ chosenOrg }: PreparedDraft): KnownBlock {
  return {
    type: "input",
    block_id: FIELD_BLOCKS.org,
    label: { type: "plain_text", text: "New organization", emoji: false },
    element: {
      type: "external_select",
      action_id: MENU_IDS.org,
      placeholder: { type: "plain_text", text: "Type a part of its name", emoji: false },
      // All of them, as far as they fit, before anything is typed.
      min_query_length: 0,
      ...(chosenOrg ? { initial_option: orgOption(chosenOrg) } : {}),
    },
  };
}

type RoleChange = Extract<Change, { roles: unknown }>["kind"];

const ROLE_LABELS: Readonly<Record<RoleChange, string>> = {
  add_roles: "Roles to add",
  remove_roles: "Roles to remove",
  replace_roles: "All roles they shall hold",
};

function isAboutRoles(kind: Change["kind"]): kind is RoleChange {
  return kind in ROLE_LABELS;
}

function roleInput({ roleOptions, chosenRoles, facts }: PreparedDraft, kind: RoleChange): KnownBlock {
  const option = ({ id, name }: { id: string; name: string }): PlainTextOption => ({
    text: { type: "plain_text", text: shortened(name, 75), emoji: false },
    value: id,
  });
  // What is chosen already is offered whatever comes of the others.
  const others = roleOptions.filter(({ id }) => !chosenRoles.some((role) => role.id === id));
  const offered = [...chosenRoles, ...others].slice(0, MOST_OPTIONS);
  const preset = kind === "replace_roles" ? facts.roles : chosenRoles;
  const hint = roleHint(kind, roleOptions.length - offered.length);
  return {
    type: "input",
    block_id: FIELD_BLOCKS.roles,
    ...(hint ? { hint: { type: "plain_text", text: hint, emoji: false } as const } : {}),
    label: { type: "plain_text", text: ROLE_LABELS[kind], emoji: false },
    element: {
      type: "multi_static_select",
      action_id: VALUE,
      options: offered.map(option),
      ...(preset.length > 0 ? { initial_options: preset.map(option) } : {}),
    },
  };
}

function roleHint(kind: RoleChange, rest: number): string {
  const verb = kind === "remove_roles" ? "remove" : "add";
  const hints = [
    kind === "remove_roles"
      ? ""
      : "When a privileged role is given, Incydr e-mails every Customer Cloud Admin.",
    kind === "replace_roles"
      ? "Whatever is taken out here, the user loses; whatever is put in, they gain."
      : "",
    rest > 0
      ? `${rest} more don't fit here; name one in the command: /incydr roles <who> ${verb} <role>.`
      : "",
  ];
  return hints.filter(Boolean).join(" ");
}
