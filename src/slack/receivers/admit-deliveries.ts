import type { App, Receiver, ReceiverEvent } from "@slack/bolt";
import type { Answer } from "../../change-requests/index.ts";
import { withNewCorrelation } from "../../kernel/correlation.ts";
import { deliveryId } from "../ids/delivery-id.ts";
import { answerTo } from "../listeners/answering.ts";
import { isFirstDelivery } from "../listeners/first-delivery.ts";
import type { SlackDeps } from "../listeners/slack-deps.ts";
import { answerMessage } from "../messages/answer-message.ts";
import { SHOWN_AS_IS } from "../posting/post-once.ts";
import { plain } from "../texts/rich-text.ts";
import { DELIVERY_INCOMPLETE, otherVersionText } from "../texts/short-answer.ts";
import { noticeView } from "../views/notice-view.ts";
import { MalformedDeliveryError, UnknownDeliveryError } from "./delivery-errors.ts";
import {
  type AckKind,
  createReadDelivery,
  type Delivery,
  firstInputBlock,
  type Sender,
} from "./read-delivery.ts";

/** The most deliveries in memory. Slack repeats a delivery within minutes, and an ack may hold a whole modal. */
const MOST_REMEMBERED = 500;

/** Admits one delivery to Bolt, or answers it in Bolt's place. */
export type AdmitDelivery = (
  event: ReceiverEvent,
  proceed: (event: ReceiverEvent) => Promise<void>,
) => Promise<void>;

/**
 * Makes the function that admits deliveries, over HTTP and in Socket Mode. Bolt gets each delivery that has a
 * listener once, with the fields that the bot reads. The function answers the other deliveries itself.
 * @throws {MalformedDeliveryError} if a malformed delivery names no sender to answer
 */
export function createAdmitDelivery(options: { apiUrl: string | null; deps: SlackDeps }): AdmitDelivery {
  const { apiUrl, deps } = options;
  const readDelivery = createReadDelivery({ apiUrl });
  const oncePerDelivery = createOncePerDelivery();

  return async (event, proceed) => {
    const delivery = readDelivery(event.body);
    switch (delivery.is) {
      case "ignored":
        return event.ack();
      case "malformed":
        return refuse(delivery, event);
      case "unknown":
        return oncePerDelivery(delivery.body, event.ack, (ack) => answerUnknown(delivery, ack));
      case "known": {
        const { body } = delivery;
        // A repeated event only reads from Slack again, and each question of a menu needs an answer.
        if ("event" in body || body.type === "block_suggestion") return proceed({ ...event, body });
        return oncePerDelivery(body, event.ack, (ack) => proceed({ ...event, body, ack }));
      }
    }
  };

  async function refuse(
    delivery: Delivery & { is: "malformed" },
    { ack, body }: ReceiverEvent,
  ): Promise<void> {
    const { type, path, sender } = delivery;
    const error = new MalformedDeliveryError(type, path);
    if (!sender) throw error;
    deps.log("A delivery of Slack's was refused.", error);
    await ack(ackOf(delivery.ack, DELIVERY_INCOMPLETE, body));
    if (delivery.ack !== "empty" || sender.responseUrl === null) return;
    await tell(sender, { kind: "delivery_incomplete" });
  }

  async function answerUnknown(
    delivery: Delivery & { is: "unknown" },
    ack: ReceiverEvent["ack"],
  ): Promise<void> {
    const { what, id, sender, body } = delivery;
    await ack(ackOf(delivery.ack, otherVersionText(what), body));
    deps.log(
      "Slack delivered something that this version does not know.",
      new UnknownDeliveryError(what, id),
    );
    if (delivery.ack !== "empty" || !(await isFirstDelivery(deps, body))) return;
    await tell(sender, { kind: "other_version", what });
  }

  /** Answers by direct message if there is no response URL. */
  async function tell({ slackUserId, channelId, responseUrl }: Sender, answer: Answer): Promise<void> {
    try {
      if (responseUrl === null)
        return void (await deps.api.posting.chat.postMessage({
          channel: slackUserId,
          ...answerMessage(answer),
          ...SHOWN_AS_IS,
        }));
      const place = { channelId: channelId ?? slackUserId, threadTs: null };
      await answerTo(deps, { responseUrl, slackUserId, place })(answer);
    } catch (error) {
      deps.log("An answer could not be sent.", error);
    }
  }
}

/** Puts `admit` between a receiver and Bolt. Each delivery gets a correlation id. */
export function receiveThrough(admit: AdmitDelivery, receiver: Receiver): Receiver {
  return {
    init: (app) => {
      const admitting: Pick<App, "processEvent"> = {
        processEvent: (event) =>
          withNewCorrelation(() => admit(event, (admitted) => app.processEvent(admitted))),
      };
      receiver.init(admitting as App); // receivers call no other member
    },
    start: (...args: unknown[]) => receiver.start(...args),
    stop: (...args: unknown[]) => receiver.stop(...args),
  };
}

function ackOf(kind: AckKind, text: string, body: Record<string, unknown>): object | undefined {
  if (kind === "options") return { options: [] };
  if (kind === "empty") return undefined;
  // A form with an error at a field keeps the typed texts.
  const field = firstInputBlock(body);
  if (field !== null) return { response_action: "errors", errors: { [field]: text } };
  const view = noticeView({ title: "Nothing was done", draftId: null, content: [[plain(text)]] });
  return { response_action: "update", view };
}

type Ack = (response?: unknown) => Promise<void>;

/** Handles each delivery once within this process, and acks each repetition with the response of the first ack. */
type OncePerDelivery = (body: object, ack: Ack, handle: (ack: Ack) => Promise<void>) => Promise<void>;

export function createOncePerDelivery(): OncePerDelivery {
  /** The response of the ack of each delivery; `null` without an ack. Then its repetition is handled. */
  const acks = new Map<string, Promise<{ readonly response: unknown } | null>>();

  return async function oncePerDelivery(body, ack, handle) {
    const id = deliveryId(body);
    const earlier = await acks.get(id);
    if (earlier) return ack(earlier.response);
    // Another repetition has waited for the same failure, and is handled now.
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
