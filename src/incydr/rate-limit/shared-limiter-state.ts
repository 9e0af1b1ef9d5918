import type { Redis } from "ioredis";
import { z } from "zod";
import { type Priority, priorities } from "../model/priorities.ts";
import type { Replica, SlotHistory } from "./assign-slot.ts";
import { initialFairness } from "./fair-scheduling.ts";
import {
  grantScript,
  holdScript,
  leaveScript,
  pauseScript,
  reportScript,
  startedScript,
} from "./slot-scripts.ts";

/** A reading of the shared state. Moments are milliseconds of Redis' clock. */
export interface SharedStateReading {
  readonly nowMs: number;
  /** The number of granted slots. */
  readonly number: number;
  /** When the request of the last slot is to start. */
  readonly dueMs: number;
  /** When the request of the last slot started; null if that isn't known yet. */
  readonly startedMs: number | null;
  readonly pausedForMs: number;
  readonly history: SlotHistory;
  /** The replicas whose leases haven't expired. */
  readonly replicas: readonly Replica[];
}

/** A slot that was given to one replica. */
export interface GrantedSlot {
  readonly number: number;
  readonly priority: Priority;
  readonly spacingMs: number;
  /** When the request is to start. */
  readonly dueMs: number;
}

/** A slot to grant, and its replica. */
export interface SlotGrant extends Omit<GrantedSlot, "dueMs"> {
  readonly history: SlotHistory;
  /** The replica that gets the slot by a message; null for this replica. */
  readonly sendTo: string | null;
}

/** The state of one limit that its replicas share, in Redis. */
export interface SharedLimiterState {
  /** Publishes this replica and reads the state; `joining` if the replica didn't share the limit until now. */
  report(replica: Replica, options?: { readonly joining?: boolean }): Promise<SharedStateReading>;
  /** Grants a slot if it is due and still the next one; returns the time and the start of its request. Else null. */
  grant(grant: SlotGrant): Promise<{ readonly nowMs: number; readonly dueMs: number } | null>;
  /** Stores when the request of a slot started; the distance to the next slot is measured from there. */
  started(slot: GrantedSlot, atMs: number): Promise<void>;
  /**
   * Delays the next slot until this slot's request starts, at most `ms`. Returns the end of the delay; null if too
   * late.
   */
  hold(slot: GrantedSlot, ms: number): Promise<number | null>;
  /** Lets no slot be granted for `ms` milliseconds from now. */
  pause(ms: number): Promise<void>;
  leave(replicaId: string): Promise<void>;
  /** The channel on which a replica gets slots. */
  channelOf(replicaId: string): string;
}

/** The lease of a replica after each report, in milliseconds. */
export const leaseMs = 3000;

/** How early a slot may be granted, in milliseconds, because messages to and from Redis take time. */
export function maxEarlyMs(spacingMs: number): number {
  return Math.min(20, spacingMs / 5);
}

/** How late a slot may still be used, in milliseconds. */
export function lateToleranceMs(spacingMs: number): number {
  return spacingMs / 2;
}

/** The shared state of the limit `name`, over `redis`. */
export function createSharedLimiterState({
  redis,
  name,
}: {
  readonly redis: Redis;
  readonly name: string;
}): SharedLimiterState {
  const slots = `${name}:slots`;
  const members = `${name}:members`;
  const leases = `${name}:leases`;
  const channelOf = (replicaId: string) => `${name}:to:${replicaId}`;
  const run = (script: string, keys: readonly string[], ...args: readonly (string | number)[]) =>
    redis.eval(script, keys.length, ...keys, ...args);

  return {
    channelOf,
    report: async ({ id, ...told }, { joining = false } = {}) => {
      const args = [id, JSON.stringify(told), leaseMs, joining ? 1 : 0];
      return readReport(await run(reportScript, [slots, members, leases], ...args));
    },
    grant: async ({ number, spacingMs, priority, history, sendTo }) => {
      const channel = sendTo === null ? "" : channelOf(sendTo);
      const message = `${number} ${priority} ${spacingMs}`;
      const times = [spacingMs, maxEarlyMs(spacingMs), lateToleranceMs(spacingMs)];
      const args = [number, ...times, JSON.stringify(history), channel, message];
      const granted = grantReply.parse(await run(grantScript, [slots], ...args));
      return granted && { nowMs: granted[0], dueMs: granted[1] };
    },
    started: async ({ number }, atMs) => void (await run(startedScript, [slots], number + 1, atMs)),
    hold: async ({ number }, ms) => heldUntil.parse(await run(holdScript, [slots], number + 1, ms)),
    pause: async (ms) => void (await run(pauseScript, [slots], ms)),
    leave: async (replicaId) => void (await run(leaveScript, [members, leases], replicaId)),
  };
}

/** Reads a message of a replica's channel; null if it isn't a slot. */
export function readSentSlot(message: string): GrantedSlot | null {
  const [number, priority, spacingMs, dueMs] = message.split(" ");
  const { success, data } = sentSlot.safeParse({ number, priority, spacingMs, dueMs });
  return success ? data : null;
}

const numeric = z.coerce.number();
const priority = z.enum(priorities);
const sentSlot = z.object({ number: numeric, priority, spacingMs: numeric, dueMs: numeric });
const heldUntil = numeric.nullable();
const grantReply = z.tuple([numeric, numeric]).nullable();

// Another version of this product may have written the history. An unreadable history counts as none.
const slotHistory = z.object({
  turns: z.object({ emergencyRun: z.int(), passedOver: z.record(priority, z.int()) }),
  lastSlots: z.record(z.string(), z.int()),
});
const told = z.object({
  waiting: z.array(z.string()).transform((names) => priorities.filter((known) => names.includes(known))),
  requestsPerMinute: z.number().positive(),
  share: z.number().positive().max(1),
});
const report = z.tuple([
  numeric,
  z.tuple([numeric, numeric, numeric.nullable(), numeric.nullable(), z.string().nullable()]),
  z.array(z.string()),
]);

function readReport(reply: unknown): SharedStateReading {
  const [nowMs, [number, dueMs, startedMs, pausedUntilMs, history], members] = report.parse(reply);
  return {
    nowMs,
    number,
    dueMs,
    startedMs,
    pausedForMs: Math.max((pausedUntilMs ?? 0) - nowMs, 0),
    history: parsed(slotHistory, history) ?? { turns: initialFairness, lastSlots: {} },
    replicas: pairs(members).flatMap(([id, text]) => {
      const replica = parsed(told, text);
      return replica ? [{ id, ...replica }] : [];
    }),
  };
}

function parsed<T>(schema: z.ZodType<T>, text: string | null): T | null {
  try {
    return text === null ? null : schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function pairs(flat: readonly string[]): [string, string][] {
  return flat.flatMap((key, at) => (at % 2 === 0 ? [[key, flat[at + 1] ?? ""] as [string, string]] : []));
}
