import type { Dispatcher } from "../delivery/dispatcher.ts";
import type { AckOutcome, DeliveryRecord, EnvelopeKind } from "../delivery/envelope.ts";
import type { SlackState } from "../state/slack-state.ts";
import type { Person } from "../state/workspace.ts";

/** The context of one person's Slack client. */
export interface ClientContext {
  person: Person;
  state: SlackState;
  dispatcher: Dispatcher;
  /** The outdated verification token that every payload still carries. */
  verificationToken: string;
}

/** Changes a payload before it is sent, to forge or damage it. */
export type Tamper = (payload: Record<string, unknown>) => Record<string, unknown>;

/** The app's answer to an action of a person. */
export interface DispatchResult {
  /** Whether the app acknowledged in time with status 200. */
  acked: boolean;
  /** Real milliseconds until the ack, or until the time was over. */
  ackMs: number;
  reason?: "timeout" | "refused" | "unreachable";
  status?: number;
  /** The body of the ack; `undefined` if it is empty. */
  body?: unknown;
  delivery: DeliveryRecord;
}

/** Sends a payload of this person, and waits for the ack. */
export async function dispatch(
  client: ClientContext,
  options: {
    kind: EnvelopeKind;
    type: string;
    payload: Record<string, unknown>;
    acceptsResponse?: boolean;
    tamper?: Tamper | undefined;
  },
): Promise<DispatchResult> {
  const { kind, type, payload, acceptsResponse = false, tamper } = options;
  const sent = structuredClone(payload);
  const envelope = { kind, payload: tamper ? tamper(sent) : sent, acceptsResponse };
  const delivery = await client.dispatcher.send(envelope, type);
  return { ...resultOf(delivery.outcome), delivery };
}

/** Throws if the manifest disables interactivity, because Slack then delivers no click, modal or shortcut. */
export function assertInteractive(client: ClientContext): void {
  if (!client.state.app.interactivity) {
    throw new Undeliverable("The manifest doesn't enable interactivity, so Slack delivers nothing here.");
  }
}

/** Slack would not deliver the action, because the manifest doesn't declare it. */
export class Undeliverable extends Error {
  override readonly name = "Undeliverable";
}

/** Slack's warning next to an element whose click wasn't acknowledged. */
export function warningText(result: DispatchResult): string | undefined {
  if (result.reason === "timeout") return "Operation timed out. Apps need to respond within 3 seconds.";
  if (result.reason === "refused") return `This app responded with Status Code ${result.status}.`;
  return result.reason === "unreachable" ? "This app is not responding." : undefined;
}

function resultOf(outcome: AckOutcome): Omit<DispatchResult, "delivery"> {
  const { acked, ackMs, body } = outcome;
  if (acked) return { acked, ackMs, body };
  const { reason, status } = outcome;
  return { acked, ackMs, reason, body, ...(status === undefined ? {} : { status }) };
}
