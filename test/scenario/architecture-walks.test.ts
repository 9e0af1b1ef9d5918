import { Session } from "node:inspector/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { filesOfWalk } from "../support/architecture-walks.ts";
import { answerToCommand } from "../support/scenario-effects.ts";
import { approveAndWait, emailOf, type MadeRequest, makeRequest } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const SOURCES = new URL("../../src/", import.meta.url);

describe("the walks of docs/architecture.md", () => {
  const world = useWorld({ delivery: "socket" });
  let request: MadeRequest;

  it("each file of the first walk takes part when a slash command becomes a card", async () => {
    const entered = await filesEntered(SOURCES, async () => {
      request = await makeRequest(world(), { command: `/incydr deactivate ${emailOf("nadia.petrov")}` });
    });
    expect(filesOfWalk("command").filter((file) => !entered.has(file))).toEqual([]);
  });

  it("each file of the second walk takes part when an approval becomes a write and is read back", async () => {
    const { card, id } = request;
    const entered = await filesEntered(SOURCES, async () => {
      await approveAndWait(world(), { id, card }, { shows: "Done and verified" });
    });
    expect(filesOfWalk("approval").filter((file) => !entered.has(file))).toEqual([]);
  });

  it("each file of the third walk takes part when an audit entry reaches the channel", async () => {
    const { slack } = world();
    await untilQuiet(world());
    const entered = await filesEntered(SOURCES, async () => {
      const maya = slack.as("maya");
      await answerToCommand(maya, `/incydr user ${emailOf("ann.karlsson")}`);
      await untilQuiet(world());
    });
    expect(filesOfWalk("audit").filter((file) => !entered.has(file))).toEqual([]);
  });
});

/** The files below a folder of which a function was called while `work` ran, by V8's count of calls; from the folder. */
async function filesEntered(folder: URL, work: () => Promise<void>): Promise<ReadonlySet<string>> {
  const base = fileURLToPath(folder);
  const session = new Session();
  session.connect();
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
    // A reading sets the counts to zero.
    await session.post("Profiler.takePreciseCoverage");
    await work();
    const { result } = await session.post("Profiler.takePreciseCoverage");
    const entered = result
      .filter(({ functions }) => functions.some(({ ranges }) => ranges.some(({ count }) => count > 0)))
      .map(({ url }) => (url.startsWith("file:") ? fileURLToPath(url) : url));
    return new Set(entered.filter((file) => file.startsWith(base)).map((file) => file.slice(base.length)));
  } finally {
    session.disconnect();
  }
}
