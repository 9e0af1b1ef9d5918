import type {
  Authorizer,
  Freshness,
  PeopleDirectory,
  Person,
  PolicyEngine,
} from "../../src/authorization/index.ts";
import {
  type ChannelContexts,
  createDecide,
  createRecordForbidden,
  createVisibleRequest,
} from "../../src/change-requests/index.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { directoryOf } from "../unit/subjects/incydr-bench.ts";
import { someFacts } from "./domain-objects.ts";
import { someAuthorizer } from "./stub-authorizer.ts";
import type { Replica } from "./test-store.ts";

/**
 * The real decision on a replica, with invented people and facts. Slack's answer about each person except Maya waits at
 * the `gate`. The messages to people are the codes of the errors.
 */
export function decideBetween(
  replica: Pick<Replica, "uow">,
  options: {
    people: readonly Person[];
    gate: () => Promise<void>;
    decidingHash: () => Promise<string | null>;
    wrapped: (authorizer: Authorizer) => Authorizer;
    channels: ChannelContexts;
    policies: PolicyEngine;
  },
) {
  const { gate, decidingHash, wrapped, channels, policies } = options;
  const people = directoryOf(...options.people);
  const directory: PeopleDirectory = {
    ...people,
    async person(slackUserId: string, freshness: Freshness): Promise<Person> {
      const person = await people.person(slackUserId, freshness);
      // Each decision asks once for the approver.
      if (slackUserId !== "U0MAYA") await gate();
      return person;
    },
  };
  return createDecide({
    authorizer: wrapped(
      someAuthorizer({
        engine: policies,
        directory,
        decidingHash,
        recordForbidden: createRecordForbidden({ uow: replica.uow, clock: systemClock }),
      }),
    ),
    directory,
    channels,
    subjects: { state: async () => someFacts(), effect: async () => someFacts() },
    uow: replica.uow,
    visibleRequest: createVisibleRequest({
      directory: people,
      operatorMap: new Map(),
      identify: async ({ slackUserId }) => `user-of-${slackUserId}`,
      uow: replica.uow,
    }),
    clock: systemClock,
  });
}
