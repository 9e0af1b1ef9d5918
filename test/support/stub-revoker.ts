import { createRevoker } from "../../src/change-requests/index.ts";
import { IncydrError } from "../../src/incydr/index.ts";
import type { Clock } from "../../src/kernel/clock.ts";
import { createSubjectReader } from "../../src/subjects/index.ts";
import type { IncydrBench } from "../unit/subjects/incydr-bench.ts";
import type { Replica } from "./test-store.ts";

/** The real revoker between a simulated Incydr and a replica's database. `isDown`: Incydr can't be read. */
export function revokerBetween(
  bench: IncydrBench,
  { uow, withLock }: Pick<Replica, "uow" | "withLock">,
  options: { clock: Clock; readOnly?: boolean; isDown?: boolean; users?: IncydrBench["users"] },
) {
  const { clock, readOnly = false, isDown = false, users = bench.users } = options;
  const reader = createSubjectReader({ incydr: bench.incydr, protectedUsernames: new Set() });
  const down = async () => {
    throw new IncydrError("unavailable", "Incydr doesn't answer.", { sent: "no" });
  };
  return createRevoker({
    users,
    subjects: isDown ? { ...reader, effect: down } : reader,
    uow,
    subjectLock: { withLock: (userId, work) => withLock(`subject ${userId}`, work) },
    clock,
    readOnly,
  });
}
