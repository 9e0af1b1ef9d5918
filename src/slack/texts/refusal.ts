import {
  type Answer,
  type NotRenewable,
  nameOf,
  type Refusal,
  type RequestState,
  refusalOrNull,
} from "../../change-requests/index.ts";
import type { IncydrErrorCode } from "../../incydr/index.ts";
import { quotedName, quotedUsername } from "../../kernel/quoted-name.ts";
import { lengthText } from "./change-texts.ts";
import { noneText } from "./directory-texts.ts";
import {
  bulkFileText,
  bulkInputText,
  formFaultTexts,
  reasonFaultText,
  storedTextFaultText,
} from "./field-faults.ts";
import { directoryText, forbiddenLines, permissionQuestionText } from "./forbidden-texts.ts";
import { nothingToDoText, nothingToUndoText } from "./form-refusal.ts";
import { givenBack } from "./message.ts";
import { cardChannelText, nowhereText, PLACEMENT_FAULTS } from "./place-refusal.ts";
import { channel, type Inline, type Line, person, plain } from "./rich-text.ts";
import { typedUserFaultText } from "./subject-faults.ts";
import { oneOfSeveral, suggestions } from "./suggestions.ts";

/** The lines to a person whose action was refused: why, and what to do. */
export function refusalLines(error: unknown): Inline[][] {
  return answerLines(refusalOrNull(error));
}

/** As `refusalLines`, for the refusal in a job; `null` stands for a fault before anything was requested. */
export function answerLines(refusal: Refusal | null): Inline[][] {
  return refusal ? linesOfRefusal(refusal) : faultLines({ reference: null, isNothingRequested: true });
}

