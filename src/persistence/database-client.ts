import pg from "pg";
import { AppError } from "../kernel/errors.ts";
import { storableText } from "../kernel/storable-text.ts";
import { DatabaseReadOnlyError } from "./database-errors.ts";
import { preparedName } from "./prepared-statements.ts";
import { createServerGeneration, type ServerGeneration } from "./server-generation.ts";

/** How long the database may take to accept a connection, and then to apply the session's settings, in milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * How long a connection may be silent before the system probes its peer, in milliseconds. Node.js then probes once a
 * second, ten times (https://nodejs.org/api/net.html#socketsetkeepaliveenable-initialdelay): a vanished host is noticed
 * after 20 s, also by a statement that waits for a lock.
 */
const KEEP_ALIVE_DELAY_MS = 10_000;

/**
 * How long the server may take to close a connection that is ended, in milliseconds. If its host has vanished, it never
 * does; pg-pool gives the place of a connection to nobody that waits before the connection is closed.
 */
const CLOSE_TIMEOUT_MS = 1_000;

/** SQLSTATE `read_only_sql_transaction`. */
const READ_ONLY = "25006";

/** SQLSTATEs with which the server, or a pooler, ends the connection. */
const CONNECTION_ENDED = /^(?:57P0.|08...|25P03|25P04)$/;

/** pg's message for a statement without an answer in time, which has no code (pg 8.23, lib/client.js). */
const NO_ANSWER = "Query read timeout";

/**
 * The settings that our statements rely on. A database or a role may have other defaults.
 * - Dates: pg reads the format ISO alone.
 * - Isolation: the SQL functions of migrations 0130 and 0140 need to see what was committed while they waited.
 * - Keep-alive: the server frees the locks of a bot whose machine vanished after a minute; Linux waits for two hours.
 */
const SESSION_SETTINGS: SessionSettings = {
  DateStyle: "ISO",
  TimeZone: "UTC",
  default_transaction_isolation: "read committed",
  tcp_keepalives_idle: "30",
  tcp_keepalives_interval: "10",
  tcp_keepalives_count: "3",
};

/** Settings of PostgreSQL by name; the values are the program's own constants. */
export type SessionSettings = Readonly<Record<string, string>>;

/** A statement with a deadline of its own, in milliseconds; the types of pg don't know this option. */
export interface TimedQuery extends pg.QueryConfig {
  readonly query_timeout: number;
}

/** A connection was opened before the database server turned out to be read-only, and may lead to the old server. */
class ConnectionOutdatedError extends AppError<"connection_outdated"> {
  constructor(cause: Error | null) {
    super("connection_outdated", "The connection was opened before the database became read-only.", {
      cause,
    });
  }
}

/**
 * A connection to PostgreSQL, the only class of which connections are made.
 * - A fault of the connection never ends the process, at whatever moment it comes: pg-pool listens to `error` only while
 *   a connection is idle, and kysely doesn't.
 * - `fault` tells the pool that the connection must not be used again.
 * - `connect` sets `SESSION_SETTINGS` before any other statement. A `SET` and not a startup parameter: `DATABASE_URL`
 *   may have its own `options`, and poolers refuse parameters that they don't know.
 * - Statements that are sent again and again are prepared.
 * - Text values are made storable.
 * - `end` takes a second at most.
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

  /** Why this connection must not be used for further work; `null` while it may. */
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
    // pg's type for the callback of both outcomes is one of the two.
    const settled = callback as (error: Error | null, client?: pg.Client) => void;
    opened.then((client) => settled(null, client), settled);
    return undefined;
  }

  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | undefined {
    // The types of pg don't know the connection below the client.
    const { connection } = this as unknown as { connection: { stream: { destroy(): void } } };
    const force = setTimeout(() => connection.stream.destroy(), CLOSE_TIMEOUT_MS);
    const closed = super.end().finally(() => clearTimeout(force));
    if (!callback) return closed;
    const done = callback as () => void; // pg gives no error either
    closed.then(done, done);
    return undefined;
  }

  /** Learns from the error of a statement what has become of the connection. */
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
      // Statements behind the unanswered one would wait for it as well.
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
      // pg answers several statements at once with an array, which its types don't say.
      const results = (await this.query(query)) as unknown as pg.QueryResult[];
      // One borrower may read from a read-only server; the next one gets a new connection, maybe to another server.
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

/** Why a connection must not be used for further work; `null` while it may. */
export function faultOf(client: pg.ClientBase): Error | null {
  return client instanceof DatabaseClient ? client.fault : null;
}

type Callback = (error: unknown, ...rest: unknown[]) => void;

const send = pg.Client.prototype.query as (...args: unknown[]) => unknown; // each of its overloads is passed on
Object.assign(DatabaseClient.prototype, {
  query(this: DatabaseClient, ...args: unknown[]): unknown {
    const observed = args.map((arg) => (typeof arg === "function" ? observing(this, arg as Callback) : arg));
    const [text, values, ...rest] = observed;
    const sent = send.apply(
      this,
      typeof text === "string" && Array.isArray(values) && values.length > 0
        ? withParameters(text, values.map(storableValue), rest)
        : observed,
    );
    if (!(sent instanceof Promise)) return sent;
    return sent.catch((error: unknown) => {
      this.onStatementFailed(error);
      throw error;
    });
  },
});

/** The arguments of a statement with parameters, prepared if it is sent often. */
function withParameters(text: string, values: unknown[], rest: unknown[]): unknown[] {
  const name = preparedName(text);
  return name === undefined ? [text, values, ...rest] : [{ name, text, values }, undefined, ...rest];
}

/** PostgreSQL refuses the whole statement for one U+0000 in a text. */
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
