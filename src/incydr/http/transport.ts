import type { Clock } from "../../kernel/clock.ts";
import { IncydrError, invalidInput, OutcomeUnknownError, type Sent } from "../model/errors.ts";
import type { Redactor } from "../model/redactor.ts";
import { answerError, lossError, type RequestName, requestIdOf } from "./answer-error.ts";
import { type Call, endedError } from "./call-runner.ts";
import type { HttpAnswer } from "./http-exchange.ts";
import { parseLongJsonBody } from "./json-body.ts";
import type { Effect } from "./retry-policy.ts";
import { mayHaveTakenEffect, type Sender, type Sending } from "./sender.ts";
import { hasKnownShape } from "./server-error-detail.ts";
import type { TokenSource } from "./token-source.ts";

/** One request of the API, and how to read its answer. */
export interface ApiRequest<T> extends RequestName {
  readonly method: "GET" | "POST" | "PUT";
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  /**
   * For a write that follows from what was read: reads anew and makes the body, before each sending, or has
   * the result already, and nothing is sent.
   */
  prepare?(): Promise<{ readonly body: unknown } | { readonly result: T }>;
  readonly effect: Effect;
  /** Whether a 400 may mean that it was done already, in words that aren't known. */
  readonly mayRefuseRepetition?: boolean;
  /** Before the others of its priority. */
  readonly front?: boolean;
  /** The result from the body's JSON (undefined if it is empty); throws if it isn't what it should be. */
  read(json: unknown): T | Promise<T>;
  /** The result of an answer that isn't a success but is to count as one; undefined if it isn't to. */
  accept?(answer: HttpAnswer): T | undefined;
}

/** One request that changes nothing. */
export type ReadRequest<T> = Pick<ApiRequest<T>, "purpose" | "path" | "isList" | "params" | "query" | "read">;

/** Makes authorized requests; throws IncydrError and nothing else. */
export interface Transport {
  read<T>(call: Call, request: ReadRequest<T>): Promise<T>;
  write<T>(call: Call, request: ApiRequest<T>): Promise<T>;
}

/** The parts of a transport. */
export interface TransportOptions {
  readonly send: Sender;
  readonly tokens: TokenSource;
  readonly redactor: Redactor;
  readonly clock: Clock;
}

/** A transport that gets its tokens from `tokens` and tries once more, with another, after a 401. */
export function createTransport({ send, tokens, redactor, clock }: TransportOptions): Transport {
  async function sendAuthorized<T>(call: Call, request: ApiRequest<T>, target: string) {
    let token = "";
    const prepared: { settled?: { readonly result: T } } = {};
    const { prepare } = request;
    const sending = await send(call, {
      ...request,
      target,
      prepare:
        prepare &&
        (async () => {
          const next = await prepare();
          if ("body" in next) return next;
          prepared.settled = next;
          return null;
        }),
      authorize: async (takeSlot) => {
        // After a long wait for the slot the token may be too old; then a new one, and a slot again.
        for (;;) {
          await tokens.get(call.signal);
          await takeSlot();
          token = tokens.current() ?? "";
          if (token) return `Bearer ${token}`;
        }
      },
    });
    return { sending, token, ...prepared };
  }

  async function sendOnceMoreIfRefused<T>(call: Call, request: ApiRequest<T>, target: string) {
    const first = await sendAuthorized(call, request, target);
    const { outcome, inDoubt } = first.sending;
    if (outcome.kind !== "answer" || outcome.status !== 401) return first;
    tokens.discard(first.token);
    const second = await sendAuthorized(call, { ...request, front: true }, target);
    return { ...second, sending: { ...second.sending, inDoubt: inDoubt || second.sending.inDoubt } };
  }

  async function perform<T>(call: Call, request: ApiRequest<T>): Promise<T> {
    const target = buildRequestPath(request.path, request.params, request.query);
    const { sending, settled } = await sendOnceMoreIfRefused(call, request, target);
    if (settled) return settled.result;
    const result = await readSending(sending, call, request, {
      nowMs: clock.now().getTime(),
      redact: redactor.redact,
    });
    if ("value" in result) return result.value;
    throw result.error;
  }

  return {
    read: (call, request) => perform(call, { ...request, method: "GET", effect: "read" }),
    write: perform,
  };
}

type Result<T> = { readonly value: T } | { readonly error: IncydrError };
type Reading = { readonly nowMs: number; readonly redact: (text: string) => string };

