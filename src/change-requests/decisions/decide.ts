import type { DecisionClick } from "../model/click.ts";
import { type ApproveOptions, createApprove } from "./approve.ts";
import { createDeny } from "./deny.ts";

/** Makes the function that carries out a click on Approve, or a denial with its reason. */
export function createDecide(options: ApproveOptions) {
  const approve = createApprove(options);
  const deny = createDeny(options);
  return (click: DecisionClick): Promise<void> => (click.verdict === "approval" ? approve : deny)(click);
}
