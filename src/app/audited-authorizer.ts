import {
  type Authorizer,
  createAuthorizer,
  type PeopleDirectory,
  type PolicyEngine,
} from "../authorization/index.ts";
import { createRecordForbidden, type UnitOfWork } from "../change-requests/index.ts";
import type { Clock } from "../kernel/clock.ts";
import type { IdentifyOperator } from "../subjects/index.ts";

/** The one door, which puts what it forbids into the audit log. */
export function auditedAuthorizer(
  {
    engine,
    earlierPolicies,
    people,
    uow,
    clock,
  }: {
    engine: PolicyEngine;
    earlierPolicies: (hash: string) => Promise<PolicyEngine | null>;
    people: PeopleDirectory;
    uow: UnitOfWork;
    clock: Clock;
  },
  identifyOperator: IdentifyOperator,
): Authorizer {
  return createAuthorizer({
    engine,
    directory: people,
    decidingHash: () => uow.read(({ policies }) => policies.read()),
    earlierPolicies,
    identify: identifyOperator,
    recordForbidden: createRecordForbidden({ uow, clock }),
  });
}
