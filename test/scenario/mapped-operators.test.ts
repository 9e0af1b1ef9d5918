import { describe, expect, test } from "vitest";
import { answerTo } from "../support/scenario-effects.ts";
import { APPROVALS, emailOf, makeRequest, newestRequest, waitForCard } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const VICTOR = emailOf("victor.hale+lab");
const BEN = emailOf("ben.adeyemi");

describe("somebody whom OPERATOR_MAP maps to another Incydr username", () => {
  const world = useWorld({ env: { OPERATOR_MAP: `U0MAYA=${VICTOR}` } });

  test("can't request anything about themselves", async () => {
    const maya = world().slack.as("maya");
    const before = await newestRequest(world());
    await maya.command(`/incydr roles ${VICTOR} add Watchlist Manager`, { in: APPROVALS });
    const modal = await maya.waitForModal(({ plain }) => !plain.includes("Looking up"));
    expect(modal.submit).toBeUndefined();
    await maya.close();
    await untilQuiet(world());
    expect(await newestRequest(world())).toBe(before);
  });
});

describe("somebody who maps to no Incydr user", () => {
  const world = useWorld({ env: { OPERATOR_MAP: "U0PRIYA=nobody@harborlight.example" } });

  test("may only look up: they can't approve", async () => {
    const priya = world().slack.as("priya");
    const { id, card } = await makeRequest(world(), {
      command: `/incydr roles ${BEN} add Watchlist Manager`,
    });
    await answerTo(priya, APPROVALS, () => priya.click("Approve", { message: card })).catch(() => {});
    await untilQuiet(world());
    expect((await waitForCard(world(), { id })).plain).toContain("Pending.");
  });
});
