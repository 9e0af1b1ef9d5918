import type { Clock } from "../../kernel/clock.ts";
import { IncydrError, invalidInput, OutcomeUnknownError } from "../model/errors.ts";
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
  /** For a write that depends on what was read. */
  readonly prepare?: {
    /** Reads again and makes the body, before each sending; null sends nothing. */
    body(): Promise<object | null>;
    /** The result if nothing was sent. */
    readonly unsent: T;
  };
  readonly effect: Effect;
  /** Whether a 400 with unknown words may mean that the change was made before. */
  readonly mayRefuseRepetition?: boolean;
  /** Whether it goes before other requests of its priority. */
  readonly front?: boolean;
  /** The result from the body's JSON (undefined if it is empty); throws if the JSON has another shape. */
  read(json: unknown): T | Promise<T>;
  /** The result of an answer that counts as a success in spite of its status; undefined for a failure. */
  accept?(answer: HttpAnswer): T | undefined;
}

/** One request that changes nothing. */
export type ReadRequest<T> = Pick<ApiRequest<T>, "purpose" | "path" | "isList" | "params" | "query" | "read">;

/** Makes authorized requests; throws IncydrError and nothing else. */
export interface Transport {
  read<T>(call: Call, request: ReadRequest<T>): Promise<T>;
  write<T>(call: Call, request: ApiRequest<T>): Promise<T>;
}

export interface TransportOptions {
  readonly send: Sender;
  readonly tokens: TokenSource;
  readonly redactor: Redactor;
  readonly clock: Clock;
}

/** A transport with tokens from `tokens`; after a 401 it sends the request once more with another token. */
export function createTransport({ send, tokens, redactor, clock }: TransportOptions): Transport {
  async function sendAuthorized<T>(call: Call, request: ApiRequest<T>, target: string) {
    let token = "";
    const sending = await send(call, {
      ...request,
      target,
      prepare: request.prepare?.body,
      authorize: async (takeStart) => {
        // The token may expire during a long wait for the start; then get another token, and another start.
        for (;;) {
          await tokens.get(call.signal);
          await takeStart();
          token = tokens.current() ?? "";
          if (token) return `Bearer ${token}`;
        }
      },
    });
    return { ...sending, token };
  }

  async function sendOnceMoreIfRefused<T>(
    call: Call,
    request: ApiRequest<T>,
    target: string,
  ): Promise<Sending> {
    const first = await sendAuthorized(call, request, target);
    const { outcome, inDoubt } = first;
    if (outcome.kind !== "answer" || outcome.status !== 401) return first;
    tokens.discard(first.token);
    const second = await sendAuthorized(call, { ...request, front: true }, target);
    return { ...second, inDoubt: inDoubt || second.inDoubt };
  }

  async function perform<T>(call: Call, request: ApiRequest<T>): Promise<T> {
    const target = buildRequestPath(request.path, request.params, request.query);
    const { outcome, inDoubt } = await sendOnceMoreIfRefused(call, request, target);
    if (outcome.kind === "unneeded") return request.prepare?.unsent as T; // only `prepare` leads to this outcome
    const reading = { nowMs: clock.now().getTime(), redact: redactor.redact };
    return await readOutcome(outcome, inDoubt, { call, request, ...reading });
  }

  return {
    read: (call, request) => perform(call, { ...request, method: "GET", effect: "read" }),
    write: perform,
  };
}

interface Reading<T> {
  readonly call: Call;
  readonly request: ApiRequest<T>;
  readonly nowMs: number;
  readonly redact: (text: string) => string;
}

async function readOutcome<T>(
  outcome: Exclude<Sending["outcome"], { kind: "unneeded" }>,
  inDoubt: boolean,
  reading: Reading<T>,
): Promise<T> {
  const { call, request } = reading;
  if (outcome.kind === "stopped") {
    throw doubted(stoppedError(outcome.reason, call, request), request, inDoubt);
  }
  const doubtful = inDoubt || (request.effect !== "read" && mayHaveTakenEffect(outcome));
  if (outcome.kind === "lost") {
    const error =
      outcome.reason === "aborted"
        ? endedError(call.signal, { ...request, sent: outcome.sent })
        : lossError(outcome, request);
    throw doubted(error, request, doubtful);
  }
  if (outcome.status >= 200 && outcome.status < 300) return await readSuccess(outcome, reading);
  const accepted = request.accept?.(outcome);
  if (accepted !== undefined) return accepted;
  const error = answerError(outcome, request, reading);
  throw doubted(error, request, doubtful && !isVerdict(error, outcome, request));
}

