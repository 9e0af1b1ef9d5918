import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Answer, type Job, NothingToDoError } from "../../../../src/change-requests/index.ts";
import { AppError } from "../../../../src/kernel/errors.ts";
import { type Answered, answerTo } from "../../../../src/slack/listeners/answering.ts";
import { answer, sendRefusal } from "../../../../src/slack/listeners/send-answer.ts";
import { answerMessage } from "../../../../src/slack/messages/answer-message.ts";
import type { Message } from "../../../../src/slack/texts/message.ts";

const found: Answer = { kind: "frozen" };
const FOUND = answerMessage(found).text;

/** As the lock of a transaction that is lost while it commits. */
class LostError extends AppError<"lock_lost"> {
  constructor() {
    super("lock_lost", "The lock is lost.");
  }
}

/** Somebody to tell, and a log. */
function listener() {
  const told: string[] = [];
  const logged: unknown[] = [];
  const tell = async (said: Answer) => void told.push(answerMessage(said).text);
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
    expect(told).toEqual([FOUND]);
  });

  it("that takes longer is announced once", async () => {
    const { told, tell, deps } = listener();
    const slow = Promise.withResolvers<Answer>();
    const answered = answer(deps, tell, () => slow.promise);
    await vi.advanceTimersByTimeAsync(999);
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(told).toEqual(["Looking up…"]);
    await vi.advanceTimersByTimeAsync(60_000);
    slow.resolve(found);
    await answered;
    expect(told).toEqual(["Looking up…", FOUND]);
  });

  it("comes though its announcement could not be sent", async () => {
    const { told, logged, tell, deps } = listener();
    const slow = Promise.withResolvers<Answer>();
    const failing = async (said: Answer) => {
      if (said.kind === "looking_up") throw new Error("Slack is away.");
      return tell(said);
    };
    const answered = answer(deps, failing, () => slow.promise);
    await vi.advanceTimersByTimeAsync(1_000);
    slow.resolve(found);
    await answered;
    expect(told).toEqual([FOUND]);
    expect(logged).toEqual([new Error("Slack is away.")]);
  });

  it("is why there is none, when there is none", async () => {
    const { told, logged, tell, deps } = listener();
    await answer(deps, tell, () =>
      Promise.reject(new NothingToDoError({ why: "inactive", username: "nadia" })),
    );
    expect(told).toEqual(["That was not done"]);
    expect(logged).toEqual([]);
  });
});

describe("a failure that says nothing of what was done", () => {
  it.each([new Error("The answer to the commit is lost."), new LostError()])(
    "is told as such, under the reference in the log: %s",
    async (error) => {
      const { told, logged, tell, deps } = listener();
      const said: string[] = [];
      const telling = async (answered: Answer) => {
        said.push(JSON.stringify(answerMessage(answered).blocks));
        await tell(answered);
      };
      await answer(deps, telling, () => Promise.reject(error));
      expect(told).toEqual(["Something went wrong"]);
      expect(said.join()).toMatch(/Something went wrong \(ref [0-9a-f]{4}\)\. It may have taken effect\./);
      expect(said.join()).not.toMatch(/not done|[Nn]othing was/);
      expect(logged).toEqual([error]);
    },
  );
});

describe("an answer that Slack doesn't take", () => {
  const place = { channelId: "C0APPROVE", threadTs: null };

  /** Somebody whose response URL answers as told, and what is left to be done. */
  function unreachable(respond: () => Promise<unknown>) {
    const left: Job[] = [];
    const logged: string[] = [];
    const deps = {
      jobs: { enqueue: async (job: Job) => void left.push(job) },
      log: (what: string) => void logged.push(what),
    };
    const answered = { respond: respond as unknown as Answered["respond"], slackUserId: "U0MAYA", place }; // its answer is not used
    return { left, logged, deps, tell: answerTo(deps, answered) };
  }

  it("is left to a job as its data, and not told as a failure of the work", async () => {
    const { left, deps, tell } = unreachable(() => Promise.reject(new Error("used_url")));
    const work = vi.fn(async () => found);
    await answer(deps, tell, work);
    expect(work).toHaveBeenCalledTimes(1);
    expect(left).toEqual([{ kind: "tell", slackUserId: "U0MAYA", place, notice: found }]);
  });

  it("is left to a job when it is a refusal", async () => {
    const { left, deps, tell } = unreachable(() => Promise.reject(new Error("used_url")));
    await answer(deps, tell, () =>
      Promise.reject(new NothingToDoError({ why: "inactive", username: "nadia" })),
    );
    expect(left).toMatchObject([
      { kind: "tell", notice: { kind: "not_done", refusal: { code: "nothing_to_do" } } },
    ]);
  });

  it("is left to a job after ten seconds without an answer from Slack", async () => {
    vi.useFakeTimers();
    try {
      const { left, deps, tell } = unreachable(() => new Promise(() => {}));
      const answered = answer(deps, tell, async () => found);
      await vi.advanceTimersByTimeAsync(9_999);
      expect(left).toEqual([]);
      await vi.advanceTimersByTimeAsync(1);
      await answered;
      expect(left).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it("is dropped when it only says that the answer is still to come", async () => {
    const { left, logged, tell } = unreachable(() => Promise.reject(new Error("used_url")));
    await tell({ kind: "looking_up" });
    expect(left).toEqual([]);
    expect(logged).toEqual(["Slack did not take the notice to a person."]);
  });

  it("is written to the log when no job can be left either", async () => {
    const { deps, logged, tell } = unreachable(() => Promise.reject(new Error("used_url")));
    deps.jobs.enqueue = () => Promise.reject(new Error("The database is away."));
    await tell(found);
    expect(logged).toContain("An answer to a person is lost.");
  });
});

it("comes after the notice that it is still to come, however long Slack takes for that", async () => {
  vi.useFakeTimers();
  try {
    const { told, tell, deps } = listener();
    const taken = Promise.withResolvers<void>();
    const telling = async (said: Answer) => {
      if (said.kind === "looking_up") await taken.promise;
      await tell(said);
    };
    const slow = Promise.withResolvers<Answer>();
    const answered = answer(deps, telling, () => slow.promise);
    await vi.advanceTimersByTimeAsync(1_000);
    slow.resolve(found);
    await vi.advanceTimersByTimeAsync(1_000);
    taken.resolve();
    await answered;
    expect(told).toEqual(["Looking up…", FOUND]);
  } finally {
    vi.useRealTimers();
  }
});

it("logs what is nobody's fault, and tells the person nothing of it", async () => {
  const { logged, deps } = listener();
  const bug = new TypeError("cannot read properties of undefined (reading 'secret')");
  const said: Message[] = [];
  await sendRefusal(deps, async (answered) => void said.push(answerMessage(answered)), bug);
  const words = JSON.stringify(said);
  expect(logged).toEqual([bug]);
  expect(words).toContain("Something went wrong (ref ");
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
  expect(sent).toEqual([{ response_type: "ephemeral", replace_original: false, ...answerMessage(found) }]);
});
