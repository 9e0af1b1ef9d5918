import { bulk } from "./steps/bulk.ts";
import { deactivation } from "./steps/deactivation.ts";
import { emergency } from "./steps/emergency.ts";
import { createEnding } from "./steps/ending.ts";
import { freeze } from "./steps/freeze.ts";
import { refusals } from "./steps/refusals.ts";
import { renewal } from "./steps/renewal.ts";
import { roleChange } from "./steps/role-change.ts";
import { temporaryRole } from "./steps/temporary-role.ts";
import type { TourStep } from "./tour-step.ts";

/** Creates the steps of the whole scenario, in order. */
export function createScenario(): readonly TourStep[] {
  return [
    ...roleChange,
    ...deactivation,
    ...refusals,
    ...freeze,
    ...bulk,
    ...emergency,
    ...renewal,
    ...temporaryRole,
    createEnding(),
  ];
}
