import { deliveryId } from "../ids/delivery-id.ts";

/** How many deliveries are remembered. Slack repeats one within minutes, and an ack may hold a whole modal. */
const MOST_REMEMBERED = 500;

/** How a delivery is acknowledged. */
type Ack = (response?: unknown) => Promise<void>;

/** Handles each delivery once within this process, and acknowledges each repetition as the first one was. */
export type OncePerDelivery = (body: object, ack: Ack, handle: (ack: Ack) => Promise<void>) => Promise<void>;

export function createOncePerDelivery(): OncePerDelivery {
  /** How each was acknowledged; `null` if it never was, so that a repetition is handled as the first one. */
  const acks = new Map<string, Promise<{ readonly response: unknown } | null>>();

  return async function oncePerDelivery(body, ack, handle) {
    const id = deliveryId(body);
    const earlier = await acks.get(id);
    if (earlier) return ack(earlier.response);
    // Another repetition may have waited for the same failure, and be handled already.
    if (acks.has(id)) return oncePerDelivery(body, ack, handle);
    const acked = Promise.withResolvers<{ readonly response: unknown } | null>();
    acks.set(id, acked.promise);
    const [oldest] = acks.keys();
    if (acks.size > MOST_REMEMBERED && oldest !== undefined) acks.delete(oldest);
    let isAcked = false;
    try {
      await handle((response) => {
        isAcked = true;
        acked.resolve({ response });
        return ack(response);
      });
    } finally {
      if (!isAcked && acks.get(id) === acked.promise) acks.delete(id);
      acked.resolve(null);
    }
  };
}
