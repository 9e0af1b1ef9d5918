import {
  type Answer,
  type NotRenewable,
  nameOf,
  type Refusal,
  refusalOrNull,
} from "../../change-requests/index.ts";
import type { IncydrErrorCode } from "../../incydr/index.ts";
import { quotedName, quotedUsername } from "../../kernel/quoted-name.ts";
import {
  bulkFileText,
  bulkInputText,
  formFaultTexts,
  reasonFaultText,
  storedTextFaultText,
} from "./field-faults.ts";
import { nothingToDoText, nothingToUndoText } from "./form-refusal.ts";
import { givenBack } from "./message.ts";
import { directoryText, forbiddenLines, permissionQuestionText } from "./permission-refusal.ts";
import { cardChannelText, nowhereText, PLACEMENT_FAULTS } from "./place-refusal.ts";
import { channel, type Inline, type Line, person, plain } from "./rich-text.ts";
import { typedUserFaultText } from "./subject-faults.ts";
import { oneOfSeveral, suggestions } from "./suggestions.ts";

/** What a person is told when something did not happen: why, and what to do. One line each. */
export function refusalLines(error: unknown): Inline[][] {
  return answerLines(refusalOrNull(error));
}

/** The same, of what a job carries; `null`: after a fault. */
export function answerLines(refusal: Refusal | null): Inline[][] {
  return refusal ? linesOfRefusal(refusal) : faultLines({ reference: null, isNothingRequested: false });
}

/** The same, of an error's code and data. */
export function linesOfRefusal(refusal: Refusal): Inline[][] {
  switch (refusal.code) {
    case "forbidden":
      return forbiddenLines(refusal.data);
    case "directory_unavailable":
      return said(directoryText(refusal.data));
    case "policies_differ":
      return said("The policies of this bot are being changed. Nothing was done. Try again in a moment.");
    case "invalid_policy":
      return said(
        `The policies can't be used:\n${refusal.data.faults.map((fault) => `  ${fault}`).join("\n")}`,
      );
    case "unknown_person":
      return said(`Slack knows nobody with the id ${refusal.data.slackUserId}.`);
    case "identity_unavailable":
      return said("Incydr could not be asked which of its users you are. Try again in a moment.");
    case "unmapped_operator":
      return said(
        `Your Slack account (${refusal.data.email ?? "without an e-mail"}) belongs to no single Incydr user, so you may only look up. Ask an administrator to enter you in OPERATOR_MAP.`,
      );

    case "permission_question":
      return said(permissionQuestionText(refusal.data));

    case "no_subject_named":
      return said(typedUserFaultText({ kind: "nobody_named" }));
    case "subject_unreadable":
      return said(typedUserFaultText(refusal.data.fault));
    case "subject_not_found": {
      const { who, similar } = refusal.data;
      const otherwise = "Check the spelling, or use the user id.";
      return [
        [plain(`Incydr has no user “${who}”.`)],
        suggestions("Did you mean", similar.map(quotedUsername), otherwise),
      ];
    }
    case "ambiguous_subject": {
      const { who, matches } = refusal.data;
      return [
        [plain(`“${who}” matches ${matches.length} Incydr users.`)],
        suggestions("Write one of them in full:", matches.map(quotedUsername), "Use the user id."),
      ];
    }
    case "mention_without_email":
      return said(`Slack shows no e-mail for ${refusal.data.slackUserId}. Use their Incydr username.`);

    case "draft_gone":
      return said("This form has expired. Nothing was requested; please start again.");
    case "draft_of_another":
      return said("This form was opened for somebody else. Nothing was requested.");
    case "too_many_roles": {
      const { username, most } = refusal.data;
      return said(
        `${username} holds more than ${most} roles, and the form has no room for more. Add or remove roles instead.`,
      );
    }
    case "unknown_role": {
      const { role, similar } = refusal.data;
      return [
        [plain(`There is no role “${role}”.`)],
        suggestions("Did you mean", similar.map(quotedName), "/incydr roles lists them all."),
      ];
    }
    case "ambiguous_role": {
      const { role, roles } = refusal.data;
      return [[plain(`There are several roles “${role}”.`)], oneOfSeveral(roles, "Choose it in the form.")];
    }
    case "role_not_assignable":
      return said(`The API client of this bot may not assign the role “${refusal.data.role}”.`);
    case "unknown_org": {
      const { org, similar } = refusal.data;
      const otherwise = "Leave it out, and search for it in the form.";
      return [
        [plain(`There is no organization “${org}”.`)],
        suggestions("Did you mean", similar.map(quotedName), otherwise),
      ];
    }
    case "ambiguous_org": {
      const { org, orgs } = refusal.data;
      return [
        [plain(`There are several organizations “${org}”.`)],
        oneOfSeveral(orgs, "Search for it in the form."),
      ];
    }
    case "org_inactive":
      return said(`The organization “${refusal.data.org}” is inactive. Nothing was requested.`);
    case "invalid_form":
      return said(Object.values(formFaultTexts(refusal.data.faults)).join(" "));
    case "command_text": {
      const { of, fault } = refusal.data;
      return said(`The name of the ${of} can't be read. ${storedTextFaultText(fault)}`);
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
      return said("Nobody is left for whom something could be requested.");
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
      const by: Inline[] = lastBy ? [plain(" Decided last by "), person(lastBy), plain(".")] : [];
      return [[plain(`${nameOf(requestId)} is ${state} already; your click changed nothing.`), ...by]];
    }
    case "already_approved_by_you":
      return said(`You have approved ${nameOf(refusal.data.requestId)} already; it needs somebody else.`);
    case "own_request":
      return said("You can't decide on your own request; somebody else has to.");
    case "nothing_to_ratify": {
      const { requestId, why, decidedBy } = refusal.data;
      const by: Inline[] = decidedBy ? [plain(" Decided by "), person(decidedBy), plain(".")] : [];
      const text = `${nameOf(requestId)} ${WHY_NOT_RATIFIED[why]}; your click changed nothing.`;
      return [[plain(text), ...by]];
    }
    case "nothing_to_revoke": {
      const { requestId, why } = refusal.data;
      return said(`${nameOf(requestId)} ${WHY_NOT_REVOKED[why]}; your click changed nothing.`);
    }
    case "card_out_of_date":
      return said(`${nameOf(refusal.data.requestId)} has changed since you saw it. Look at the card again.`);
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
      return said(`What is ${refusal.data.state} can't take “${refusal.data.event}”.`);
    case "bulk_unchanged": {
      const { requestId, control } = refusal.data;
      return said(`${nameOf(requestId)} can't ${control} now; your click changed nothing.`);
    }

    case "incydr":
      return incydr(refusal.data.fault, refusal.data.detail);
    case "other":
      return said(refusal.data.message);
  }
}

