import { DEPENDENCIES, type Dependency, type DependencyHealth, type Health } from "../observability/index.ts";

/** The stage of the process. */
export type Phase = "starting" | "running" | "stopping";

/** `all`: the bot can do its whole job. `traffic`: this replica can take work; a fault that all replicas share counts not. */
export type ReadinessScope = "all" | "traffic";

/** The answer of `/readyz`. */
export interface Readiness {
  readonly ready: boolean;
  readonly phase: Phase;
  readonly dependencies: Readonly<Record<Dependency, DependencyHealth>>;
}

/** Codes of a database that can be reached but can't be written to, a fault that all replicas share. */
const SHARED_DATABASE_CODES: ReadonlySet<string | null> = new Set(["read_only"]);

/** Decides whether this replica is ready, from what is known of its dependencies. */
export function readinessOf(options: {
  health: Pick<Health, "read">;
  phase: Phase;
  mode: "socket" | "http";
  scope: ReadinessScope;
}): Readiness {
  const { health, phase, mode, scope } = options;
  const dependencies = Object.fromEntries(
    DEPENDENCIES.map((name) => [name, health.read(name)]),
  ) as Readiness["dependencies"]; // every name of the list is there
  const isReady = scope === "all" ? () => isAble(dependencies) : () => takesTraffic(dependencies, mode);
  return { ready: phase === "running" && isReady(), phase, dependencies };
}

function isAble(dependencies: Readiness["dependencies"]): boolean {
  return DEPENDENCIES.every((name) => dependencies[name].state === "ok");
}

/** Faults of this replica alone: no socket of its own, a database that it can't reach, or a clock that Slack's signatures don't bear. */
function takesTraffic(
  { database, slack, clock }: Readiness["dependencies"],
  mode: "socket" | "http",
): boolean {
  const reachesDatabase = database.state !== "failing" || SHARED_DATABASE_CODES.has(database.lastError);
  const hearsSlack = mode === "http" ? clock.state !== "failing" : slack.state === "ok";
  return reachesDatabase && hearsSlack;
}
