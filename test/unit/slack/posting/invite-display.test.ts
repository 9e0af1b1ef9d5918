import { expect, it } from "vitest";
import type { ChangeRequest, ChannelFacts } from "../../../../src/change-requests/index.ts";
import { createInviteDisplay } from "../../../../src/slack/posting/invite-display.ts";
import { someRequest } from "../../../support/domain-objects.ts";
import { readable } from "../block-texts.ts";

/** Invites Theo and Lena to approve each request, whose card stands in a channel with these facts. */
async function invite(
  facts: Partial<ChannelFacts> | null,
  requests: readonly ChangeRequest[] = [someRequest()],
) {
  const told: { readonly key: string; readonly person: string; readonly text: string }[] = [];
  const display = createInviteDisplay({
    findCard: async () => ({ channelId: "C0APPROVE", url: null }),
    channels: { facts: async () => facts as ChannelFacts | null }, // no more is asked
    tellDirectly: async (key, person, { blocks }) => {
      if (person === "U0BAD") throw new Error("no message to U0BAD");
      told.push({ key, person, text: readable(blocks) });
    },
  });
  for (const request of requests) await display.inviteDirectly(request, ["U0THEO", "U0LENA"]);
  return { told, people: told.map(({ person }) => person), display };
}

it.each([true, false])(
  "an invited approver outside the card's channel is told directly, and a member is not (private: %s)",
  async (isPrivate) => {
    const { told, people } = await invite({ isPrivate, memberIds: ["U0THEO"] });
    expect(people).toEqual(["U0LENA"]);
    expect(told[0]?.text.includes("add you")).toBe(isPrivate);
  },
);

it("every invited approver is told directly if the bot can't see the card's channel, which may be private", async () => {
  const { told, people } = await invite(null);
  expect(people).toEqual(["U0THEO", "U0LENA"]);
  expect(told[0]?.text).toContain("add you");
});

it("an approver is invited once for a request, and once more after each renewal", async () => {
  const requests = [0, 0, 1, 1].map((renewals) => someRequest({ id: 7, renewals }));
  const { told } = await invite({ isPrivate: true, memberIds: [] }, requests);
  expect(new Set(told.map(({ key, person }) => `${key} to ${person}`)).size).toBe(4);
});

it("an approver who can't be told keeps no other from being told, and the job fails", async () => {
  const { display, told } = await invite({ memberIds: [] }, []);
  await expect(display.inviteDirectly(someRequest(), ["U0BAD", "U0LENA"])).rejects.toThrow(
    "no message to U0BAD",
  );
  expect(told.map(({ person }) => person)).toEqual(["U0LENA"]);
});