const WHY_NOT_RATIFIED = {
  no_emergency: "is no emergency change",
  nothing_written: "has nothing to be ratified",
  awaiting: "is awaiting already",
  ratified: "is ratified already",
  disputed: "is disputed already",
} as const;

const WHY_NOT_REVOKED = {
  gave_none: "gave no role for a limited time",
  under_way: "is to be revoked already",
  over: "is over already: it gives no role any more",
} as const;

const FREEZE_UNCHANGED = {
  frozen: "All changes are frozen already.",
  not_frozen: "Changes are not frozen.",
  read_only:
    "There is no freeze to lift. All changes are stopped by READ_ONLY in the bot's configuration: ask its administrator.",
} as const;

function notRenewableText(data: NotRenewable): string {
  switch (data.why) {
    case "not_requester":
      return `Only whoever asked for ${nameOf(data.requestId)} can renew it.`;
    case "hold_unreadable":
      return `Legal hold can't be read any more. Cancel ${nameOf(data.requestId)} and ask anew, so that you can confirm it with Legal.`;
    case "not_permitted":
      return data.reason;
  }
}

function said(text: string): Inline[][] {
  return [[plain(text)]];
}

/** What a person is told when something did not happen, with the texts that they typed. */
export function failureLines(failure: Failure): Line[] {
  const content = failure.kind === "not_done" ? linesOfRefusal(failure.refusal) : faultLines(failure);
  const mayHaveOpened = failure.kind === "failed" && failure.mayHaveOpened;
  return [
    ...content,
    // Slack may have opened the form and its answer got lost.
    ...(mayHaveOpened ? said("If a form has opened and says “Looking up…”, close it.") : []),
    ...givenBack(failure.typed),
  ];
}

type Failure = Extract<Answer, { readonly kind: "not_done" | "failed" }>;

/** For a failure after which it isn't known what was done; `reference` is the one under which it is in the log. */
function faultLines(fault: { reference: string | null; isNothingRequested: boolean }): Inline[][] {
  const { reference, isNothingRequested } = fault;
  const next = isNothingRequested
    ? "Nothing was requested. Please try again."
    : "It may have taken effect. Check that before trying again.";
  return [[plain(`Something went wrong${reference === null ? "" : ` (ref ${reference})`}. ${next}`)]];
}

function incydr(code: IncydrErrorCode, detail: string): Inline[][] {
  switch (code) {
    case "unavailable":
    case "timed_out":
    case "rate_limited":
      return [[plain("Incydr doesn't answer at the moment. Nothing was changed. Try again in a minute.")]];
    case "unauthorized":
    case "forbidden":
      return [
        [plain("Incydr doesn't let this bot do that. Ask whoever runs the bot to check its API client.")],
      ];
    case "outcome_unknown":
    case "roles_ignored":
      return [[plain(`Incydr: ${detail}`)]];
    default:
      return [[plain(`Incydr: ${detail}`)], [plain("Nothing was changed.")]];
  }
}