/** As `refusalLines`, for the code and data of an error. */
export function linesOfRefusal(refusal: Refusal): Inline[][] {
  switch (refusal.code) {
    case "forbidden":
      return forbiddenLines(refusal.data);
    case "directory_unavailable":
      return said(directoryText(refusal.data));
    case "policies_differ":
      return said("The bot's policies are being updated. Nothing was done. Try again in a moment.");
    case "invalid_policy":
      return said(
        `The policies can't be used:\n${refusal.data.faults.map((fault) => `  ${fault}`).join("\n")}\nAsk an administrator.`,
      );
    case "unknown_person":
      return said(`Slack has no user with the id ${refusal.data.slackUserId}.`);
    case "identity_unavailable":
      return said(
        "Incydr isn't available, so the bot can't check which Incydr user you are. Nothing was done. Try again in a moment.",
      );
    case "unmapped_operator":
      return said(
        `${refusal.data.email === null ? "Your Slack account has no e-mail, so the bot can't tell which Incydr user you are. You" : `Your Slack account (${refusal.data.email}) doesn't match exactly one Incydr user, so you`} can only look up users. Ask an administrator to add you to OPERATOR_MAP.`,
      );

    case "not_full_member":
      return said("Only full members of this workspace can export users. Ask a colleague.");
    case "nothing_to_export":
      return said(noneText(refusal.data));

    case "permission_question":
      return said(permissionQuestionText(refusal.data));

    case "no_subject_named":
      return said(typedUserFaultText({ kind: "nobody_named" }));
    case "subject_unreadable":
      return said(typedUserFaultText(refusal.data.fault));
    case "subject_not_found": {
      const { who, similar } = refusal.data;
      const otherwise = /^cr-\d+$/i.test(who)
        ? "This is the number of a request. Name the user of the request instead."
        : "Check the spelling, or use the user id. To search by a part of the name, use /incydr users.";
      return [
        [plain(`Incydr has no user “${who}”.`)],
        suggestions("Did you mean", similar.map(quotedUsername), otherwise),
      ];
    }
    case "ambiguous_subject": {
      const { who, matches } = refusal.data;
      return [
        [plain(`“${who}” matches ${matches.length === 0 ? "several" : matches.length} Incydr users.`)],
        suggestions("Write the full username of one:", matches.map(quotedUsername), "Use the user id."),
      ];
    }
    case "mention_without_email":
      return said("Slack shows no e-mail for this person. Use the Incydr username.");

    case "draft_gone":
      return said("This form has expired. Nothing was requested. Start again.");
    case "draft_of_another":
      return said("This form was opened for another person. Nothing was requested.");
    case "too_many_roles": {
      const { username, most } = refusal.data;
      return said(
        `${username} has more than ${most} roles, too many for this form. Add or remove roles instead.`,
      );
    }
    case "unknown_role": {
      const { role, similar } = refusal.data;
      return [
        [plain(`There is no role “${role}”.`)],
        suggestions(
          "Did you mean",
          similar.map(quotedName),
          "Check the spelling. /incydr roles lists the roles that can be added.",
        ),
      ];
    }
    case "ambiguous_role": {
      const { role, roles } = refusal.data;
      return [[plain(`Several roles are called “${role}”.`)], oneOfSeveral(roles, "Choose it in the form.")];
    }
    case "role_not_assignable":
      return said(`The bot's API client can't assign the role “${refusal.data.role}”. Ask an administrator.`);
    case "unknown_org": {
      const { org, similar } = refusal.data;
      const otherwise = "Leave out the organization and search for it in the form.";
      const similarOrgs = suggestions("Did you mean", similar.map(quotedName), otherwise);
      return [
        [plain(`There is no organization “${org}”.`)],
        similar.length > 0 ? [...similarOrgs, plain(` Or l${otherwise.slice(1)}`)] : similarOrgs,
      ];
    }
    case "ambiguous_org": {
      const { org, orgs } = refusal.data;
      return [
        [plain(`Several organizations are called “${org}”.`)],
        oneOfSeveral(orgs, "Search for it in the form."),
      ];
    }
    case "org_inactive":
      return said(`The organization “${refusal.data.org}” is inactive. Nothing was requested.`);
    case "invalid_form":
      return said(Object.values(formFaultTexts(refusal.data.faults)).join(" "));
    case "command_text": {
      const { of, fault } = refusal.data;
      return said(`The name of the ${of} can't be used. ${storedTextFaultText(fault)}`);
    }
    case "length_not_offered": {
      const { wanted, offered } = refusal.data;
      const lengths = offered.map((each) => (each === null ? "permanent" : lengthText(each))).join(", ");
      return said(
        `You can't request these roles ${wanted === null ? "permanently" : `for ${lengthText(wanted)}`}. ${lengths === "" ? "" : `Use one of: ${lengths}. `}Nothing was requested.`,
      );
    }
    case "bulk_input":
      return said(bulkInputText(refusal.data.fault));
    case "nothing_to_do":
      return said(nothingToDoText(refusal.data));
    case "nothing_to_undo":
      return said(nothingToUndoText(refusal.data));
    case "bulk_file":
      return said(bulkFileText(refusal.data));
    case "nothing_to_request":
      return said("No user on the list would be changed. Nothing was requested. See the skipped lines.");
    case "channel_not_allowed":
      return [
        [plain(PLACEMENT_FAULTS[refusal.data.fault])],
        [plain("Nothing was requested. Use "), channel(refusal.data.approvalsChannelId), plain(" instead.")],
      ];
    case "nowhere_to_post":
      return said(nowhereText(refusal.data.why));

    case "request_not_found":
    case "hidden_from_subject":
      return said(`There is no ${nameOf(refusal.data.requestId)} that you can see.`);
    case "already_decided": {
      const { requestId, state, lastBy } = refusal.data;
      const by: Inline[] = lastBy ? [plain(" Last decision by "), person(lastBy), plain(".")] : [];
      return [[plain(`${nameOf(requestId)} is ${STATE_WORDS[state]}. Your click changed nothing.`), ...by]];
    }
    case "already_approved_by_you":
      return said(
        `You already approved ${nameOf(refusal.data.requestId)}. Another person must approve it too.`,
      );
    case "own_request":
      return said("You can't decide on your own request. Another person must.");
    case "nothing_to_ratify": {
      const { requestId, why, decidedBy } = refusal.data;
      const by: Inline[] = decidedBy ? [plain(" Decided by "), person(decidedBy), plain(".")] : [];
      const text = `${nameOf(requestId)} ${WHY_NOT_RATIFIED[why]}. Your click changed nothing.`;
      return [[plain(text), ...by]];
    }
    case "nothing_to_revoke": {
      const { requestId, why } = refusal.data;
      return said(`${nameOf(requestId)} ${WHY_NOT_REVOKED[why]}. Your click changed nothing.`);
    }
    case "card_out_of_date":
      return said(
        `${nameOf(refusal.data.requestId)} has changed since you last saw it. Look at its card again.`,
      );
    case "reason_missing": {
      const { of, fault } = refusal.data;
      const text = reasonFaultText(fault, of);
      return said(of === "freeze" ? `${text} Nothing is frozen yet.` : text);
    }
    case "not_renewable":
      return said(notRenewableText(refusal.data));
    case "freeze_unchanged":
      return said(FREEZE_UNCHANGED[refusal.data.why]);
    case "card_channel_not_allowed":
      return said(cardChannelText(refusal.data.why));
    case "forbidden_transition":
      return said(`The request is ${refusal.data.state}, so this is no longer possible.`);
    case "bulk_unchanged": {
      const { requestId, control } = refusal.data;
      return said(`You can't ${control} ${nameOf(requestId)} now. Your click changed nothing.`);
    }

    case "incydr":
      return incydr(refusal.data.fault, refusal.data.detail);
    case "other":
      return said(refusal.data.message);
  }
}

