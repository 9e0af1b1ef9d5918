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

/** How the simulated Slack is started. */
export interface SlackSimulatorOptions {
  /** The app's manifest: an object, or the path of a YAML or JSON file. */
  manifest: object | string;
  /** The way of payloads to the app; default: as the manifest's `socket_mode_enabled` says. */
  delivery?: "http" | "socket";
  /**
   * The clock of timestamps, trigger ids, response URLs and rate limits, in milliseconds; the machine's unless
   * given. Signatures and the ack timer keep to the machine's, because the app does.
   */
  clock?: { now(): number };
  /** How long Slack waits for an ack, in real milliseconds; 3,000 unless given. */
  ackTimeoutMs?: number;
  /** How long a trigger id can be used, in milliseconds; 3,000 unless given, as at Slack. */
  triggerLifetimeMs?: number;
  /** The default time of a person's wait for a message or a modal, in real milliseconds; 5,000 unless given. */
  waitTimeoutMs?: number;
  /** Whether rate limits hold; true unless given, and switchable later in `limits`. */
  rateLimits?: boolean;
  /** The people, channels and groups of the workspace; default: Harborlight. */
  workspace?: WorkspaceSeed;
  /** Picks the connection of each Socket Mode payload (0 to 1); at random unless given. */
  random?: () => number;
}

/** A request to the app that Slack didn't make, or made badly. */
export interface RawRequest {
  body: string;
  contentType?: string;
  /** `valid` unless given; `stale` is signed correctly ten minutes ago. */
  signature?: "valid" | "bad" | "stale" | "none";
  /** How many seconds ago it was signed, negative for the future; 600 for `stale`, else 0, unless given. */
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
   * The URLs for signed requests; must be set before a person acts over HTTP. Several URLs are used in turn, as by a
   * load balancer before replicas of the app.
   */
  setRequestUrl(...urls: [string, ...string[]]): void;
  /** Resolves when the app has that many Socket Mode connections open (1 unless given). */
  connected(count?: number, timeoutMs?: number): Promise<void>;
  readonly socket: Pick<
    SocketDelivery,
    "connectionCount" | "disconnect" | "drop" | "stall" | "faults" | "send" | "sendText"
  >;
  /** Takes all of Slack down: connections are cut and new ones refused, until `release` has been awaited. */
  refuseConnections(): Promise<{ release(): Promise<void> }>;
  /** A person by key (`maya`), Slack id, username or display name. */
  as(person: string): SlackPerson;
  /** People, channels and groups as they are now; change them through `admin`. */
  readonly workspace: Workspace;
  readonly admin: WorkspaceAdmin;
  readonly faults: Faults;
  readonly limits: RateLimits;
  /** All actions of the app that Slack refuses or warns of. */
  readonly violations: ViolationLog;
  /** Every notification the bot's messages sent to people through markup. */
  readonly pings: readonly Ping[];
  /** Every Web API call that arrived, oldest first. */
  readonly apiCalls: readonly ApiRecord[];
  /** Every payload that was sent to the app and settled, oldest first. */
  readonly deliveries: readonly DeliveryRecord[];
  /** Sends a payload once more, with the same ids, as Slack does when it missed an ack. */
  redeliver(record: DeliveryRecord): Promise<DeliveryRecord>;
  /** Holds back payloads of a kind, to delay or reorder them. */
  holdDeliveries(kind: EnvelopeKind): HeldDeliveries;
  /** Posts the caller's own request to the app's request URL. */
  deliverRaw(request: RawRequest): Promise<HttpAnswer>;
  /** Calls the listener after each visible change; the returned function ends it. */
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

/** Starts a simulated Slack on a free loopback port. Closing it doesn't wait for hanging calls. */
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
  throw new Error("Nobody has told the simulated Slack the app's request URL: call setRequestUrl first.");
}
