import { randomUUID } from "node:crypto";
import type { DeliveryRecord, Envelope, Transport } from "./envelope.ts";

/** Sends payloads to the app and remembers each. */
export interface Dispatcher {
  readonly records: readonly DeliveryRecord[];
  send(envelope: Envelope, type: string): Promise<DeliveryRecord>;
  /** Sends the same payload again, with the same ids. */
  repeat(record: DeliveryRecord): Promise<DeliveryRecord>;
  /** Resolves when no delivery is under way. */
  idle(): Promise<void>;
}

/** Creates a dispatcher over a transport. */
export function createDispatcher(options: { transport: () => Transport }): Dispatcher {
  const records: DeliveryRecord[] = [];
  const underWay = new Set<Promise<unknown>>();
  const deliver = async (envelope: Envelope, type: string, envelopeId: string, isRepeat: boolean) => {
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
    idle: async () => {
      while (underWay.size > 0) await Promise.allSettled([...underWay]);
    },
  };
}
