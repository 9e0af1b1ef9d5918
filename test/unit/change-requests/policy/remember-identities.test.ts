import { expect, it } from "vitest";
import {
  type PeopleSources,
  rememberIdentities,
} from "../../../../src/change-requests/policy/check-authority.ts";
import { somePerson } from "../../../support/domain-objects.ts";
import { createManualClock } from "../../incydr/manual-clock.ts";

it("an outage is not remembered as an identity", async () => {
  let asked = 0;
  const identify: PeopleSources["identify"] = async () => {
    asked += 1;
    if (asked === 1) throw new Error("Incydr doesn't answer.");
    return { userId: "user-1" } as never; // the rest is not read
  };
  const people = rememberIdentities({ identify } as PeopleSources, createManualClock());
  const ask = () => people.identify(somePerson(), "interactive");
  await expect(ask()).rejects.toThrow("Incydr doesn't answer.");
  expect(await ask()).toMatchObject({ userId: "user-1" });
});

it("each account has its own identity, which is read again when its address changes", async () => {
  const identify: PeopleSources["identify"] = async ({ slackUserId, email }) =>
    ({ userId: `${slackUserId} ${email}` }) as never; // the rest is not read
  const people = rememberIdentities({ identify } as PeopleSources, createManualClock());
  const before = somePerson();
  for (const person of [
    before,
    somePerson({ slackUserId: "U0THEO" }),
    somePerson({ email: "new@x.example" }),
  ])
    expect(await people.identify(person)).toMatchObject({ userId: `${person.slackUserId} ${person.email}` });
});

it("an identity is read again after thirty seconds, and if the clock was set back", async () => {
  const clock = createManualClock();
  let asked = 0;
  const identify: PeopleSources["identify"] = async () => {
    asked += 1;
    return "user-1" as never; // it is not read
  };
  const people = rememberIdentities({ identify } as PeopleSources, clock);
  const ask = async () => {
    await people.identify(somePerson(), "interactive");
    return asked;
  };
  expect([await ask(), await ask()]).toEqual([1, 1]);
  await clock.advance(30_001);
  expect(await ask()).toBe(2);
  await clock.advance(-60_000);
  expect(await ask()).toBe(3);
});