async function readSending<T>(
  { outcome, inDoubt }: Sending,
  call: Call,
  request: ApiRequest<T>,
  reading: Reading,
): Promise<Result<T>> {
  if (outcome.kind === "stopped") {
    return { error: doubted(stoppedError(outcome.reason, call, request), request, inDoubt) };
  }
  const doubtful = inDoubt || (request.effect !== "read" && mayHaveTakenEffect(outcome));
  if (outcome.kind === "lost") {
    const error =
      outcome.reason === "aborted"
        ? endedError(call.signal, { ...nameOf(request), sent: outcome.sent })
        : lossError(outcome, request);
    return { error: doubted(error, request, doubtful) };
  }
  if (outcome.status >= 200 && outcome.status < 300) {
    return await readSuccess(outcome, request, reading);
  }
  const accepted = request.accept?.(outcome);
  if (accepted !== undefined) return { value: accepted };
  const error = answerError(outcome, request, reading);
  return { error: doubted(error, request, doubtful && !isVerdict(error, outcome, request)) };
}

/**
 * Whether an answer is Incydr's decision about the change itself, so that it ends a doubt about an earlier
 * attempt too. A proxy's page isn't, nor what may be refused because that attempt took effect.
 */
function isVerdict(error: IncydrError, { status, body }: HttpAnswer, request: ApiRequest<unknown>): boolean {
  if (error.code === "legal_hold") return true;
  if (!hasKnownShape(body)) return false;
  return status === 404 || status === 422 || (status === 400 && !request.mayRefuseRepetition);
}

async function readSuccess<T>(
  answer: HttpAnswer,
  request: ApiRequest<T>,
  { redact }: Reading,
): Promise<Result<T>> {
  try {
    const json = answer.body.trim() === "" ? undefined : await parseLongJsonBody(answer.body);
    return { value: await request.read(json) };
  } catch (thrown) {
    if (thrown instanceof IncydrError) return { error: thrown };
    const message = `Could not ${request.purpose}: the answer isn't one of Incydr's (${shapeFault(thrown)}); check the configured URL (INCYDR_URL) and any proxy before it`;
    const error = new IncydrError("unexpected_answer", message, {
      ...wireName(request),
      sent: "yes",
      status: answer.status,
      requestId: requestIdOf(answer, redact),
    });
    return { error: doubted(error, request, request.effect !== "read") };
  }
}

function stoppedError(reason: unknown, call: Call, request: RequestName): IncydrError {
  if (reason instanceof IncydrError) return reason;
  if (call.signal.aborted) return endedError(call.signal, { ...nameOf(request), sent: "no" });
  const message = `Could not ${request.purpose}: it was stopped before it was sent`;
  return new IncydrError("aborted", message, { ...wireName(request), sent: "no", cause: reason });
}

/** The error to throw for `error` if an attempt of the write may have taken effect. */
function doubted(error: IncydrError, request: RequestName, inDoubt: boolean): IncydrError {
  if (!inDoubt) return error;
  const message = `Could not learn whether it took effect to ${request.purpose}; read the subject again before anything else (${error.message})`;
  const sent: Sent = error.sent === "yes" ? "yes" : "unknown";
  const { status, method, path, requestId, serverWords, serverCode, retryAfterMs } = error;
  return new OutcomeUnknownError(message, {
    ...{ status, method, path, requestId, serverWords, serverCode, retryAfterMs },
    sent,
    cause: error,
  });
}

function nameOf({ purpose, method, path }: RequestName): RequestName {
  return { purpose, method, path };
}

function wireName({ method, path }: RequestName) {
  return { method, path };
}

// Where the shape differs, but no value: an answer can hold what must not be in a log.
function shapeFault(thrown: unknown): string {
  if (thrown instanceof SyntaxError) return "no JSON that can be read";
  const issues: unknown = thrown instanceof Error && "issues" in thrown ? thrown.issues : undefined;
  if (!Array.isArray(issues)) return "of another shape";
  const paths = issues.map(
    (issue: { path?: PropertyKey[] }) => issue.path?.map(String).join(".") || "the whole",
  );
  return `of another shape at ${[...new Set(paths)].slice(0, 5).join(", ")}`;
}

/** The values of a query; undefined ones are left out. */
type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * The request target for `template`, each `{name}` of it filled with the escaped value of `params`, and
 * the query: `/v1/users/{userId}` becomes `/v1/users/123?page=1`.
 * @throws IncydrError `invalid` for a value that could change which endpoint is meant.
 */
function buildRequestPath(
  template: string,
  params: Readonly<Record<string, string>> = {},
  query: Query = {},
): string {
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => pathSegment(name, params[name]));
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${escaped(name, String(value))}`],
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join("&")}`;
}

function pathSegment(name: string, value: string | undefined): string {
  // Dots alone survive escaping, and URL parsers resolve them as steps in the tree, also written %2e.
  if (value === undefined || value.trim() === "" || /^(\.|%2e){1,2}$/i.test(value)) {
    throw invalidInput(`${JSON.stringify(value ?? null)} cannot be the ${name} of a request`);
  }
  return escaped(name, value);
}

function escaped(name: string, value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through.
  if (/[\u0000-\u001f\u007f-\u009f]/.test(value) || !value.isWellFormed()) {
    throw invalidInput(`the ${name} of a request has characters that no ${name} has`);
  }
  return encodeURIComponent(value);
}
