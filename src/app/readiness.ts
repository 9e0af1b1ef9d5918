import { DEPENDENCIES, type Dependency, type DependencyHealth, type Health } from "../observability/index.ts";

export type Phase = "starting" | "running" | "stopping";

/** `all`: the bot can do its whole job. `traffic`: this replica can take work, apart from faults of all replicas. */
export type ReadinessScope = "all" | "traffic";

/** The answer of `/readyz`. */
export interface Readiness {
  readonly ready: boolean;
  readonly phase: Phase;
  readonly dependencies: Readonly<Record<Dependency, DependencyHealth>>;
}

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

/** Checks for the faults of this replica alone: its socket, its way to the database, and its clock, which signatures need. */
function takesTraffic(
  { database, slack, clock }: Readiness["dependencies"],
  mode: "socket" | "http",
): boolean {
  // All replicas share the fault of a read-only database.
  const reachesDatabase = database.state !== "failing" || database.lastError === "read_only";
  const hearsSlack = mode === "http" ? clock.state !== "failing" : slack.state === "ok";
  return reachesDatabase && hearsSlack;
}