const STATE_WORDS: Readonly<Record<RequestState, string>> = {
  pending: "still pending",
  approved: "already approved",
  executing: "already being executed",
  done: "already finished",
  denied: "already denied",
  cancelled: "already cancelled",
  expired: "already expired",
  stale: "already out of date",
};

const WHY_NOT_RATIFIED = {
  no_emergency: "is not an emergency change",
  nothing_written: "changed nothing, so it needs no ratification",
  awaiting: "is already waiting for ratification",
  ratified: "is already ratified",
  disputed: "is already disputed",
} as const;

const WHY_NOT_REVOKED = {
  gave_none: "gave no temporary roles",
  under_way: "is already removing its temporary roles",
  over: "has no temporary role left",
} as const;

const FREEZE_UNCHANGED = {
  frozen: "All changes are already frozen.",
  not_frozen: "Changes are not frozen.",
  read_only:
    "There is no freeze to end. READ_ONLY in the bot's configuration stops all changes. Ask an administrator.",
} as const;

function notRenewableText(data: NotRenewable): string {
  switch (data.why) {
    case "not_requester":
      return `Only the requester of ${nameOf(data.requestId)} can renew it.`;
    case "hold_unreadable":
      return `The bot can no longer check for a legal hold. Cancel ${nameOf(data.requestId)} and make a new request, in which you confirm it with Legal.`;
    case "not_permitted":
      return `This request can't be renewed. ${data.reason}`;
  }
}

function said(text: string): Inline[][] {
  return [[plain(text)]];
}

/** The lines to a person whose action was refused or failed, with the typed texts. */
export function failureLines(failure: Failure): Line[] {
  const content = failure.kind === "not_done" ? notDoneLines(failure) : faultLines(failure);
  const mayHaveOpened = failure.kind === "failed" && failure.mayHaveOpened;
  return [
    ...content,
    // Slack may have opened the form although its answer was lost.
    ...(mayHaveOpened ? said("If a form says “Looking up…”, close it.") : []),
    ...givenBack(failure.typed),
  ];
}

/** If buttons offer what a name may mean, the first line of the refusal is enough. */
function notDoneLines({
  refusal,
  choices = [],
}: Extract<Failure, { readonly kind: "not_done" }>): Inline[][] {
  const [first = [], ...others] = linesOfRefusal(refusal);
  return choices.length === 0 ? [first, ...others] : [first, [plain("Did you mean one of these?")]];
}

type Failure = Extract<Answer, { readonly kind: "not_done" | "failed" }>;

/** If something may have been done, it is a freeze or its end. `reference` finds the failure in the log. */
function faultLines(fault: {
  reference: string | null;
  isNothingRequested: boolean;
  mayHaveWritten?: boolean | undefined;
}): Inline[][] {
  const ref = fault.reference === null ? "" : ` (ref ${fault.reference})`;
  const next = fault.mayHaveWritten ? UNCONFIRMED : fault.isNothingRequested ? UNREQUESTED : UNKNOWN_SWITCH;
  const help = ref === "" ? "" : " If it happens again, give the ref to an administrator.";
  return [[plain(`Something went wrong${ref}. ${next}${help}`)]];
}

const UNCONFIRMED =
  "Incydr did not confirm the change. It may have been made. Look up the user before you try again.";
const UNREQUESTED = "Nothing was requested or changed. Try again.";
const UNKNOWN_SWITCH =
  "Your command may have taken effect. Use /incydr roles: if the answer begins with 🧊, changes are frozen. If your command had no effect, use it again.";

function incydr(code: IncydrErrorCode, detail: string): Inline[][] {
  switch (code) {
    case "rate_limited":
      return [[plain("Incydr is limiting the bot's requests. Nothing was changed. Try again in a minute.")]];
    case "unavailable":
    case "timed_out":
      return [[plain("Incydr isn't available. Nothing was changed. Try again in a minute.")]];
    case "unauthorized":
    case "forbidden":
      return [
        [plain("Incydr doesn't let the bot do this. Ask an administrator to check the bot's API client.")],
      ];
    case "outcome_unknown":
      return [[plain("Incydr did not confirm the change. Look up the user.")]];
    case "roles_ignored":
      return [[plain("Incydr left out some roles. Look up the user.")]];
    default:
      return [[plain(`Incydr: ${detail}`)], [plain("Nothing was changed.")]];
  }
}
