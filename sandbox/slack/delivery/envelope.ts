/** The encoding of a payload: a form, a form with `payload`, or JSON. In Socket Mode, the type of the frame. */
export type EnvelopeKind = "slash_commands" | "interactive" | "events_api";

/** A payload on its way to the app. */
export interface Envelope {
  kind: EnvelopeKind;
  payload: Record<string, unknown>;
  /** Whether the ack may carry an answer. */
  acceptsResponse: boolean;
}

/** The outcome of a delivery. `ackMs` is real time in milliseconds. */
export type AckOutcome =
  | { acked: true; ackMs: number; body: unknown }
  | {
      acked: false;
      ackMs: number;
      /** `timeout`: no ack in time. `refused`: another status than 200. `unreachable`: no listener. */
      reason: "timeout" | "refused" | "unreachable";
      status?: number;
      body?: unknown;
    };

/** A way to reach the app. */
export interface Transport {
  /** Sends a payload, and waits at most `ackTimeoutMs` for the ack. A repeated payload has the same `envelopeId`. */
  send(envelope: Envelope, options: { envelopeId: string; isRepeat: boolean }): Promise<AckOutcome>;
}

/** One delivery, for tests to read and to repeat. */
export interface DeliveryRecord {
  envelopeId: string;
  envelope: Envelope;
  /** The payload's type: `/command`, `block_actions`, `view_submission`, the event's type and so on. */
  type: string;
  outcome: AckOutcome;
}
