import type { Message } from "../../sandbox/slack/driver.ts";
import type { BenchWorld } from "../open-world.ts";
import { untilQuiet } from "../until-quiet.ts";

const APPROVALS = "insider-risk-approvals";

/** Requests a user's deactivation as Maya; resolves to the card when the bot has no other work. */
export async function askForDeactivation(
  { sandbox: { slack }, db }: BenchWorld,
  username: string,
): Promise<Message> {
  const [maya, theo] = [slack.as("maya"), slack.as("theo")];
  await maya.command(`/incydr deactivate ${username}`, { in: APPROVALS });
  await maya.waitForModal(({ submit }) => submit === "Request approval", { timeoutMs: 20_000 });
  await maya.fill({ Reason: "Measured" });
  await maya.submit();
  const card = await theo.waitForMessage(
    APPROVALS,
    ({ plain, threadTs }) => !threadTs && plain.includes(username) && plain.includes("Pending"),
    { timeoutMs: 20_000 },
  );
  await untilQuiet(db);
  return card;
}
