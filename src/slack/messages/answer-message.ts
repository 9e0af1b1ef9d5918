import type { KnownBlock } from "@slack/types";
import type { Answer, Notice } from "../../change-requests/index.ts";
import { quotedName, quotedUsername } from "../../kernel/quoted-name.ts";
import { permissionLines } from "../texts/can-answer-texts.ts";
import { frozenAnswer, frozenLookUpLines, unfrozenAnswer } from "../texts/freeze-texts.ts";
import { type Message, shortMessage } from "../texts/message.ts";
import { noticeMessage } from "../texts/notice.ts";
import { failureLines } from "../texts/refusal.ts";
import { requestAnswer } from "../texts/request-list-texts.ts";
import { plain, shortened } from "../texts/rich-text.ts";
import { shortAnswer } from "../texts/short-answer.ts";
import { commandButton, LONGEST_BUTTON_TEXT } from "./command-buttons.ts";
import { deviceList } from "./device-list.ts";
import { grantList } from "./grant-list.ts";
import { helpMessage, menuMessage, unknownCommandMessage } from "./help-messages.ts";
import { orgAnswer } from "./org-messages.ts";
import { requestList } from "./request-messages.ts";
import { heldRoles, roleList, roleMessage } from "./role-messages.ts";
import { statusMessage, whoAmIMessage } from "./status-messages.ts";
import { subjectCard } from "./subject-card.ts";
import { userListMessage } from "./user-list.ts";

/** The message to the one person whom an answer or a notice is for. */
export function answerMessage(said: Answer | Notice): Message {
  switch (said.kind) {
    case "help":
      return helpMessage(said.of ?? null);
    case "menu":
      return menuMessage();
    case "subject":
      return subjectCard(said.facts, said);
    case "grants":
      return grantList(said.grants, said.username, said);
    case "roles":
      return roleList(said);
    case "held_roles":
      return heldRoles(said);
    case "users":
      return userListMessage(said.list, said);
    case "permission": {
      const { permission, isFrozen } = said;
      return shortMessage(
        permission.explanation.allowed ? "Yes" : "No",
        ...frozenLookUpLines(isFrozen),
        ...permissionLines(permission).map((line) => [plain(line)]),
      );
    }
    case "frozen":
      return frozenAnswer();
    case "unfrozen":
      return unfrozenAnswer(said);
    case "not_done":
      return notDoneMessage(said);
    case "failed":
      return shortMessage("Something went wrong", ...failureLines(said));
    case "devices":
      return deviceList(said);
    case "role":
      return roleMessage(said);
    case "requests":
      return requestList(said);
    case "which_role":
    case "which_request":
    case "request_not_shown":
    case "cancel_stored":
      return requestAnswer(said);
    case "org":
    case "orgs":
    case "which_org":
      return orgAnswer(said);
    case "status":
      return statusMessage(said.status);
    case "whoami":
      return whoAmIMessage(said.me);
    case "unknown_command":
      return unknownCommandMessage(said);
    case "looking_up":
    case "form_too_late":
    case "undo_of_what":
    case "option_fault":
    case "forged_button":
    case "delivery_incomplete":
    case "other_version":
      return shortAnswer(said);
    default:
      return noticeMessage(said);
  }
}

/** A refusal, with a button for each command that a mistyped name may mean. */
function notDoneMessage(refused: Extract<Answer, { readonly kind: "not_done" }>): Message {
  const { text, blocks } = shortMessage("That was not done", ...failureLines(refused));
  const buttons = (refused.choices ?? []).map(({ username, displayName, command }): KnownBlock => {
    const quoted = quotedUsername(username);
    const label = displayName === null ? quoted : `${quotedName(displayName)} (${quoted})`;
    return { type: "actions", elements: [commandButton(shortened(label, LONGEST_BUTTON_TEXT), command)] };
  });
  return { text, blocks: [...blocks, ...buttons] };
}
