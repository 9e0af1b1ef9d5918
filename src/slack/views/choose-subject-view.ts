import type { ModalView, PlainTextOption } from "@slack/types";
import type { Change } from "../../change-requests/index.ts";
import { quotedName, quotedUsername } from "../../kernel/quoted-name.ts";
import { MENU_IDS, VIEW_IDS } from "../ids/registrations.ts";
import { CHANGE_TITLES } from "../texts/change-texts.ts";
import { frozenFormLines } from "../texts/freeze-texts.ts";
import { givenBack, type TypedTexts } from "../texts/message.ts";
import { type Line, lines, richText, shortened } from "../texts/rich-text.ts";
import { readUserOption, typedOption } from "./user-options.ts";
import type { ViewState } from "./view-state.ts";

/** Blocks of the form by the field they ask for. */
export const CHOICE_BLOCKS = { candidate: "candidate", who: "who", kind: "kind" } as const;

const VALUE = "value";
/** Characters of an option's value (https://docs.slack.dev/reference/block-kit/composition-objects/option-object). */
const LONGEST_VALUE = 150;
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
  /** The typed text, with which the field is filled in if no similar users are offered; `null`: it is empty. */
  readonly typed: string | null;
  /** Users whom the typed text may mean; default none. None of them is chosen before a person chooses. */
  readonly similar?: readonly SimilarUser[];
  /** The typed command, which is given back; default none. */
  readonly command?: TypedTexts;
}

/** A user by a text that names the user in the form. */
interface SimilarUser {
  readonly who: string;
  readonly username: string;
  readonly displayName: string | null;
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
  const offered = first
    ? candidates.map((name) => option(name))
    : (again?.similar ?? [])
        .filter(({ who }) => who.length <= LONGEST_VALUE)
        .map((user) => option(user.who, nameOf(user)));
  const fault = again ? [richText(lines(...again.fault, ...givenBack(again.command ?? {})))] : [];
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
      ...(offered.length > 0 ? fault : []),
      ...(offered.length > 0
        ? [
            {
              type: "input" as const,
              block_id: CHOICE_BLOCKS.candidate,
              optional: true,
              label: {
                type: "plain_text" as const,
                text: first ? "User named in the message" : "Did you mean one of these?",
                emoji: false,
              },
              element: {
                type: "static_select" as const,
                action_id: VALUE,
                options: offered,
                ...(first ? { initial_option: option(first) } : {}),
              },
            },
          ]
        : []),
      {
        type: "input",
        block_id: CHOICE_BLOCKS.who,
        optional: offered.length > 0,
        label: { type: "plain_text", text: offered.length > 0 ? "Or another user" : "User", emoji: false },
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
          // A chosen user takes precedence over the similar ones.
          ...(again?.typed && offered.length === 0 ? { initial_option: typedOption(again.typed) } : {}),
        },
      },
      ...(offered.length > 0 ? [] : fault),
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

function nameOf({ username, displayName }: SimilarUser): string {
  const quoted = quotedUsername(username);
  return displayName === null ? quoted : `${quotedName(displayName)} (${quoted})`;
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
