import { deliveryId } from "../ids/delivery-id.ts";
import type { SlackDeps } from "./slack-deps.ts";

/**
 * Whether no replica has handled this delivery before. If the database does not answer, the delivery counts as the
 * first, because two answers are better than none.
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
