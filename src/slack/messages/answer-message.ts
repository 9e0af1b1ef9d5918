import type { Answer, Notice } from "../../change-requests/index.ts";
import { createList } from "../../incydr/index.ts";
import { permissionLines } from "../texts/can-answer-texts.ts";
import { frozenAnswer, frozenLookUpLines, unfrozenAnswer } from "../texts/freeze-texts.ts";
import { type Message, shortMessage } from "../texts/message.ts";
import { noticeMessage } from "../texts/notice.ts";
import { failureLines } from "../texts/refusal.ts";
import { requestAnswer } from "../texts/request-list-texts.ts";
import { plain } from "../texts/rich-text.ts";
import { shortAnswer } from "../texts/short-answer.ts";
import { roleList } from "./command-answers.ts";
import { deviceList, roleMessage } from "./device-list.ts";
import { grantList } from "./grant-list.ts";
import { helpMessage, menuMessage, unknownCommandMessage } from "./help-messages.ts";
import { requestList } from "./request-messages.ts";
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
      return roleList(createList([...said.roles], { complete: said.isComplete, skipped: [] }), said);
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
      return shortMessage("That was not done", ...failureLines(said));
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
