import { createDispatcher, type HeldDeliveries } from "./delivery/dispatcher.ts";
import type { DeliveryRecord, EnvelopeKind } from "./delivery/envelope.ts";
import { createHttpDelivery, type HttpAnswer } from "./delivery/http-delivery.ts";
import { signRequest } from "./delivery/sign-request.ts";
import { createSocketDelivery, type SocketDelivery } from "./delivery/socket-delivery.ts";
import { createPerson, type SlackPerson } from "./driver.ts";
import { HARBORLIGHT, type WorkspaceSeed } from "./harborlight.ts";
import { readManifest } from "./manifest.ts";
import type { Ping } from "./render/pings.ts";
import { createSlackServer, listenOnLoopback, stopListening } from "./slack-server.ts";
import { createSlackState } from "./state/slack-state.ts";
import type { ViolationLog } from "./state/violations.ts";
import type { Workspace } from "./state/workspace.ts";
import { createFaults, type Faults } from "./web-api/faults.ts";
import { createRateLimits, type RateLimits } from "./web-api/rate-limits.ts";
import { type ApiRecord, createWebApi } from "./web-api/web-api.ts";
import { createWorkspaceAdmin, type WorkspaceAdmin } from "./workspace-admin.ts";

/** The options of the simulated Slack. */
export interface SlackSimulatorOptions {
  /** The app's manifest: an object, or the path of a YAML or JSON file. */
  manifest: object | string;
  /** The transport of payloads to the app; default: as the manifest's `socket_mode_enabled` says. */
  delivery?: "http" | "socket";
  /**
   * The clock of timestamps, trigger ids, response URLs and rate limits, in milliseconds; default: the machine's clock.
   * Signatures and the ack timer always use the machine's clock, like the app.
   */
  clock?: { now(): number };
  /** How long Slack waits for an ack, in real milliseconds; default 3,000. */
  ackTimeoutMs?: number;
  /** How long a trigger id can be used, in milliseconds; default 3,000, as at Slack. */
  triggerLifetimeMs?: number;
  /** The longest wait of a person for a message or a modal, in real milliseconds; default 5,000. */
  waitTimeoutMs?: number;
  /** Whether rate limits apply; default `true`. `limits` can change this later. */
  rateLimits?: boolean;
  /** The people, channels and groups of the workspace; default: Harborlight. */
  workspace?: WorkspaceSeed;
  /** Picks the connection of each Socket Mode payload (0 to 1); default: at random. */
  random?: () => number;
}

/** A forged or faulty request to the app. */
export interface RawRequest {
  body: string;
  contentType?: string;
  /** Default `valid`. `stale` has a correct signature from ten minutes ago. */
  signature?: "valid" | "bad" | "stale" | "none";
  /** The age of the signature in seconds, negative for the future; default 600 for `stale`, or else 0. */
  ageSeconds?: number;
  headers?: Record<string, string>;
}

/** A running simulation of Slack. */
export interface SlackSimulator extends AsyncDisposable {
  /** The app's `slackApiUrl`; ends with `/api/`. */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly delivery: "http" | "socket";
  /**
   * Sets the URLs for signed requests. Call it before a person acts over HTTP. Several URLs are used in turn, like a
   * load balancer before several replicas.
   */
  setRequestUrl(...urls: [string, ...string[]]): void;
  /** Resolves when the app has `count` open Socket Mode connections (default 1). */
  connected(count?: number, timeoutMs?: number): Promise<void>;
  readonly socket: Pick<
    SocketDelivery,
    "connectionCount" | "disconnect" | "drop" | "stall" | "faults" | "send" | "sendText"
  >;
  /** Takes all of Slack down: cuts connections and refuses new ones, until `release` has resolved. */
  refuseConnections(): Promise<{ release(): Promise<void> }>;
  /** A person by key (`maya`), Slack id, username or display name. */
  as(person: string): SlackPerson;
  /** The current people, channels and groups. `admin` changes them. */
  readonly workspace: Workspace;
  readonly admin: WorkspaceAdmin;
  readonly faults: Faults;
  readonly limits: RateLimits;
  /** All actions of the app that Slack refuses or warns about. */
  readonly violations: ViolationLog;
  /** Every notification that the bot's messages caused through markup. */
  readonly pings: readonly Ping[];
  /** Every Web API call that arrived, oldest first. */
  readonly apiCalls: readonly ApiRecord[];
  /** Every payload to the app with a known outcome, oldest first. */
  readonly deliveries: readonly DeliveryRecord[];
  /** Sends a payload again with the same ids, as Slack does without an ack. */
  redeliver(record: DeliveryRecord): Promise<DeliveryRecord>;
  /** Holds back payloads of a kind, to delay or reorder them. */
  holdDeliveries(kind: EnvelopeKind): HeldDeliveries;
  /** Posts a request of the caller to the app's request URL. */
  deliverRaw(request: RawRequest): Promise<HttpAnswer>;
  /** Calls the listener after each visible change. The returned function removes the listener. */
  onChange(listener: () => void): () => void;
  /** Resolves when no delivery is under way. */
  idle(): Promise<void>;
}

