import type { LineFault } from "../../src/change-requests/index.ts";
import { lineFaultText } from "../../src/slack/texts/line-faults.ts";
import { typedUserFaultText } from "../../src/slack/texts/subject-faults.ts";
import type { TypedUser } from "../../src/subjects/index.ts";

/** The result of reading a list, with the sentence of each fault. */
export function worded<Read extends { readonly faults: readonly LineFault[] }>({ faults, ...read }: Read) {
  return { ...read, faults: faults.map((each) => ({ ...each, fault: lineFaultText(each.fault) })) };
}

/** The result of reading a typed text, with the sentence of a fault. */
export function wordedUser(read: TypedUser): { readonly who: string } | { readonly fault: string } {
  return "who" in read ? read : { fault: typedUserFaultText(read.fault) };
}
