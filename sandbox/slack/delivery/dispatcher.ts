import { randomUUID } from "node:crypto";
import { createChangeSignal } from "../state/change-signal.ts";
import type { DeliveryRecord, Envelope, EnvelopeKind, Transport } from "./envelope.ts";

/** Held payloads. A test decides when and in which order they arrive. */
export interface HeldDeliveries {
  /** The types of the waiting payloads, in their original order. */
  readonly types: readonly string[];
  /** Resolves when at least `count` payloads wait. */
  waitFor(count: number): Promise<void>;
  /**
   * Sends the waiting payloads, in the given order of their positions or in their original order. Stops holding
   * payloads.
   */
  release(order?: readonly number[]): void;
}

/** Sends payloads to the app, and records each. */
export interface Dispatcher {
  readonly records: readonly DeliveryRecord[];
  send(envelope: Envelope, type: string): Promise<DeliveryRecord>;
  /** Sends the same payload again, with the same ids. */
  repeat(record: DeliveryRecord): Promise<DeliveryRecord>;
  /** Holds back every payload of a kind from now on. */
  hold(kind: EnvelopeKind): HeldDeliveries;
  /** Resolves when no delivery is under way. */
  idle(): Promise<void>;
}

/** Creates a dispatcher over a transport. */
export function createDispatcher(options: { transport: () => Transport }): Dispatcher {
  const records: DeliveryRecord[] = [];
  const underWay = new Set<Promise<unknown>>();
  const holds = new Map<EnvelopeKind, (type: string) => Promise<void>>();
  const deliver = async (envelope: Envelope, type: string, envelopeId: string, isRepeat: boolean) => {
    await holds.get(envelope.kind)?.(type);
    const outcome = await options.transport().send(envelope, { envelopeId, isRepeat });
    const record: DeliveryRecord = { envelopeId, envelope, type, outcome };
    records.push(record);
    return record;
  };
  const track = (sending: Promise<DeliveryRecord>) => {
    const tracked = sending.finally(() => underWay.delete(tracked));
    underWay.add(tracked);
    return tracked;
  };
  return {
    records,
    send: (envelope, type) => track(deliver(envelope, type, randomUUID(), false)),
    repeat: ({ envelope, type, envelopeId }) => track(deliver(envelope, type, envelopeId, true)),
    hold: (kind) => {
      const waiting: { type: string; send: () => void }[] = [];
      const arrivals = createChangeSignal();
      holds.set(kind, (type) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.push({ type, send: resolve });
        arrivals.emit();
        return promise;
      });
      return {
        get types() {
          return waiting.map(({ type }) => type);
        },
        waitFor: async (count) => {
          await arrivals.waitFor(() => (waiting.length >= count ? true : undefined), {
            timeoutMs: 5000,
            failure: () => `${waiting.length} of ${count} payloads wait.`,
          });
        },
        release: (order = waiting.map((_, index) => index)) => {
          holds.delete(kind);
          for (const index of order) waiting[index]?.send();
        },
      };
    },
    idle: async () => {
      while (underWay.size > 0) await Promise.allSettled([...underWay]);
    },
  };
}
