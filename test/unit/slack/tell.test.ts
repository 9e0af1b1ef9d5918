import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { NothingToDoError } from "../../../src/change-requests/index.ts";
import { type Answered, answerTo } from "../../../src/slack/answering.ts";
import { type Message, shortMessage } from "../../../src/slack/messages/message.ts";
import { plain } from "../../../src/slack/messages/rich-text.ts";
import { answer, tellRefusal } from "../../../src/slack/tell.ts";

const found = shortMessage("Found", [plain("Found")]);

/** Somebody to tell, and a log. */
function listener() {
  const told: string[] = [];
  const logged: unknown[] = [];
  const tell = async ({ text }: Message) => void told.push(text);
  const deps = { log: (_what: string, error: unknown) => void logged.push(error) };
  return { told, logged, tell, deps };
}

describe("an answer", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("that comes within a second is the only thing said", async () => {
    const { told, tell, deps } = listener();
    await answer(deps, tell, async () => found);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toEqual(["Found"]);
  });

  it("that takes longer is announced once", async () => {
    const { told, tell, deps } = listener();
    const slow = Promise.withResolvers<Message>();
    const answered = answer(deps, tell, () => slow.promise);
    await vi.advanceTimersByTimeAsync(999);
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(told).toEqual(["Looking up…"]);
    await vi.advanceTimersByTimeAsync(60_000);
    slow.resolve(found);
    await answered;
    expect(told).toEqual(["Looking up…", "Found"]);
  });

  it("comes though its announcement could not be sent", async () => {
    const { told, logged, tell, deps } = listener();
    const slow = Promise.withResolvers<Message>();
    const failing = async (message: Message) => {
      if (message.text === "Looking up…") throw new Error("Slack is away.");
      return tell(message);
    };
    const answered = answer(deps, failing, () => slow.promise);
    await vi.advanceTimersByTimeAsync(1_000);
    slow.resolve(found);
    await answered;
    expect(told).toEqual(["Found"]);
    expect(logged).toEqual([new Error("Slack is away.")]);
  });

  it("is why there is none, when there is none", async () => {
    const { told, logged, tell, deps } = listener();
    await answer(deps, tell, () => Promise.reject(new NothingToDoError("Nothing to do.")));
    expect(told).toEqual(["That was not done"]);
    expect(logged).toEqual([]);
  });
});

it("logs what is nobody's fault, and tells the person nothing of it", async () => {
  const { logged, deps } = listener();
  const bug = new TypeError("cannot read properties of undefined (reading 'secret')");
  const said: Message[] = [];
  await tellRefusal(deps, async (message) => void said.push(message), bug);
  const words = JSON.stringify(said);
  expect(logged).toEqual([bug]);
  expect(words).toContain("Something went wrong on my side");
  expect(words).not.toContain("secret");
});

it("answers the person alone, without replacing what they see", async () => {
  const sent: unknown[] = [];
  const respond = async (message: unknown) => void sent.push(message);
  const answered = {
    respond: respond as unknown as Answered["respond"], // its answer is not used
    slackUserId: "U0MAYA",
    place: { channelId: "C0APPROVE", threadTs: null },
  };
  await answerTo({ jobs: { enqueue: async () => {} }, log: () => {} }, answered)(found);
  expect(sent).toEqual([{ response_type: "ephemeral", replace_original: false, ...found }]);
});
