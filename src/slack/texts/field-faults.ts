import {
  type BulkFileFault,
  type BulkInputFault,
  type FormFaults,
  type FormField,
  type InvitationFault,
  MOST_SUBJECTS,
  type ReasonFault,
  type StoredTextFault,
  type TicketFault,
} from "../../change-requests/index.ts";
import { foldedLine } from "../../kernel/visible-text.ts";
import { count } from "./change-texts.ts";
import { groupsCan } from "./forbidden-texts.ts";

/** The texts below the fields of a form, by field, each within one line. */
export function formFaultTexts(faults: FormFaults): Partial<Record<FormField, string>> {
  const fields = Object.keys(faults) as FormField[]; // of this type
  return Object.fromEntries(
    fields.flatMap((field) => {
      const text = fieldText(field, faults);
      return text === undefined ? [] : [[field, foldedLine(text)]];
    }),
  );
}

function fieldText(field: FormField, faults: FormFaults): string | undefined {
  switch (field) {
    case "reason":
      return faults.reason && requestReasonText(faults.reason);
    case "ticket":
      return faults.ticket && ticketFaultText(faults.ticket);
    case "people_asked":
      return faults.people_asked?.map(invitationFaultText).join(" ");
    case "roles":
      return faults.roles && ROLES[faults.roles];
    case "duration":
      return faults.duration && "Choose a duration from the list.";
    case "org":
      return faults.org && ORG[faults.org];
    case "legal_hold":
      return faults.legal_hold && LEGAL_HOLD[faults.legal_hold];
    case "who":
      return faults.who && "Enter a user.";
  }
}

function requestReasonText(fault: NonNullable<FormFaults["reason"]>): string {
  return fault.kind === "never_permitted"
    ? "Your policies don't allow this change, even with more approvals. Ask an administrator."
    : reasonFaultText(fault, "request");
}

const ROLES = {
  none_chosen: "Choose at least one role.",
  none_chosen_instead: "Choose at least one role. To remove all roles, use Remove roles.",
  not_offered: "One of these roles can't be chosen for this user.",
  unchanged: "The user already has exactly these roles.",
} as const;

const ORG = {
  not_offered: "Choose an organization from the list.",
  same: "The user is already in this organization.",
  inactive: "This organization is inactive.",
} as const;

const LEGAL_HOLD = {
  not_confirmed: "The bot can't check for a legal hold. Ask Legal, then check this box.",
  not_confirmed_of_some: "The bot can't check some users for a legal hold. Ask Legal, then check this box.",
} as const;

const MISSING_REASON = {
  request: "Enter a reason for the approvers and the audit log.",
  decision: "Enter a reason for the requester and the audit log.",
  freeze: "Write the reason in words, or leave it out.",
} as const;

const SAYS_NOTHING = "This has no letters or digits.";

/** The fault of the reason of a request, of a denial or dispute, or of a freeze. */
export function reasonFaultText(fault: ReasonFault, of: keyof typeof MISSING_REASON): string {
  switch (fault.kind) {
    case "missing":
      return MISSING_REASON[of];
    case "says_nothing":
      return `${SAYS_NOTHING} ${MISSING_REASON[of]}`;
    case "too_long":
    case "not_storable":
      return storedTextFaultText(fault);
  }
}

function ticketFaultText(fault: TicketFault): string {
  switch (fault.kind) {
    case "says_nothing":
      return fault.mayBeEmpty ? `${SAYS_NOTHING} Leave it empty if there is no ticket.` : SAYS_NOTHING;
    case "another_form":
      return `Enter a ticket in the required format. As a regular expression: \`${fault.pattern}\``;
    case "too_long":
    case "not_storable":
      return storedTextFaultText(fault);
  }
}

/** Why a text can't be stored. */
export function storedTextFaultText(fault: StoredTextFault): string {
  switch (fault.kind) {
    case "too_long":
      return `Too long: ${count(fault.length, "character")}. The limit is ${fault.most.toLocaleString("en-US")}.`;
    case "not_storable":
      return "Contains a broken character (half an emoji, or U+0000) that can't be stored. Remove it.";
  }
}

/** The fault of the input of a bulk. */
export function bulkInputText(fault: BulkInputFault): string {
  return fault.kind === "one_of_two" ? "Either upload a file or paste lines." : storedTextFaultText(fault);
}

function invitationFaultText(fault: InvitationFault): string {
  switch (fault.kind) {
    case "too_many":
      return `You chose ${fault.count} people. The limit is ${fault.most.toLocaleString("en-US")}.`;
    case "none_needed":
      return "This change needs no approval. Leave this empty.";
    case "unknown":
      return `Slack has no user with the id ${fault.slackUserId}.`;
    case "requester":
      return `${fault.name} is you. Choose another person.`;
    case "subject":
      return `${fault.name} is the user you want to change. Choose another person.`;
    case "bot":
      return `${fault.name} is a bot.`;
    case "deactivated":
      return `${fault.name} has a deactivated account.`;
    case "other_company":
      return `${fault.name} is from another company.`;
    case "guest":
      return `${fault.name} is a guest.`;
    case "forbidden":
      return `${fault.name} can't approve this.${whyForbidden(fault)}`;
  }
}

function whyForbidden({
  policyIds,
  reasons,
  whoCould,
}: Extract<InvitationFault, { kind: "forbidden" }>): string {
  // The sentence of a rule is quoted: its “you” is the invited person.
  if (policyIds.length > 0) return ` The rule: “${reasons.join(" ")}”`;
  return whoCould.length === 0 ? "" : ` ${groupsCan(whoCould)}`;
}

/** Why an uploaded list can't be read. */
export function bulkFileText(fault: BulkFileFault): string {
  switch (fault.kind) {
    case "missing_scope":
      return `The bot can't read files: it lacks the Slack scope ${fault.scopes}. Paste the lines instead, or ask an administrator to add the scope and reinstall the app.`;
    case "gone":
      return "Slack no longer has the file. Upload it again.";
    case "of_another":
      return "Another person uploaded this file. Upload it yourself.";
    case "elsewhere":
      return "The file isn't stored in Slack. Upload the file itself, not a link.";
    case "no_text":
      return "The file isn't a text file in UTF-8 or UTF-16. In your spreadsheet, save it as “CSV UTF-8” and upload that file.";
    case "web_page":
      return "Slack returned a web page instead of the file. Save your list as CSV and upload the CSV file.";
    case "too_large":
      return `The file is larger than 1 MB. A request can have at most ${count(MOST_SUBJECTS, "user")}. Split the list.`;
    case "unreadable":
      return `The bot couldn't read the file from Slack: ${fault.detail}`;
    case "too_many_lines":
      return `The list has ${count(fault.count, "line")}. The limit is ${count(fault.most, "line")} and ${count(fault.mostSubjects, "user")} per request. Split the list.`;
  }
}
