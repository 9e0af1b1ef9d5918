import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";

/** `null` hides the id of the caller. */
const current = new AsyncLocalStorage<string | null>();

/**
 * The id of the work that runs now; `null` if it has none. One id stands for one delivery of Slack's, or for one piece of
 * work that the bot began by itself, and for everything that follows from it: jobs, audit entries, log lines, requests
 * to Incydr.
 */
export function correlationId(): string | null {
  return current.getStore() ?? null;
}

/** Runs work, and everything that it begins, under this id. */
export function withCorrelation<T>(id: string, work: () => T): T {
  return current.run(id, work);
}

/** Runs work under an id of its own. */
export function withNewCorrelation<T>(work: () => T): T {
  return withCorrelation(randomUUID(), work);
}

/** Runs work under the id of the caller, or under an id of its own if the caller has none. */
export function withAnyCorrelation<T>(work: () => T): T {
  return correlationId() === null ? withNewCorrelation(work) : work();
}

/** Runs work without an id: a loop or a connection that outlives the work that happened to open it. */
export function withoutCorrelation<T>(work: () => T): T {
  return current.run(null, work);
}

const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/;

/** Whether a stored value has the form of an id. */
export function isCorrelationId(value: unknown): value is string {
  return typeof value === "string" && UUID.test(value);
}
