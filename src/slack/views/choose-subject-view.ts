import type { ModalView, PlainTextOption } from "@slack/types";
import type { Change } from "../../change-requests/index.ts";
import { MENU_IDS, VIEW_IDS } from "../ids/registrations.ts";
import { CHANGE_TITLES } from "../texts/change-texts.ts";
import { frozenFormLines } from "../texts/freeze-texts.ts";
import { type Line, lines, richText, shortened } from "../texts/rich-text.ts";
import { readUserOption, typedOption } from "./user-options.ts";
import type { ViewState } from "./view-state.ts";

/** Blocks of the form by the field they ask for. */
export const CHOICE_BLOCKS = { candidate: "candidate", who: "who", kind: "kind" } as const;

const VALUE = "value";
const KINDS: readonly Change["kind"][] = [
  "deactivate",
  "activate",
  "move",
  "add_roles",
  "remove_roles",
  "replace_roles",
];

interface Chosen {
  readonly kind: Change["kind"];
  readonly emergency: boolean;
}

/** The value of the choice “Emergency”. */
const EMERGENCY = "emergency";

/** Why the form asks for the user again. */
export interface AskedAgain {
  /** The fault of the user, which is shown below the field. */
  readonly fault: readonly Line[];
  /** The typed text, with which the field is filled in; `null`: it is empty. */
  readonly typed: string | null;
}

/**
 * Asks for the user and the change. `candidates` are names found in the message, and `chosen` is a typed change. With
 * `again`, the form asks once more.
 */
export function chooseSubjectView(
  draftId: string,
  candidates: readonly string[],
  {
    isFrozen,
    chosen = null,
    again = null,
  }: { isFrozen: boolean; chosen?: Chosen | null; again?: AskedAgain | null },
): ModalView {
  const option = (value: string, text = value): PlainTextOption => ({
    text: { type: "plain_text", text: shortened(text, 75), emoji: false },
    value,
  });
  const [first] = candidates;
  const emergency = option(
    EMERGENCY,
    isFrozen
      ? "🚨 Emergency: deactivate when unfrozen, without approval"
      : "🚨 Emergency: deactivate at once, without approval",
  );
  return {
    type: "modal",
    callback_id: VIEW_IDS.chooseSubject,
    private_metadata: draftId,
    title: { type: "plain_text", text: "Act on this user", emoji: false },
    submit: { type: "plain_text", text: "Continue", emoji: false },
    close: { type: "plain_text", text: "Cancel", emoji: false },
    blocks: [
      ...(isFrozen ? [richText(lines(...frozenFormLines(isFrozen)))] : []),
      ...(first
        ? [
            {
              type: "input" as const,
              block_id: CHOICE_BLOCKS.candidate,
              optional: true,
              label: { type: "plain_text" as const, text: "User named in the message", emoji: false },
              element: {
                type: "static_select" as const,
                action_id: VALUE,
                options: candidates.map((name) => option(name)),
                initial_option: option(first),
              },
            },
          ]
        : []),
      {
        type: "input",
        block_id: CHOICE_BLOCKS.who,
        optional: first !== undefined,
        label: { type: "plain_text", text: first ? "Or another user" : "User", emoji: false },
        hint: {
          type: "plain_text",
          text: "Type a part of the name, the username (e-mail) or the Incydr user id.",
          emoji: false,
        },
        element: {
          type: "external_select",
          action_id: MENU_IDS.subject,
          placeholder: { type: "plain_text", text: "Type part of the name", emoji: false },
          min_query_length: 1,
          ...(again?.typed ? { initial_option: typedOption(again.typed) } : {}),
        },
      },
      ...(again ? [richText(lines(...again.fault))] : []),
      {
        type: "input",
        block_id: CHOICE_BLOCKS.kind,
        label: { type: "plain_text", text: "Change", emoji: false },
        element: {
          type: "radio_buttons",
          action_id: VALUE,
          options: [...KINDS.map((kind) => option(kind, CHANGE_TITLES[kind])), emergency],
          ...(chosen
            ? {
                initial_option: chosen.emergency
                  ? emergency
                  : option(chosen.kind, CHANGE_TITLES[chosen.kind]),
              }
            : {}),
        },
      },
    ],
  };
}

/** The submitted choice; `null` stands for an empty field. */
export interface SubjectChoice {
  readonly who: string | null;
  /** Whether `who` is the id of a suggested user. */
  readonly isSuggested: boolean;
  readonly kind: Change["kind"] | null;
  readonly emergency: boolean;
}

/** The submitted choice. A user of the menu takes precedence over a user named in the message. */
export function readChoice(state: ViewState): SubjectChoice {
  // Forms of earlier versions have a text input.
  const typed = state[CHOICE_BLOCKS.who]?.[VALUE]?.value?.trim();
  const option = readUserOption(state[CHOICE_BLOCKS.who]?.[MENU_IDS.subject]?.selected_option?.value ?? "");
  const picked = state[CHOICE_BLOCKS.candidate]?.[VALUE]?.selected_option?.value;
  const chosen = state[CHOICE_BLOCKS.kind]?.[VALUE]?.selected_option?.value;
  const emergency = chosen === EMERGENCY;
  const kind = emergency ? "deactivate" : (KINDS.find((each) => each === chosen) ?? null);
  const isSuggested = !typed && option?.isSuggested === true;
  return { who: typed || option?.who || picked || null, isSuggested, kind, emergency };
}
