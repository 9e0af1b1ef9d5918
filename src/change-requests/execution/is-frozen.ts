import type { UnitOfWork } from "../ports/ports.ts";

/** Resolves to whether all changes are stopped now, by a freeze or by the configuration. */
export type IsFrozen = () => Promise<boolean>;

/** `readOnly`: the configuration stops every change. */
export function createIsFrozen({ uow, readOnly }: { uow: UnitOfWork; readOnly: boolean }): IsFrozen {
  return async () => readOnly || (await uow.read(({ freeze }) => freeze.read())) !== null;
}
