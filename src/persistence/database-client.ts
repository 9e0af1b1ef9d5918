import pg from "pg";
import { AppError } from "../kernel/errors.ts";
import { storableText } from "../kernel/storable-text.ts";
import { DatabaseReadOnlyError } from "./database-errors.ts";
import { createServerGeneration, type ServerGeneration } from "./server-generation.ts";

/** How long the database may take to accept a connection, and again to apply the settings, in milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * How long a connection may be silent before the system probes its peer, in milliseconds. Node.js then probes once a
 * second, ten times (https://nodejs.org/api/net.html#socketsetkeepaliveenable-initialdelay). The bot notices a vanished
 * host after 20 s, also while a statement waits for a lock.
 */
const KEEP_ALIVE_DELAY_MS = 10_000;

/**
 * How long the server may take to close a connection, in milliseconds. A vanished host never closes it, and pg-pool
 * opens no new connection in its place before it is closed.
 */
const CLOSE_TIMEOUT_MS = 1_000;

/** SQLSTATE `read_only_sql_transaction`. */
const READ_ONLY = "25006";

/** SQLSTATEs with which the server or a pooler ends the connection. */
const CONNECTION_ENDED = /^(?:57P0.|08...|25P03|25P04)$/;

/** pg's message for a statement that got no answer in time. The error has no code (pg 8.23, lib/client.js). */
const NO_ANSWER = "Query read timeout";

/**
 * The settings that our statements rely on. A database or a role may have other defaults.
 * - Dates: pg reads only the format ISO.
 * - Isolation: the SQL functions of migrations 0130 and 0140 must see rows that were committed while they waited.
 * - Keep-alive: if the bot's machine vanishes, the server frees its locks after a minute. Linux's default is two hours.
 */
const SESSION_SETTINGS: SessionSettings = {
  DateStyle: "ISO",
  TimeZone: "UTC",
  default_transaction_isolation: "read committed",
  tcp_keepalives_idle: "30",
  tcp_keepalives_interval: "10",
  tcp_keepalives_count: "3",
};

/** Settings of PostgreSQL by name. The values are constants of the bot, so they are not escaped. */
export type SessionSettings = Readonly<Record<string, string>>;

/** A statement with its own deadline in milliseconds. pg's types lack this option. */
export interface TimedQuery extends pg.QueryConfig {
  readonly query_timeout: number;
}

/** The connection is older than the last failover, and may lead to the old server. */
class ConnectionOutdatedError extends AppError<"connection_outdated"> {
  constructor(cause: Error | null) {
    const message = "The connection was opened before the database became read-only.";
    super("connection_outdated", message, { cause });
  }
}

/**
 * A connection of this program to PostgreSQL.
 * - A fault of the connection never ends the process: this class always listens to `error`.
 * - `fault` tells the pool that the connection must not be used again.
 * - `connect` applies the settings with `SET` before any other statement. Startup parameters would not do:
 *   `DATABASE_URL` may have its own `options`, and poolers refuse unknown parameters.
 * - Text values are made storable.
 * - `end` takes at most a second.
 */
export class DatabaseClient extends pg.Client {
  readonly #settings: SessionSettings;
  readonly #generation: ServerGeneration;
  readonly #openedIn: number;
  #fault: Error | null = null;

  constructor(
    config?: pg.ClientConfig,
    options: { settings?: SessionSettings; generation?: ServerGeneration } = {},
  ) {
    super({
      ...config,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY_MS,
    });
    this.#settings = { ...SESSION_SETTINGS, ...options.settings };
    this.#generation = options.generation ?? createServerGeneration();
    this.#openedIn = this.#generation.current;
    this.on("error", (error) => {
      this.#fault ??= error;
    });
  }

  /** Why this connection must not be used for further work; `null` if it may be used. */
  get fault(): Error | null {
    if (this.#fault) return this.#fault;
    return this.#openedIn === this.#generation.current
      ? null
      : new ConnectionOutdatedError(this.#generation.endedBy);
  }

  override connect(): Promise<pg.Client>;
  override connect(callback: ((error: Error) => void) | ((error: null, client: pg.Client) => void)): void;
  override connect(callback?: (...args: never) => void): Promise<pg.Client> | undefined {
    const opened = this.#open();
    if (!callback) return opened;
    // pg types the callback as one of two functions, but calls the same one for both outcomes.
    const settled = callback as (error: Error | null, client?: pg.Client) => void;
    opened.then((client) => settled(null, client), settled);
    return undefined;
  }

  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | undefined {
    // pg's types lack the connection below the client.
    const { connection } = this as unknown as { connection: { stream: { destroy(): void } } };
    const force = setTimeout(() => connection.stream.destroy(), CLOSE_TIMEOUT_MS);
    const closed = super.end().finally(() => clearTimeout(force));
    if (!callback) return closed;
    const done = callback as () => void; // pg passes no error either
    closed.then(done, done);
    return undefined;
  }

  /** Records a fault of the connection if the error of a statement shows one. */
  onStatementFailed(error: unknown): void {
    if (!(error instanceof Error)) return;
    const code = "code" in error ? String(error.code) : "";
    if (code === READ_ONLY) {
      this.#generation.end(this.#openedIn, error);
      this.#fault ??= error;
    } else if (CONNECTION_ENDED.test(code)) {
      this.#fault ??= error;
    } else if (error.message === NO_ANSWER) {
      this.#fault ??= error;
      // Later statements on this connection would wait for the unanswered one.
      this.#abandon();
    }
  }

  async #open(): Promise<pg.Client> {
    await super.connect();
    try {
      const assignments = Object.entries(this.#settings).map(([name, value]) => `set ${name} = '${value}'; `);
      const query: TimedQuery = {
        text: `${assignments.join("")}show transaction_read_only`,
        query_timeout: CONNECT_TIMEOUT_MS,
      };
      // For several statements, pg returns an array, which its types do not say.
      const results = (await this.query(query)) as unknown as pg.QueryResult[];
      // The first borrower may still read. The next one gets a new connection, maybe to another server.
      if (results.at(-1)?.rows[0]?.transaction_read_only === "on")
        this.#fault ??= new DatabaseReadOnlyError();
      return this;
    } catch (error) {
      this.#abandon();
      throw error;
    }
  }

  #abandon(): void {
    this.end().catch(() => undefined);
  }
}

export function faultOf(client: pg.ClientBase): Error | null {
  return client instanceof DatabaseClient ? client.fault : null;
}

type Callback = (error: unknown, ...rest: unknown[]) => void;

const send = pg.Client.prototype.query as (...args: unknown[]) => unknown; // covers all overloads
Object.assign(DatabaseClient.prototype, {
  query(this: DatabaseClient, ...args: unknown[]): unknown {
    const observed = args.map((arg) => (typeof arg === "function" ? observing(this, arg as Callback) : arg));
    const [text, values, ...rest] = observed;
    const sent = send.apply(
      this,
      Array.isArray(values) ? [text, values.map(storableValue), ...rest] : observed,
    );
    if (!(sent instanceof Promise)) return sent;
    return sent.catch((error: unknown) => {
      this.onStatementFailed(error);
      throw error;
    });
  },
});

/** Makes a text storable, because PostgreSQL refuses a statement with U+0000 in a text. */
function storableValue(value: unknown): unknown {
  if (typeof value === "string") return storableText(value);
  return Array.isArray(value) ? value.map(storableValue) : value;
}

function observing(client: DatabaseClient, callback: Callback): Callback {
  return (error, ...rest) => {
    if (error) client.onStatementFailed(error);
    callback(error, ...rest);
  };
}
