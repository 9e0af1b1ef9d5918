import { expect, it } from "vitest";
import type { AskedPeople } from "../../../../src/change-requests/policy/check-authority.ts";
import { rememberIdentities } from "../../../../src/change-requests/policy/remember-identities.ts";
import { somePerson } from "../../../support/domain-objects.ts";
import { createManualClock } from "../../incydr/manual-clock.ts";

it("asks anew who somebody is after thirty seconds, and if the clock was set back", async () => {
  const clock = createManualClock();
  let asked = 0;
  const identify: AskedPeople["identify"] = async () => {
    asked += 1;
    return "user-1" as never; // nobody looks at it
  };
  const people = rememberIdentities({ identify } as AskedPeople, clock);
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