/**
 * Whether an answer is Incydr's decision about the change, which also ends a doubt about an earlier attempt. A page of
 * a proxy is not a decision. Nor is a refusal that may follow from the effect of the earlier attempt.
 */
function isVerdict(error: IncydrError, { status, body }: HttpAnswer, request: ApiRequest<unknown>): boolean {
  if (error.code === "legal_hold") return true;
  if (!hasKnownShape(body)) return false;
  return status === 404 || status === 422 || (status === 400 && !request.mayRefuseRepetition);
}

async function readSuccess<T>(answer: HttpAnswer, { request, redact }: Reading<T>): Promise<T> {
  try {
    const json = answer.body.trim() === "" ? undefined : await parseLongJsonBody(answer.body);
    return await request.read(json);
  } catch (thrown) {
    if (thrown instanceof IncydrError) throw thrown;
    const { purpose, method, path } = request;
    const message = `Could not ${purpose}: the answer is not from the Incydr API (${shapeFault(thrown)}); check INCYDR_URL and any proxy`;
    const error = new IncydrError("unexpected_answer", message, {
      ...{ method, path, sent: "yes", status: answer.status },
      requestId: requestIdOf(answer, redact),
    });
    throw doubted(error, request, request.effect !== "read");
  }
}

function stoppedError(reason: unknown, call: Call, request: RequestName): IncydrError {
  if (reason instanceof IncydrError) return reason;
  if (call.signal.aborted) return endedError(call.signal, { ...request, sent: "no" });
  const { purpose, method, path } = request;
  const message = `Could not ${purpose}: the call was cancelled before it was sent`;
  return new IncydrError("aborted", message, { method, path, sent: "no", cause: reason });
}

/** The error to throw for `error` if an attempt of the write may have taken effect. */
function doubted(error: IncydrError, request: RequestName, inDoubt: boolean): IncydrError {
  if (!inDoubt) return error;
  const message = `The call to ${request.purpose} may have taken effect; read the user before any other call (${error.message})`;
  const sent = error.sent === "yes" ? "yes" : "unknown";
  return new OutcomeUnknownError(message, { ...error, sent, cause: error });
}

// Names the places where the shape differs, without values: an answer can hold data that must not be in a log.
function shapeFault(thrown: unknown): string {
  if (thrown instanceof SyntaxError) return "not valid JSON";
  const issues: unknown = thrown instanceof Error && "issues" in thrown ? thrown.issues : undefined;
  if (!Array.isArray(issues)) return "an unexpected shape";
  const paths = issues.map(
    (issue: { path?: PropertyKey[] }) => issue.path?.map(String).join(".") || "the root",
  );
  return `an unexpected shape at ${[...new Set(paths)].slice(0, 5).join(", ")}`;
}

/** The values of a query; undefined ones are left out. */
type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * The request target: each `{name}` of `template` is replaced by the escaped value of `params`, and the query is
 * appended. For example `/v1/users/{userId}` becomes `/v1/users/123?page=1`.
 * @throws IncydrError `invalid` if a value could lead to another endpoint
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
  // Escaping keeps dots, and URL parsers read "." and "..", also as %2e, as steps between folders.
  if (value === undefined || value.trim() === "" || /^(\.|%2e){1,2}$/i.test(value)) {
    throw invalidInput(`${JSON.stringify(value ?? null)} is not a valid ${name}`);
  }
  return escaped(name, value);
}

function escaped(name: string, value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are refused.
  if (/[\u0000-\u001f\u007f-\u009f]/.test(value) || !value.isWellFormed()) {
    throw invalidInput(`the ${name} has invalid characters`);
  }
  return encodeURIComponent(value);
}
