import { expect, it } from "vitest";
import type { Person } from "../../../../src/authorization/index.ts";
import {
  createMemberIdentities,
  MOST_MEMBERS_IDENTIFIED,
} from "../../../../src/change-requests/confidentiality/member-identities.ts";
import { IncydrError, parseUserId, type User } from "../../../../src/incydr/index.ts";
import { UnmappedOperatorError } from "../../../../src/subjects/index.ts";
import { somePerson } from "../../../support/domain-objects.ts";
import { clockAt } from "../../../support/stub-ports.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const MAYA = somePerson({ slackUserId: "U0MAYA", email: "maya@harborlight.example" });
const THEO = somePerson({ slackUserId: "U0THEO", email: "theo@harborlight.example" });
const BOT = somePerson({ slackUserId: "U0BOT", email: null, isBot: true });
const GONE = somePerson({ slackUserId: "U0OLGA", email: null, isDeactivated: true });

/** Identities of these people; `identify` answers for each, by default with the user of their address. */
function bench(people: readonly Person[], identify: (person: Person) => User = userOf) {
  let nowMs = 0;
  const asked: string[] = [];
  const members = createMemberIdentities({
    people: directoryOf(...people),
    identify: async (person) => {
      asked.push(person.slackUserId);
      return identify(person);
    },
    clock: { now: () => new Date(nowMs), sleep: async () => {} },
  });
  const advance = (ms: number) => {
    nowMs += ms;
  };
  return { members, asked, advance };
}

function userOf({ email }: Person): User {
  return { userId: parseUserId("1234567890"), username: email?.toUpperCase() ?? null } as User; // the rest isn't asked
}

it("the identities of members are the Incydr users of all active people among them", async () => {
  const { members, asked } = bench([MAYA, THEO, BOT, GONE]);
  expect(await members.usersOf(["U0MAYA", "U0THEO", "U0BOT", "U0OLGA"])).toEqual({
    users: [MAYA, THEO].map(({ email }) => ({ userId: "1234567890", username: email })),
    isComplete: true,
  });
  expect(asked).toEqual(["U0MAYA", "U0THEO"]);
});

it.each([
  ["is no single Incydr user", new UnmappedOperatorError(THEO)],
  ["is an Incydr user that can't be read", new IncydrError("unexpected_answer", "odd", { sent: "yes" })],
])("the identities are incomplete if a member %s", async (_what, error) => {
  const { members } = bench([MAYA, THEO], (person) => {
    if (person === THEO) throw error;
    return userOf(person);
  });
  const { users, isComplete } = await members.usersOf(["U0MAYA", "U0THEO"]);
  expect({ found: users.length, isComplete }).toEqual({ found: 1, isComplete: false });
});

it("the identities are incomplete if Slack doesn't know a member", async () => {
  expect((await bench([MAYA]).members.usersOf(["U0MAYA", "U0GHOST"])).isComplete).toBe(false);
});

it("the members of a channel with too many members are not identified", async () => {
  const people = Array.from({ length: MOST_MEMBERS_IDENTIFIED + 1 }, (_, index) =>
    somePerson({ slackUserId: `U${index}`, email: `p${index}@harborlight.example` }),
  );
  const { members, asked } = bench(people);
  const ids = people.map(({ slackUserId }) => slackUserId);
  expect(await members.usersOf(ids)).toEqual({ users: [], isComplete: false });
  expect(asked).toEqual([]);
  expect((await members.usersOf(ids.slice(1))).isComplete).toBe(true);
});

it("an outage of Incydr is an error and not an answer about members", async () => {
  const { members } = bench([MAYA], () => {
    throw new IncydrError("unavailable", "away", { sent: "no" });
  });
  await expect(members.usersOf(["U0MAYA"])).rejects.toThrow("away");
});

it("an identity serves for fifteen minutes, and a missing one for one minute", async () => {
  const { members, asked, advance } = bench([MAYA, THEO], (person) => {
    if (person === THEO) throw new UnmappedOperatorError(person);
    return userOf(person);
  });
  const ask = () => members.usersOf(["U0MAYA", "U0THEO"]);
  await ask();
  await ask();
  expect(asked).toEqual(["U0MAYA", "U0THEO"]);
  advance(60_001);
  await ask();
  expect(asked.slice(2)).toEqual(["U0THEO"]);
  advance(14 * 60_000);
  await ask();
  expect(asked.slice(3)).toEqual(["U0MAYA", "U0THEO"]);
});

it("an identity is as old as its question, not as its answer", async () => {
  const { members, asked, advance } = bench([MAYA], (person) => {
    advance(60_000);
    return userOf(person);
  });
  await members.usersOf(["U0MAYA"]);
  advance(14 * 60_000 + 1);
  await members.usersOf(["U0MAYA"]);
  expect(asked).toHaveLength(2);
});

it("an identity is asked for again when the address changes", async () => {
  let email = MAYA.email;
  const asked: (string | null)[] = [];
  const members = createMemberIdentities({
    people: { ...directoryOf(), person: async () => ({ ...MAYA, email }) },
    identify: async (person) => {
      asked.push(person.email);
      return userOf(person);
    },
    clock: clockAt(new Date(0)),
  });
  await members.usersOf(["U0MAYA"]);
  email = "other@harborlight.example";
  await members.usersOf(["U0MAYA"]);
  expect(asked).toEqual([MAYA.email, email]);
});