const SECRETS = {
  bot: "xoxb-simulated-bot-token",
  app: "xapp-simulated-app-token",
  signingSecret: "simulated-signing-secret",
  verificationToken: "simulated-verification-token",
};

/** Starts a simulated Slack on a free loopback port. Disposal doesn't wait for hanging calls. */
export async function startSlackSimulator(options: SlackSimulatorOptions): Promise<SlackSimulator> {
  const app = readManifest(options.manifest);
  const { workspace: seed = HARBORLIGHT, ackTimeoutMs = 3000 } = options;
  const now = () => options.clock?.now() ?? Date.now();
  const delivery = options.delivery ?? (app.socketMode ? "socket" : "http");
  const baseUrl = { current: "" };
  let requestUrls: readonly string[] = [];
  let turn = 0;

  const { triggerLifetimeMs = 3000, waitTimeoutMs = 5000 } = options;
  const state = createSlackState({ seed, app, now, triggerLifetimeMs, baseUrl: () => baseUrl.current });
  const limits = createRateLimits({ now, enabled: options.rateLimits ?? true });
  const faults = createFaults();
  const calls: ApiRecord[] = [];
  const webApi = createWebApi({
    state,
    limits,
    tokens: SECRETS,
    openSocket: () => socket.openUrl(baseUrl.current),
  });
  const server = createSlackServer({ state, webApi, faults, calls, botToken: SECRETS.bot });
  const socket = createSocketDelivery({
    server: server.server,
    appId: seed.app.appId,
    ackTimeoutMs,
    changes: state.changes,
    violations: state.violations,
    ...(options.random ? { random: options.random } : {}),
  });
  const { signingSecret, verificationToken } = SECRETS;
  const http = createHttpDelivery({
    signingSecret,
    ackTimeoutMs,
    requestUrl: () => requestUrls[turn++ % requestUrls.length] || missingRequestUrl(),
  });
  const dispatcher = createDispatcher({ transport: () => (delivery === "socket" ? socket : http) });
  baseUrl.current = await listenOnLoopback(server);
  let listenAgain: (() => Promise<void>) | null = null;
  const comeBack = async () => {
    const listen = listenAgain;
    listenAgain = null;
    await listen?.();
  };

  return {
    apiUrl: `${baseUrl.current}/api/`,
    botToken: SECRETS.bot,
    appToken: SECRETS.app,
    signingSecret,
    delivery,
    setRequestUrl: (...urls) => {
      requestUrls = urls;
    },
    connected: socket.connected,
    socket,
    refuseConnections: async () => {
      socket.drop();
      listenAgain ??= await stopListening(server);
      return { release: comeBack };
    },
    as: (name) =>
      createPerson({
        person: state.workspace.person(name),
        state,
        dispatcher,
        verificationToken,
        waitTimeoutMs,
      }),
    workspace: state.workspace,
    admin: createWorkspaceAdmin({ state, dispatcher, verificationToken }),
    faults,
    limits,
    violations: state.violations,
    pings: state.pings,
    apiCalls: calls,
    deliveries: dispatcher.records,
    redeliver: dispatcher.repeat,
    holdDeliveries: dispatcher.hold,
    deliverRaw: (request) => {
      const { body, contentType = "application/x-www-form-urlencoded", headers } = request;
      return http.post(body, { "content-type": contentType, ...signed(request), ...headers });
    },
    onChange: state.changes.listen,
    idle: dispatcher.idle,
    [Symbol.asyncDispose]: async () => {
      faults.clear();
      await comeBack();
      await socket.close();
      await server.close();
    },
  };
}

function signed({ signature = "valid", body, ageSeconds: given }: RawRequest): Record<string, string> {
  if (signature === "none") return {};
  const ageSeconds = given ?? (signature === "stale" ? 600 : 0);
  const timestampSeconds = Math.floor(Date.now() / 1000) - ageSeconds;
  const signingSecret = signature === "bad" ? "another-secret" : SECRETS.signingSecret;
  return signRequest({ signingSecret, body, timestampSeconds });
}

function missingRequestUrl(): never {
  throw new Error("The simulated Slack has no request URL of the app. Call setRequestUrl first.");
}
