import { expect, test } from "vitest";
import { startBotProcess } from "../support/bot-process.ts";
import { CRASH_WORLD } from "../support/crash-story.ts";
import { employees, makeBulk } from "../support/scenario-bulks.ts";
import { waitForCard } from "../support/scenario-requests.ts";
import { startWorld } from "../support/world.ts";

test("kill -9 in the middle of a bulk: it goes on where it was, and nobody is changed twice", {
  timeout: 90_000,
}, async () => {
  await using world = await startWorld(CRASH_WORLD);
  const { slack, incydr } = world;
  await using killed = await startBotProcess(world);
  const users = employees(world).slice(0, 12);
  const input = { "Or pasted lines": users.join("\n") };
  const { id, card } = await makeBulk(world, { command: "/incydr bulk deactivate", input });
  // Six are worked on at once: these have taken effect when the bot dies, and it has read none of them.
  const answers = users.slice(4, 10).map((user) => {
    const { userId } = incydr.tenant.user(user);
    return incydr.control.hold(`POST /v1/users/${userId}/deactivate`, { when: "after" });
  });
  await slack.as("theo").click("Approve", { message: card });
  await waitForCard(world, { id, shows: "1 of 2 given" });
  await slack.as("priya").click("Approve", { message: card });
  await Promise.all(answers.map(({ arrived }) => arrived));
  await killed.kill9();
  for (const answer of answers) answer.release();
  const { rows } = await world.db.query<{ state: string }>("select state from targets order by position");
  expect(rows.map(({ state }) => state)).toEqual([
    ...Array(4).fill("verified"),
    ...Array(6).fill("executing"),
    ...Array(2).fill("waiting"),
  ]);

  await using _restarted = await startBotProcess(world);
  const done = await waitForCard(world, { id, shows: "Verified.", timeoutMs: 40_000 });
  expect(done.plain).toContain("12 of 12");
  const { files } = await slack.as("maya").waitForMessage("dm", /CR-1 is over/, { timeoutMs: 40_000 });
  expect(files[0]?.content.match(/,verified,/g)).toHaveLength(12);
  expect(incydr.writeLog().map(({ applied }) => applied)).toEqual(Array(12).fill(true));
  expect(new Set(incydr.writeLog().map(({ userId }) => userId)).size).toBe(12);
  expect(users.filter((user) => incydr.tenant.user(user).active)).toEqual([]);
});
