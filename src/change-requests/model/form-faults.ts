import type { Denial } from "../../authorization/index.ts";
import { RefusalError } from "../../kernel/errors.ts";
import type { ReasonFault, TicketFault } from "./text-faults.ts";

/** The faults of a form, field by field. */
export interface FormFaults {
  /** `never_permitted`: no number of approvals would let the change run. */
  readonly reason?: ReasonFault | { readonly kind: "never_permitted" };
  readonly ticket?: TicketFault;
  readonly people_asked?: readonly InvitationFault[];
  /** `none_chosen_instead`: no role of a replacement. */
  readonly roles?: "none_chosen" | "none_chosen_instead" | "not_offered" | "unchanged";
  readonly duration?: "not_offered";
  readonly org?: "not_offered" | "same" | "inactive";
  readonly legal_hold?: "not_confirmed" | "not_confirmed_of_some";
  readonly who?: "nobody_named";
}

export type FormField = keyof FormFaults;

/** Why a person can't be invited to approve, or nobody can. */
export type InvitationFault =
  | { readonly kind: "too_many"; readonly most: number; readonly count: number }
  /** The policies ask for no approval. */
  | { readonly kind: "none_needed" }
  | { readonly kind: "unknown"; readonly slackUserId: string }
  | {
      readonly kind: "requester" | "subject" | "bot" | "deactivated" | "other_company" | "guest";
      readonly name: string;
    }
  | ({ readonly kind: "forbidden"; readonly name: string } & Pick<
      Denial,
      "policyIds" | "reasons" | "whoCould"
    >);

/** A form has faults. */
export class FormError extends RefusalError<"invalid_form", { readonly faults: FormFaults }> {
  constructor(faults: FormFaults) {
    super("invalid_form", { faults }, `The form has faults in ${Object.keys(faults).join(", ")}.`);
  }
}
