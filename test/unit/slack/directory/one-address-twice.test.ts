import type { WebClient } from "@slack/web-api";
import { expect, it } from "vitest";
import { systemClock } from "../../../../src/kernel/clock.ts";
import { createPeopleDirectory } from "../../../../src/slack/directory/people-directory.ts";

const ADDRESS = "nadia.petrov@harborlight.example";

it("finds every account with an address, confirmed or not, when many are looked up", async () => {
  const member = (id: string, confirmed: boolean) => ({
    id,
    team_id: "T0HARBOR",
    is_email_confirmed: confirmed,
    profile: { email: ADDRESS },
  });
  const client = {
    users: {
      lookupByEmail: async () => ({ user: member("U0OTHER", true) }),
      list: async () => ({ members: [member("U0NADIA", true), member("U0NADIA2", false)] }),
    },
  } as unknown as WebClient; // nothing else is asked
  const groups = {} as Parameters<typeof createPeopleDirectory>[0]["groups"]; // nobody asks for groups
  const people = createPeopleDirectory({ client, clock: systemClock, teamId: "T0HARBOR", groups });
  for (let index = 0; index < 30; index += 1) await people.idsByEmail(`user${index}@harborlight.example`);
  expect(await people.idsByEmail(ADDRESS)).toEqual(["U0NADIA", "U0NADIA2"]);
});
