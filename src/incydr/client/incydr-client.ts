import { type Clock, steadyClock } from "../../kernel/clock.ts";
import { createCallRunner, longestTimerMs } from "../http/call-runner.ts";
import { createHttpExchange } from "../http/http-exchange.ts";
import { createSender } from "../http/sender.ts";
import { createTokenRequest, createTokenSource } from "../http/token-source.ts";
import { createTransport } from "../http/transport.ts";
import type { CallOptions } from "../model/call-options.ts";
import { invalidInput } from "../model/errors.ts";
import { createObserver, type IncydrHooks } from "../model/incydr-hooks.ts";
import { createRedactor } from "../model/redactor.ts";
import { createBucket, type RateOptions } from "../rate-limit/create-bucket.ts";
import { createLimiter, type Limiter, type LimiterStatus } from "../rate-limit/limiter.ts";
import { createActorsApi } from "./actors-api.ts";
import type { ActorsApi, AgentsApi, LegalHoldApi, OrgsApi, UsersApi, WatchlistsApi } from "./client-api.ts";
import { createOrgsApi } from "./orgs-api.ts";
import { createRoleCatalogue } from "./role-catalogue.ts";
import { createRoleEndpoints } from "./role-endpoints.ts";
import { createRoleResolver } from "./role-resolver.ts";
import { createAgentsApi, createLegalHoldApi, createWatchlistsApi } from "./user-lists.ts";
import { createUserRoles } from "./user-roles.ts";
import { createUsersApi } from "./users-api.ts";

export interface IncydrClientOptions extends RateOptions {
  /** The API host, for instance `https://api.us.code42.com`; plain http only on the loopback interface. */
  readonly url: string;
  readonly clientId: string;
  /** The secret of the API client; never logged and never part of an error. */
  readonly clientSecret: string;
  /** The longest one request may take, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number;
  readonly hooks?: IncydrHooks;
  /**
   * Called before each sending of a request; gives its header `X-Request-Id`, at most 128 visible ASCII characters.
   * `null`, another text or an exception sends no header. Default: no header.
   */
  readonly requestId?: () => string | null;
  readonly clock?: Clock;
  /** Used instead of a limiter made from the rate options; closed with the client. */
  readonly limiter?: Limiter;
  /** For jitter; gives numbers in [0, 1). */
  readonly random?: () => number;
}

/** The whole client. Code that only reads gets an `IncydrReader` instead. */
export interface IncydrClient extends AsyncDisposable {
  readonly users: UsersApi;
  readonly orgs: OrgsApi;
  readonly agents: AgentsApi;
  readonly legalHold: LegalHoldApi;
  readonly watchlists: WatchlistsApi;
  readonly actors: ActorsApi;
  readonly limiter: LimiterStatus;
  /**
   * Gets a new access token: a check of the connection and of the credentials.
   * @throws IncydrError `unauthorized` if Incydr refuses the credentials; also the errors of every call
   */
  renewToken(options?: CallOptions): Promise<void>;
  /** Ends waiting calls and closes the connections. */
  close(): Promise<void>;
}

/**
 * Opens a client for one Incydr tenant; nothing is sent before its first call.
 * @throws IncydrError `invalid` if the URL or a number can't be used
 */
export function createIncydrClient(options: IncydrClientOptions): IncydrClient {
  const { clientId, clientSecret, clock = steadyClock, random = Math.random } = options;
  const baseUrl = parseBaseUrl(options.url);
  assertOptions(options);
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  const redactor = createRedactor([clientSecret, basic]);
  const observer = createObserver(options.hooks);
  const limitOf = [baseUrl, clientId];
  const limiter =
    options.limiter ?? createLimiter({ bucket: createBucket(options, { limitOf, clock, observer }), clock });
  const closing = new AbortController();
  const run = createCallRunner({ clock, closing: closing.signal });
  const http = createHttpExchange({ clock });
  const timeoutMs = options.timeoutMs ?? 30_000;
  const requestId = createReadRequestId(options.requestId);
  const send = createSender({ baseUrl, timeoutMs, http, limiter, clock, observer, random, requestId });
  const fetchToken = createTokenRequest({ send, run, basic, redactor, clock });
  const tokens = createTokenSource({ fetchToken, clock });
  const transport = createTransport({ send, tokens, redactor, clock });
  const context = { run, transport, observer };

  const endpoints = createRoleEndpoints(transport);
  const catalogue = createRoleCatalogue({ run, listRoles: endpoints.listAssignable, clock });
  const resolver = createRoleResolver({ endpoints, catalogue });

  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= closeOnce();
    return closed;
  };
  async function closeOnce(): Promise<void> {
    closing.abort(new Error("the Incydr client is closed"));
    await limiter[Symbol.asyncDispose]();
    http.close();
  }

  return {
    users: createUsersApi(context, createUserRoles({ run, endpoints, catalogue, resolver })),
    orgs: createOrgsApi(context),
    agents: createAgentsApi(context),
    legalHold: createLegalHoldApi(context),
    watchlists: createWatchlistsApi(context),
    actors: createActorsApi(context),
    limiter: readOnly(limiter),
    renewToken: (callOptions) => run(callOptions, (call) => tokens.renew(call.signal)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function readOnly(limiter: Limiter): LimiterStatus {
  const { requestsPerMinute, read, aheadOf } = limiter;
  return { requestsPerMinute, read, aheadOf };
}

/** Drops ids that a header can't carry, and the errors of `provide`. */
function createReadRequestId(provide: () => string | null = () => null): () => string | null {
  return () => {
    try {
      const id = provide();
      return typeof id === "string" && /^[!-~]{1,128}$/.test(id) ? id : null;
    } catch {
      return null;
    }
  };
}

/** The origin of `url`, to which paths are appended. */
function parseBaseUrl(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed)
    throw invalidInput(`${JSON.stringify(url)} is not a URL; an example is https://api.us.code42.com`);
  const local = ["127.0.0.1", "[::1]", "localhost"].includes(parsed.hostname);
  if (parsed.protocol !== "https:" && !(parsed.protocol === "http:" && local)) {
    throw invalidInput("the URL of Incydr must begin with https://, because requests carry secrets");
  }
  if (parsed.username || parsed.password || parsed.pathname !== "/" || parsed.search || parsed.hash) {
    throw invalidInput(
      "the URL of Incydr must have no path, query or password; an example is https://api.us.code42.com",
    );
  }
  return parsed.origin;
}

function assertOptions(options: IncydrClientOptions): void {
  if (options.clientId.trim() === "" || options.clientSecret.trim() === "") {
    throw invalidInput("the API client needs an id and a secret");
  }
  const { timeoutMs = 1 } = options;
  if (!(timeoutMs > 0 && timeoutMs <= longestTimerMs)) {
    throw invalidInput(`timeoutMs must be more than 0 and at most ${longestTimerMs}`);
  }
}
