import type { Authorizer, PeopleDirectory } from "../../src/authorization/index.ts";
import { createExecutor } from "../../src/change-requests/index.ts";
import { type Clock, systemClock } from "../../src/kernel/clock.ts";
import { createIdentify, createSubjectReader, type SubjectReader } from "../../src/subjects/index.ts";
import { directoryOf, type IncydrBench } from "../unit/subjects/incydr-bench.ts";
import { someChannels, someLead, somePerson } from "./domain-objects.ts";
import { shippedPolicies, someAuthorizer } from "./stub-authorizer.ts";
import type { Replica } from "./test-store.ts";

/** The parts of an executor that differ from the usual ones. */
export interface ExecutorPatch {
  readonly clock?: Clock;
  readonly readOnly?: boolean;
  readonly users?: IncydrBench["users"];
  readonly subjects?: SubjectReader;
  readonly authorizer?: Authorizer;
  /** The directory that knows Maya and Theo. */
  readonly directory?: PeopleDirectory;
}

/** The authorizer with the policies that come with the bot, for Maya and Theo. */
export async function realPolicies() {
  const directory = directoryOf(somePerson(), someLead());
  return { directory, authorizer: someAuthorizer({ engine: await shippedPolicies(), directory }) };
}

/** The real executor between a simulated Incydr and a replica's database. */
export async function executorBetween(
  bench: IncydrBench,
  { uow, withLock }: Pick<Replica, "uow" | "withLock">,
  { directory: asked, ...patch }: ExecutorPatch = {},
) {
  const { directory, authorizer } = await realPolicies();
  const identify = createIdentify({ incydr: bench.incydr, operatorMap: new Map() });
  return createExecutor({
    isOutage: () => false,
    authorizer,
    people: { directory: asked ?? directory, channels: someChannels(), identify },
    users: bench.users,
    subjects: createSubjectReader({ incydr: bench.incydr, protectedUsernames: new Set() }),
    uow,
    subjectLock: { withLock: (userId, work) => withLock(`subject ${userId}`, work) },
    clock: systemClock,
    readOnly: false,
    ...patch,
  });
}
