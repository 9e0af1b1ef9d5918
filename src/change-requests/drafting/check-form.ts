import { type Change, rolesOutstanding } from "../model/change.ts";
import type { FormFaults } from "../model/form-faults.ts";
import { reasonFault, type TextPattern, ticketFault } from "../model/text-faults.ts";
import type { Draft } from "../ports/storage.ts";
import { orgFault } from "./offered-orgs.ts";

/** The fields of every form that asks for a change. */
export interface RequestForm {
  readonly reason: string;
  readonly ticket: string;
  /** Slack ids of the invited approvers. */
  readonly peopleAsked: readonly string[];
  /** Whether the requester confirmed that they checked legal hold by other means. */
  readonly legalHoldConfirmed: boolean;
}

/** The fields of a form that asks for a change of one subject. */
export interface DraftForm extends RequestForm {
  readonly roleIds: readonly string[];
  readonly orgGuid: string | null;
  /** For how many hours the roles are given; `null`: no end. */
  readonly grantHours: number | null;
}

/** The change that a form asks for, or the faults of its fields; `null` for a draft without a kind. */
export function checkForm(
  draft: Draft,
  form: DraftForm,
  { ticketPattern, grantHours }: { ticketPattern: TextPattern | null; grantHours: readonly number[] },
): { readonly change: Change } | { readonly faults: FormFaults } | null {
  if (draft.kind === null) return null;
  const { change, fault } = draft.undo
    ? { change: draft.undo.change, fault: {} }
    : chosenChange(draft, draft.kind, form, grantHours);
  const faults = { ...wordFaults(form, ticketPattern), ...holdFault(draft, form), ...fault };
  return change && Object.keys(faults).length === 0 ? { change } : { faults };
}

export function wordFaults(
  form: Pick<RequestForm, "reason" | "ticket">,
  ticketPattern: TextPattern | null,
): FormFaults {
  const reason = reasonFault(form.reason);
  const ticket = ticketFault(form.ticket, ticketPattern);
  return { ...(reason === null ? {} : { reason }), ...(ticket === null ? {} : { ticket }) };
}

function holdFault(draft: Draft, form: DraftForm): FormFaults {
  const isUnknown = draft.kind === "deactivate" && draft.facts?.legalHold.fact === "unknown";
  return isUnknown && !form.legalHoldConfirmed ? { legal_hold: "not_confirmed" } : {};
}

interface Choice {
  readonly change: Change | null;
  readonly fault: FormFaults;
}

function chosenChange(
  draft: Draft,
  kind: Change["kind"],
  form: DraftForm,
  grantHours: readonly number[],
): Choice {
  switch (kind) {
    case "deactivate":
    case "activate":
      return { change: { kind }, fault: {} };
    case "move":
      return chosenOrg(draft, form);
    case "add_roles":
      return forSoLong(chosenRoles(draft, kind, form), form, grantHours);
    case "remove_roles":
    case "replace_roles":
      return chosenRoles(draft, kind, form);
  }
}

function forSoLong(choice: Choice, { grantHours }: DraftForm, offered: readonly number[]): Choice {
  const { change, fault } = choice;
  if (grantHours === null) return choice;
  if (!offered.includes(grantHours)) return { change: null, fault: { ...fault, duration: "not_offered" } };
  return change?.kind === "add_roles" ? { change: { ...change, grantHours }, fault } : choice;
}

function chosenOrg({ orgOptions, facts }: Draft, { orgGuid }: DraftForm): Choice {
  const org = orgOptions.find(({ guid }) => guid === orgGuid);
  const fault = org && orgFault(org, { orgGuid: facts?.orgGuid ?? "" });
  if (!org || fault) return { change: null, fault: { org: fault ?? "not_offered" } };
  return { change: { kind: "move", org: { guid: org.guid, name: org.name } }, fault: {} };
}

function chosenRoles(
  { roleOptions, facts }: Draft,
  kind: "add_roles" | "remove_roles" | "replace_roles",
  { roleIds }: DraftForm,
): Choice {
  const chosen = [...new Set(roleIds)];
  const roles = roleOptions.filter(({ id }) => chosen.includes(id));
  const change = { kind, roles } as const;
  if (chosen.length === 0) {
    const fault = kind === "replace_roles" ? "none_chosen_instead" : "none_chosen";
    return { change: null, fault: { roles: fault } };
  }
  if (roles.length < chosen.length) return { change: null, fault: { roles: "not_offered" } };
  if (kind === "replace_roles" && rolesOutstanding(change, { roles: facts?.roles ?? [] }).length === 0)
    return { change: null, fault: { roles: "unchanged" } };
  return { change, fault: {} };
}
