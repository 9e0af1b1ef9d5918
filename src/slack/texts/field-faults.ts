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
      return faults.duration && "Choose one of the lengths that are offered.";
    case "org":
      return faults.org && ORG[faults.org];
    case "legal_hold":
      return faults.legal_hold && LEGAL_HOLD[faults.legal_hold];
    case "who":
      return faults.who && "Name a user.";
  }
}

function requestReasonText(fault: NonNullable<FormFaults["reason"]>): string {
  return fault.kind === "never_permitted"
    ? "No number of approvals would let this change run; the policy rules it out."
    : reasonFaultText(fault, "request");
}

const ROLES = {
  none_chosen: "Choose at least one role.",
  none_chosen_instead: "Choose at least one role. To take all away, use Remove roles.",
  not_offered: "One of these roles can't be chosen for this user.",
  unchanged: "These are the roles they hold already.",
} as const;

const ORG = {
  not_offered: "Choose one of the organizations that are offered.",
  same: "They are in this organization already.",
  inactive: "This organization is inactive.",
} as const;

const LEGAL_HOLD = {
  not_confirmed: "Legal hold can't be read. Ask Legal, then tick this.",
  not_confirmed_of_some: "Legal hold can't be read of some. Ask Legal, then tick this.",
} as const;

const MISSING_REASON = {
  request: "Say why: the approver and the audit log need a reason.",
  decision: "Say why: the requester and the audit log need a reason.",
  freeze: "Give a reason, or none at all.",
} as const;

const SAYS_NOTHING = "This has no letter and no digit: a reader would learn nothing from it.";

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
      return fault.mayBeEmpty ? `${SAYS_NOTHING} Or leave it empty.` : SAYS_NOTHING;
    case "another_form":
      return `A ticket has to look like ${fault.pattern}.`;
    case "too_long":
    case "not_storable":
      return storedTextFaultText(fault);
  }
}

/** Why a text can't be stored. */
export function storedTextFaultText(fault: StoredTextFault): string {
  switch (fault.kind) {
    case "too_long":
      return `At most ${fault.most} characters; these are ${fault.length}.`;
    case "not_storable":
      return "Has half a character (a cut emoji?) or U+0000, which can't be stored. Remove it.";
  }
}

/** Why the input of a bulk can't be taken. */
export function bulkInputText(fault: BulkInputFault): string {
  return fault.kind === "one_of_two"
    ? "Give a file or paste lines: one of the two."
    : storedTextFaultText(fault);
}

function invitationFaultText(fault: InvitationFault): string {
  switch (fault.kind) {
    case "too_many":
      return `At most ${fault.most} people can be asked; these are ${fault.count}.`;
    case "none_needed":
      return "The policies ask for no approval here: there is nobody to be asked. Leave this empty.";
    case "unknown":
      return `Slack knows nobody with the id ${fault.slackUserId}.`;
    case "requester":
      return `${fault.name} is you: ask somebody else.`;
    case "subject":
      return `${fault.name} is whom this is about, and must not hear of it.`;
    case "bot":
      return `${fault.name} is a bot.`;
    case "deactivated":
      return `${fault.name} has a deactivated account.`;
    case "other_company":
      return `${fault.name} is of another company.`;
    case "guest":
      return `${fault.name} is a guest.`;
    case "forbidden":
      return `${fault.name} may not approve this${whyForbidden(fault)}`;
  }
}

function whyForbidden({
  policyIds,
  reasons,
  whoCould,
}: Extract<InvitationFault, { kind: "forbidden" }>): string {
  // A rule's sentence speaks to the person whom it stops.
  if (policyIds.length > 0) return `. The rule: “${reasons.join(" ")}”`;
  const groups = whoCould.map((handle) => `@${handle}`).join(" or ");
  const others = groups === "" ? "" : ` Members of ${groups} may, unless another rule forbids it.`;
  return `: no policy lets them.${others}`;
}

/** Why a list that was handed in can't be read. */
export function bulkFileText(fault: BulkFileFault): string {
  switch (fault.kind) {
    case "missing_scope":
      return `The bot lacks the scope ${fault.scopes} in Slack, and can't read files. Paste the lines instead, or ask an administrator to add it and to install the app again.`;
    case "gone":
      return "Slack doesn't have the file any more.";
    case "of_another":
      return "The file was uploaded by somebody else.";
    case "elsewhere":
      return "The file doesn't lie with Slack; upload it to Slack itself.";
    case "no_text":
      return "The file isn't a text file in UTF-8 or UTF-16. In a spreadsheet, save it as “CSV UTF-8”, and upload that.";
    case "web_page":
      return "Slack gave a web page for the file: save it as CSV and upload it again.";
    case "too_large":
      return `The file is larger than 1 MB. A request is about at most ${MOST_SUBJECTS.toLocaleString("en-US")} users: split the list.`;
    case "unreadable":
      return `The file could not be read from Slack: ${fault.detail}`;
    case "too_many_lines":
      return `The list has ${fault.count} lines, and at most ${fault.most} are read. A request is about at most ${fault.mostSubjects} users: split the list.`;
  }
}
