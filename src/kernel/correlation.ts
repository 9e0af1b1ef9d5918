import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";

/** The id of the running work; `null` hides the id of the caller. */
const current = new AsyncLocalStorage<string | null>();

/**
 * The id of the work that runs now; `null` if it has none. A delivery of Slack, or work that the bot began by itself,
 * gets a new id. Its jobs, audit entries, log lines and requests to Incydr carry the same id.
 */
export function correlationId(): string | null {
  return current.getStore() ?? null;
}

export function withCorrelation<T>(id: string, work: () => T): T {
  return current.run(id, work);
}

export function withNewCorrelation<T>(work: () => T): T {
  return withCorrelation(randomUUID(), work);
}

/** Runs work under the caller's id, or under a new id if the caller has none. */
export function withAnyCorrelation<T>(work: () => T): T {
  return correlationId() === null ? withNewCorrelation(work) : work();
}

/** Runs work without an id, for a loop or a connection that outlives the work that opened it. */
export function withoutCorrelation<T>(work: () => T): T {
  return current.run(null, work);
}

const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/;

export function isCorrelationId(value: unknown): value is string {
  return typeof value === "string" && UUID.test(value);
}
