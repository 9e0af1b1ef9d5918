import { WebAPIHTTPError, WebAPIRateLimitedError, WebAPIRequestError } from "@slack/web-api";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type SlackSimulator, startSlackSimulator } from "../../sandbox/slack/slack-simulator.ts";
import { clientOf, failureOf, refusalOf, TEST_MANIFEST } from "./slack-test-app.ts";

let slack: SlackSimulator;
beforeEach(async () => {
  slack = await startSlackSimulator({ manifest: TEST_MANIFEST });
});
afterEach(() => slack[Symbol.asyncDispose]());

const post = (text = "x") => clientOf(slack).chat.postMessage({ channel: "C0INC4711", text });
const posted = () =>
  slack
    .as("maya")
    .sees("inc-4711")
    .map(({ plain }) => plain);
test("a rate_limited fault refuses as many calls with 429 as it is set to", async () => {
  const fault = slack.faults.add({
    method: "chat.postMessage",
    kind: "rate_limited",
    retryAfterSeconds: 7,
    times: 1,
  });
  const error = await failureOf(post());
  expect(error).toBeInstanceOf(WebAPIRateLimitedError);
  expect(error).toMatchObject({ retryAfter: 7 });
  await post("after");
  expect(posted()).toEqual(["after"]);
  expect(fault.hits).toBe(1);
});

test("a fault makes a family of methods fail until it is released", async () => {
  const broken = slack.faults.add({ method: "chat.*", kind: "http_error", status: 503 });
  expect(await failureOf(post())).toBeInstanceOf(WebAPIHTTPError);
  broken.release();
  slack.faults.add({ method: /^chat\./, kind: "refused", error: "fatal_error" });
  expect((await refusalOf(post())).error).toBe("fatal_error");
  expect((await clientOf(slack).auth.test()).ok).toBe(true);
  slack.faults.clear();
  await post("after");
  expect(posted()).toEqual(["after"]);
});

test("a dropped call has no effect, and a call whose answer is lost has its effect", async () => {
  slack.faults.add({ method: "chat.postMessage", kind: "drop", times: 1 });
  expect(await failureOf(post("dropped"))).toBeInstanceOf(WebAPIRequestError);
  expect(posted()).toEqual([]);
  slack.faults.add({ method: "chat.postMessage", kind: "answer_lost", times: 1 });
  expect(await failureOf(post("lost"))).toBeInstanceOf(WebAPIRequestError);
  expect(posted()).toEqual(["lost"]);
});

test("a hanging call goes on when it is released", async () => {
  const hang = slack.faults.add({ method: "chat.postMessage", kind: "hang" });
  const call = post("late");
  await hang.waitForHits(1);
  expect(posted()).toEqual([]);
  hang.release();
  await call;
  expect(posted()).toEqual(["late"]);
});

test("a hanging call whose caller gave up does nothing when it is released", async () => {
  const hang = slack.faults.add({ method: "chat.postMessage", kind: "hang", times: 1 });
  const giveUp = new AbortController();
  const call = fetch(`${slack.apiUrl}chat.postMessage`, {
    method: "POST",
    headers: { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json" },
    body: JSON.stringify({ channel: "C0INC4711", text: "abandoned" }),
    signal: giveUp.signal,
  });
  await hang.waitForHits(1);
  giveUp.abort();
  await failureOf(call);
  await clientOf(slack).auth.test();
  hang.release();
  await post("after");
  expect(posted()).toEqual(["after"]);
});

test("closing the simulator doesn't wait for a hanging call", async () => {
  const other = await startSlackSimulator({ manifest: TEST_MANIFEST });
  const hang = other.faults.add({ method: "*", kind: "hang" });
  const call = failureOf(clientOf(other).auth.test());
  await hang.waitForHits(1);
  await other[Symbol.asyncDispose]();
  await call;
});
