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
  // Other characters can't be sent in a header.
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  expires_in: z.unknown().optional().transform(lifeSecondsOf),
});

// The vendor documents that a token lives 15 minutes.
const documentedLifeSeconds = 900;
// With a shorter life the token could expire before its first use, and the client would fetch tokens without end.
const shortestLifeSeconds = 10;
// If a token expires sooner than its answer says, the client replaces it after the 401.
const longestLifeSeconds = 86_400;

/** A token of the server. */
export interface FetchedToken {
  readonly token: string;
  /** Its life from the moment of the request, in milliseconds. */
  readonly lifeMs: number;
}

// A token is dropped up to 30 s before its end: the server counts its life from before the answer arrives.
const maxSkewMs = 30_000;
const maxRenewAheadMs = 60_000;
const renewAgainMs = 5000;

/** The access token that requests carry. */
export type TokenSource = ReturnType<typeof createTokenSource>;

/** Keeps one token and renews it before it expires, by one request at a time. */
export function createTokenSource({
  fetchToken,
  clock,
}: {
  readonly fetchToken: () => Promise<FetchedToken>;
  readonly clock: Clock;
}) {
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
    // The current token still works. If the renewal keeps failing, `get` rejects later with the reason.
    fetchOnce().catch(() => undefined);
  }

  /** The token if it is usable now; begins to renew a token that expires soon. */
  function current(): string | undefined {
    if (!held || nowMs() >= held.usableUntilMs) return undefined;
    renewAhead();
    return held.token;
  }

  return {
    current,
    /** A usable token; one request serves all waiting calls. Rejects with `fetchToken`'s error or the signal's reason. */
    get: async (signal: AbortSignal): Promise<string> =>
      current() ?? (await untilAborted(fetchOnce(), signal)),
    /** As `get`, with a new token. */
    renew: async (signal: AbortSignal): Promise<void> => void (await untilAborted(fetchOnce(), signal)),
    /** Forgets a token that the server refused, if it is still the current one. */
    discard(token: string): void {
      if (held?.token === token) held = undefined;
    },
  };
}

/** The life of a token in seconds, from a number or its text; otherwise the documented life. */
function lifeSecondsOf(value: unknown): number {
  const isText = typeof value === "string" && /^\s*\d{1,15}(\.\d{1,15})?\s*$/.test(value);
  const seconds = isText ? Number(value) : value;
  if (typeof seconds !== "number" || !(seconds > 0)) return documentedLifeSeconds;
  return Math.min(Math.max(seconds, shortestLifeSeconds), longestLifeSeconds);
}

/**
 * Fetches a token with HTTP Basic, as the vendor documents it: `POST /v1/oauth?grant_type=client_credentials`.
 * Every error has `sent: "no"`, because the request that needs the token was not sent.
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
  /** Client id and secret, encoded for HTTP Basic. */
  readonly basic: string;
  readonly redactor: Redactor;
  readonly clock: Clock;
}): () => Promise<FetchedToken> {
  // Calls of every priority wait for the token, so its request has the priority of an emergency. Each caller keeps its
  // own deadline, so this deadline is at least as long as the longest default.
  const options = { lane: "emergency", deadlineMs: 3_600_000 } as const;

  return () =>
    run(options, async (call) => {
      const { outcome } = await send(call, {
        ...tokenRequest,
        target: `${tokenRequest.path}?grant_type=client_credentials`,
        effect: "read",
        // Every other request needs the token.
        front: true,
        authorize: async (takeStart) => {
          await takeStart();
          return `Basic ${basic}`;
        },
      });
      if (outcome.kind === "lost" && outcome.reason !== "aborted") {
        throw unsent(lossError(outcome, tokenRequest));
      }
      if (outcome.kind !== "answer") throw endedError(call.signal, { ...tokenRequest, sent: "no" });
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
    "Could not get an access token: the answer is not from the Incydr API; check INCYDR_URL and any proxy";
  throw new IncydrError("unexpected_answer", message, { ...tokenRequest, sent: "no", status: 200 });
}

// The token endpoint answers wrong credentials with 400 or 401.
function refused(error: IncydrError): IncydrError {
  if (error.status !== 400 && error.status !== 401) return unsent(error);
  const words = error.serverWords === null ? "" : `. Incydr says: ${JSON.stringify(error.serverWords)}`;
  const message = `Incydr refuses the API client's credentials (${error.status}); check its id and secret${words}`;
  return new IncydrError("unauthorized", message, { ...error, sent: "no" });
}

function unsent(error: IncydrError): IncydrError {
  return new IncydrError(error.code, error.message, { ...error, sent: "no" });
}
