import { deliveryId } from "../ids/delivery-id.ts";
import type { SlackDeps } from "./slack-deps.ts";

/**
 * Whether a delivery has come for the first time, to any replica. Where that can't be found out, it counts as the first:
 * to answer twice is better than not to answer.
 */
export async function isFirstDelivery(
  deps: Pick<SlackDeps, "claimDelivery" | "log">,
  body: object,
): Promise<boolean> {
  try {
    return await deps.claimDelivery(deliveryId(body));
  } catch (error) {
    deps.log("It could not be found out whether a delivery came before.", error);
    return true;
  }
}
