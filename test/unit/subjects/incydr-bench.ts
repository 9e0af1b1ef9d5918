import { afterAll, afterEach, beforeAll } from "vitest";
import { type IncydrSimulator, startIncydrSimulator } from "../../../sandbox/incydr/incydr-simulator.ts";
import type { PeopleDirectory, Person } from "../../../src/authorization/index.ts";
import { UnknownPersonError } from "../../../src/authorization/index.ts";
import {
  createIncydrClient,
  createReader,
  type IncydrClient,
  type IncydrReader,
  parseUserId,
  type User,
} from "../../../src/incydr/index.ts";
import { guardClient } from "../../support/leak-guard.ts";

/** The simulated tenant, read through the real client. */
export interface IncydrBench extends AsyncDisposable {
  readonly simulator: IncydrSimulator;
  readonly incydr: IncydrReader;
  /** The client with its writing methods, which only the executor gets. */
  readonly users: IncydrClient["users"];
  /** A user as the client reads them now. */
  user(username: string): Promise<User>;
}

export async function startIncydrBench(): Promise<IncydrBench> {
  const simulator = await startIncydrSimulator({ requestsPerMinute: null });
  const { url, clientId, clientSecret } = simulator;
  const requestsPerMinute = Number.POSITIVE_INFINITY;
  const client = guardClient(createIncydrClient({ url, clientId, clientSecret, requestsPerMinute }));
  const incydr = createReader(client);
  return {
    simulator,
    incydr,
    users: client.users,
    user: (username) => incydr.users.getUser(parseUserId(simulator.tenant.user(username).userId)),
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await simulator.close();
    },
  };
}

/** The bench of a test file; its tenant is the same again for each test. */
export function useIncydrBench(): () => IncydrBench {
  let bench: IncydrBench;
  beforeAll(async () => {
    bench = await startIncydrBench();
  });
  afterEach(() => bench.simulator.control.reset());
  afterAll(() => bench[Symbol.asyncDispose]());
  return () => bench;
}

/** A directory of these people and nobody else. */
export function directoryOf(...people: readonly Person[]): PeopleDirectory {
  return {
    async person(slackUserId) {
      const person = people.find((each) => each.slackUserId === slackUserId);
      if (!person) throw new UnknownPersonError(slackUserId);
      return person;
    },
    idsByEmail: async (email) =>
      people.filter((each) => each.email === email).map(({ slackUserId }) => slackUserId),
  };
}
