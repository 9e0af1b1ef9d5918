import { z } from "zod";
import type { Clock } from "../../kernel/clock.ts";
import { IncydrError } from "../model/errors.ts";
import type { Redactor } from "../model/redactor.ts";
import { untilAborted } from "../model/until-aborted.ts";
import { answerError, lossError } from "./answer-error.ts";
import { type CallRunner, endedError } from "./call-runner.ts";
import { tryParseJsonBody } from "./json-body.ts";
import type { Sender } from "./sender.ts";

const tokenRequest = { purpose: "get an access token", method: "POST", path: "/v1/oauth" };

const tokenAnswer = z.object({
  // The characters of a header; others would cause an error far from here.
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  expires_in: z.unknown().optional().transform(lifeSecondsOf),
});

// A token lives 15 minutes by the vendor's documentation.
const documentedLifeSeconds = 900;

// A shorter life would end before the token's first use, and be fetched without end.
const shortestLifeSeconds = 10;

// A token that ends sooner than its answer says is replaced after the 401 that it gets.
const longestLifeSeconds = 86_400;

/** The access token that requests carry. */
export interface TokenSource {
  /** A usable token; fetched once for all who wait for it. Rejects with `fetchToken`'s error or the signal's reason. */
  get(signal: AbortSignal): Promise<string>;
  /** The token if it is usable now; begins to renew it when it soon won't be. */
  current(): string | undefined;
  /** Fetches a new token now, shared by all callers that wait for one. Rejects with `fetchToken`'s error or the signal's reason. */
  renew(signal: AbortSignal): Promise<void>;
  /** Forgets a token that the server refused, unless it has been replaced already. */
  discard(token: string): void;
}

/** A token as the server gave it. */
export interface FetchedToken {
  readonly token: string;
  /** How long it lives from the moment it was asked for, in milliseconds. */
  readonly lifeMs: number;
}

// A token is given up this early: the server counts its life from a moment before we hear of it.
const maxSkewMs = 30_000;
const maxRenewAheadMs = 60_000;
const renewAgainMs = 5000;

/** Keeps one token and renews it before it expires; one request fetches it for however many wait. */
export function createTokenSource({
  fetchToken,
  clock,
}: {
  readonly fetchToken: () => Promise<FetchedToken>;
  readonly clock: Clock;
}): TokenSource {
  let held: { token: string; usableUntilMs: number; renewAtMs: number } | undefined;
  let fetching: Promise<string> | undefined;
  const nowMs = () => clock.now().getTime();

  function fetchOnce(): Promise<string> {
    fetching ??= fetchNow().finally(() => {
      fetching = undefined;
    });
    return fetching;
  }

  async function fetchNow(): Promise<string> {
    const askedAtMs = nowMs();
    const { token, lifeMs } = await fetchToken();
    const usableUntilMs = askedAtMs + lifeMs - Math.min(maxSkewMs, lifeMs * 0.1);
    const renewAtMs = usableUntilMs - Math.min(maxRenewAheadMs, lifeMs * 0.2);
    held = { token, usableUntilMs, renewAtMs };
    return token;
  }

  function renewAhead(): void {
    if (!held || nowMs() < held.renewAtMs) return;
    held = { ...held, renewAtMs: nowMs() + renewAgainMs };
    // The token at hand still works; who needs a new one and can't have it will hear why.
    fetchOnce().catch(() => undefined);
  }

  function current(): string | undefined {
    if (!held || nowMs() >= held.usableUntilMs) return undefined;
    renewAhead();
    return held.token;
  }

  return {
    current,
    get: async (signal) => current() ?? (await untilAborted(fetchOnce(), signal)),
    renew: async (signal) => void (await untilAborted(fetchOnce(), signal)),
    discard: (token) => {
      if (held?.token === token) held = undefined;
    },
  };
}

/** The life of a token in seconds, from a number or its text; the documented one if neither says one. */
function lifeSecondsOf(value: unknown): number {
  const isText = typeof value === "string" && /^\s*\d{1,15}(\.\d{1,15})?\s*$/.test(value);
  const seconds = isText ? Number(value) : value;
  if (typeof seconds !== "number" || !(seconds > 0)) return documentedLifeSeconds;
  return Math.min(Math.max(seconds, shortestLifeSeconds), longestLifeSeconds);
}

/**
 * Fetches a token with HTTP Basic, as the vendor documents it: `POST /v1/oauth?grant_type=client_credentials`.
 * Every error says `sent: "no"`, for the request that needed the token never left.
 */
export function createTokenRequest({
  send,
  run,
  basic,
  redactor,
  clock,
}: {
  readonly send: Sender;
  readonly run: CallRunner;
  /** Client id and secret as HTTP Basic has them. */
  readonly basic: string;
  readonly redactor: Redactor;
  readonly clock: Clock;
}): () => Promise<FetchedToken> {
  // With the priority of an emergency, because calls of every priority wait for it, and without a deadline of its own
  // short enough to fail a caller with a long one: each caller keeps to its own.
  const options = { lane: "emergency", deadlineMs: 3_600_000 } as const;

  return () =>
    run(options, async (call) => {
      const { outcome } = await send(call, {
        ...tokenRequest,
        target: `${tokenRequest.path}?grant_type=client_credentials`,
        effect: "read",
        // No other request can be sent without the token.
        front: true,
        authorize: async (takeSlot) => {
          await takeSlot();
          return `Basic ${basic}`;
        },
      });
      if (outcome.kind === "stopped" || (outcome.kind === "lost" && outcome.reason === "aborted")) {
        throw endedError(call.signal, { ...tokenRequest, sent: "no" });
      }
      if (outcome.kind === "lost") throw unsent(lossError(outcome, tokenRequest));
      if (outcome.status !== 200) {
        const nowMs = clock.now().getTime();
        throw refused(answerError(outcome, tokenRequest, { nowMs, redact: redactor.redact }));
      }
      const token = readToken(outcome.body);
      redactor.add(token.token);
      return token;
    });
}

function readToken(body: string): FetchedToken {
  const parsed = tokenAnswer.safeParse(tryParseJsonBody(body));
  if (parsed.success) {
    return { token: parsed.data.access_token, lifeMs: parsed.data.expires_in * 1000 };
  }
  const message =
    "Could not get an access token: the answer isn't one of Incydr's; check the configured URL (INCYDR_URL) and any proxy before it";
  throw new IncydrError("unexpected_answer", message, { ...tokenRequest, sent: "no", status: 200 });
}

// The token endpoint answers wrong credentials with 400 or 401, depending on what is wrong with them.
function refused(error: IncydrError): IncydrError {
  if (error.status !== 400 && error.status !== 401) return unsent(error);
  const words = error.serverWords === null ? "" : `. Incydr says: ${JSON.stringify(error.serverWords)}`;
  const message = `Incydr refuses the API client's credentials (${error.status}); check its id and secret${words}`;
  return new IncydrError("unauthorized", message, { ...error, sent: "no" });
}

function unsent(error: IncydrError): IncydrError {
  return new IncydrError(error.code, error.message, { ...error, sent: "no" });
}
