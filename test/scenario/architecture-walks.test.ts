import { describe, expect, it } from "vitest";
import { filesOfWalk } from "../support/architecture-walks.ts";
import { filesEntered } from "../support/entered-files.ts";
import { answerTo } from "../support/scenario-effects.ts";
import {
  APPROVALS,
  emailOf,
  type MadeRequest,
  makeRequest,
  waitForCard,
} from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const SOURCES = new URL("../../src/", import.meta.url);

describe("in the walks of docs/architecture.md, each file takes part:", () => {
  const world = useWorld({ delivery: "socket" });
  let request: MadeRequest;

  it("a slash command becomes a card", async () => {
    const entered = await filesEntered(SOURCES, async () => {
      request = await makeRequest(world(), { command: `/incydr deactivate ${emailOf("nadia.petrov")}` });
    });
    expect(filesOfWalk("command").filter((file) => !entered.has(file))).toEqual([]);
  });

  it("an approval becomes a write, and is read back", async () => {
    const { card, id } = request;
    const entered = await filesEntered(SOURCES, async () => {
      await world().slack.as("theo").click("Approve", { message: card });
      await waitForCard(world(), { id, shows: "Done and verified" });
    });
    expect(filesOfWalk("approval").filter((file) => !entered.has(file))).toEqual([]);
  });

  it("an audit entry reaches the channel", async () => {
    const { slack } = world();
    await untilQuiet(world());
    const entered = await filesEntered(SOURCES, async () => {
      const maya = slack.as("maya");
      await answerTo(maya, APPROVALS, () =>
        maya.command(`/incydr user ${emailOf("ann.karlsson")}`, { in: APPROVALS }),
      );
      await untilQuiet(world());
    });
    expect(filesOfWalk("audit").filter((file) => !entered.has(file))).toEqual([]);
  });
});
