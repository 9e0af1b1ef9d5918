import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Answer, type Job, NothingToDoError } from "../../../../src/change-requests/index.ts";
import { IncydrError } from "../../../../src/incydr/index.ts";
import { AppError } from "../../../../src/kernel/errors.ts";
import { answerTo } from "../../../../src/slack/listeners/answering.ts";
import { answer, sendRefusal } from "../../../../src/slack/listeners/send-answer.ts";
import { answerMessage } from "../../../../src/slack/messages/answer-message.ts";
import type { Message } from "../../../../src/slack/texts/message.ts";

const found: Answer = { kind: "frozen" };
const FOUND = answerMessage(found).text;
const REFUSED = new NothingToDoError({ why: "inactive", username: "nadia" });
const PLACE = { channelId: "C0APPROVE", threadTs: null };

/** An error like that of a transaction that loses its lock while it commits. */
class LostError extends AppError<"lock_lost"> {
  constructor() {
    super("lock_lost", "The lock is lost.");
  }
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A person to tell, and a log. */
function listener() {
  const said: Message[] = [];
  const logged: unknown[] = [];
  const tell = async (each: Answer) => void said.push(answerMessage(each));
  const deps = { log: (_what: string, error: unknown) => void logged.push(error) };
  return { logged, tell, deps, told: () => said.map(({ text }) => text), words: () => JSON.stringify(said) };
}

it("an answer that comes within a second is the only message", async () => {
  const { told, tell, deps } = listener();
  await answer(deps, tell, async () => found);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told()).toEqual([FOUND]);
});

it("an answer that takes longer than a second is announced once", async () => {
  const { told, tell, deps } = listener();
  const slow = Promise.withResolvers<Answer>();
  const answered = answer(deps, tell, () => slow.promise);
  await vi.advanceTimersByTimeAsync(999);
  expect(told()).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(told()).toEqual(["Looking up…"]);
  await vi.advanceTimersByTimeAsync(60_000);
  slow.resolve(found);
  await answered;
  expect(told()).toEqual(["Looking up…", FOUND]);
});

it("an answer comes also if Slack doesn't take its announcement", async () => {
  const { told, logged, tell, deps } = listener();
  const slow = Promise.withResolvers<Answer>();
  const failing = async (each: Answer) => {
    if (each.kind === "looking_up") throw new Error("Slack is away.");
    return tell(each);
  };
  const answered = answer(deps, failing, () => slow.promise);
  await vi.advanceTimersByTimeAsync(1_000);
  slow.resolve(found);
  await answered;
  expect(told()).toEqual([FOUND]);
  expect(logged).toEqual([new Error("Slack is away.")]);
});

it("an answer comes after its announcement, however long Slack takes for that", async () => {
  const { told, tell, deps } = listener();
  const taken = Promise.withResolvers<void>();
  const telling = async (each: Answer) => {
    if (each.kind === "looking_up") await taken.promise;
    await tell(each);
  };
  const slow = Promise.withResolvers<Answer>();
  const answered = answer(deps, telling, () => slow.promise);
  await vi.advanceTimersByTimeAsync(1_000);
  slow.resolve(found);
  await vi.advanceTimersByTimeAsync(1_000);
  taken.resolve();
  await answered;
  expect(told()).toEqual(["Looking up…", FOUND]);
});

it("a refusal is told in the place of the answer, and not logged", async () => {
  const { told, logged, tell, deps } = listener();
  await answer(deps, tell, () => Promise.reject(REFUSED));
  expect(told()).toEqual(["That was not done"]);
  expect(logged).toEqual([]);
});

it.each([new Error("The answer to the commit is lost."), new LostError()])(
  "a failure after which the outcome is unknown is told as that, under the reference in the log: %s",
  async (error) => {
    const { told, words, logged, tell, deps } = listener();
    await answer(deps, tell, () => Promise.reject(error));
    expect(told()).toEqual(["Something went wrong"]);
    expect(words()).toMatch(
      /Something went wrong \(ref [0-9a-f]{4}\)\. Your command may have taken effect\./,
    );
    expect(words()).not.toMatch(/not done|[Nn]othing was/);
    expect(logged).toEqual([error]);
  },
);

it.each(["outcome_unknown", "roles_ignored"] as const)(
  "a person whose action ended with Incydr's %s is not told that nothing was changed",
  async (code) => {
    const { words, tell, deps } = listener();
    await sendRefusal(deps, tell, new IncydrError(code, "x", { sent: "unknown" }));
    expect(words()).toContain("Incydr did not confirm the change. It may have been made. Look up the user");
    expect(words()).not.toContain("Nothing was");
  },
);

it("a bug is logged, and the person is told none of its text", async () => {
  const { words, logged, tell, deps } = listener();
  const bug = new TypeError("cannot read properties of undefined (reading 'secret')");
  await sendRefusal(deps, tell, bug);
  expect(logged).toEqual([bug]);
  expect(words()).toContain("Something went wrong (ref ");
  expect(words()).not.toContain("secret");
});

/** Maya with a response URL that Slack does not take, and the enqueued jobs for her. */
function unreachable() {
  const left: Job[] = [];
  const logged: string[] = [];
  const deps = {
    respond: () => Promise.reject(new Error("used_url")),
    jobs: { enqueue: async (job: Job) => void left.push(job) },
    log: (what: string) => void logged.push(what),
  };
  const to = { responseUrl: "https://hooks.slack.com/x", slackUserId: "U0MAYA", place: PLACE };
  return { left, logged, deps, tell: answerTo(deps, to) };
}

it("an answer that Slack doesn't take is left to a job, and the work is not repeated", async () => {
  const { left, deps, tell } = unreachable();
  const work = vi.fn(async () => found);
  await answer(deps, tell, work);
  expect(work).toHaveBeenCalledTimes(1);
  expect(left).toEqual([{ kind: "tell", slackUserId: "U0MAYA", place: PLACE, notice: found }]);
});

it("a refusal that Slack doesn't take is left to a job", async () => {
  const { left, deps, tell } = unreachable();
  await answer(deps, tell, () => Promise.reject(REFUSED));
  expect(left).toMatchObject([
    { kind: "tell", notice: { kind: "not_done", refusal: { code: "nothing_to_do" } } },
  ]);
});

it("an announcement that Slack doesn't take is dropped", async () => {
  const { left, logged, tell } = unreachable();
  await tell({ kind: "looking_up" });
  expect(left).toEqual([]);
  expect(logged).toEqual(["Slack did not take the notice to a person."]);
});

it("an answer that can't be left to a job either is logged as lost", async () => {
  const { deps, logged, tell } = unreachable();
  deps.jobs.enqueue = () => Promise.reject(new Error("The database is away."));
  await tell(found);
  expect(logged).toContain("An answer to a person is lost.");
});
