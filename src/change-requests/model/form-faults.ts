import type { Denial } from "../../authorization/index.ts";
import { defineRefusal } from "./define-refusal.ts";
import type { ReasonFault, TicketFault } from "./text-faults.ts";
export interface FormFaults {
  /** `never_permitted`: no number of approvals would let the change run. */
  readonly reason?: ReasonFault | { readonly kind: "never_permitted" };
  readonly ticket?: TicketFault;
  readonly people_asked?: readonly InvitationFault[];
  /** `none_chosen_instead`: a replacement without roles. */
  readonly roles?: "none_chosen" | "none_chosen_instead" | "not_offered" | "unchanged";
  readonly duration?: "not_offered";
  readonly org?: "not_offered" | "same" | "inactive";
  readonly legal_hold?: "not_confirmed" | "not_confirmed_of_some";
  readonly who?: "nobody_named";
}

export type FormField = keyof FormFaults;

/** Why the requester can't invite a person, or anybody. */
export type InvitationFault =
  | { readonly kind: "too_many"; readonly most: number; readonly count: number }
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

export class FormError extends defineRefusal("invalid_form", (faults: FormFaults) => ({
  data: { faults },
  message: `The form has faults in ${Object.keys(faults).join(", ")}.`,
})) {}
