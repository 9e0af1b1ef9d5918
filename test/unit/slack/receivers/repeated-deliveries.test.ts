import { expect, test } from "vitest";
import { deliveryId } from "../../../../src/slack/ids/delivery-id.ts";
import { createOncePerDelivery } from "../../../../src/slack/receivers/admit-deliveries.ts";

const CLICK = { type: "block_actions", user: { id: "U1" }, trigger_id: "1.1.a", actions: [{ value: "1" }] };

/** The ack of a delivery, and handlers that ack with an answer; `count` is the number of their runs. */
function setUp() {
  const acks: unknown[] = [];
  const ack = async (response?: unknown): Promise<void> => void acks.push(response);
  let handled = 0;
  const handleWith = (answer?: unknown) => async (acknowledge: typeof ack) => {
    handled += 1;
    await acknowledge(answer);
  };
  return { once: createOncePerDelivery(), acks, ack, handleWith, count: () => handled };
}

test("a repeated delivery is acknowledged as the first one was, and handled once", async () => {
  const { once, acks, ack, handleWith, count } = setUp();
  const answer = { response_action: "errors", errors: { reason: "Say why." } };
  for (const _time of [1, 2]) await once({ ...CLICK }, ack, handleWith(answer));
  expect(count()).toBe(1);
  expect(acks).toEqual([answer, answer]);
});

test("a repetition that comes while the first delivery is handled waits for its ack", async () => {
  const { once, acks, ack } = setUp();
  const release = Promise.withResolvers<void>();
  const first = once(CLICK, ack, async (acknowledge) => {
    await release.promise;
    await acknowledge("done");
  });
  const repetitions = [1, 2].map(() => once(CLICK, ack, () => Promise.reject(new Error("handled twice"))));
  release.resolve();
  await Promise.all([first, ...repetitions]);
  expect(acks).toEqual(["done", "done", "done"]);
});

test("a delivery whose handling failed before the ack is handled once more when it is repeated", async () => {
  const { once, acks, ack, handleWith, count } = setUp();
  const release = Promise.withResolvers<void>();
  const failing = once(CLICK, ack, async () => {
    await release.promise;
    throw new Error("The database is down.");
  });
  const again = [1, 2].map(() => once(CLICK, ack, handleWith()));
  release.resolve();
  await expect(failing).rejects.toThrow("The database is down.");
  await Promise.all(again);
  expect(count()).toBe(1);
  expect(acks).toEqual([undefined, undefined]);
});

test("deliveries are told apart by click, person, text and form, and not by response URL", () => {
  const others = [
    CLICK,
    { ...CLICK, trigger_id: "2.2.b" },
    { ...CLICK, user: { id: "U2" } },
    { ...CLICK, actions: [{ value: "2" }] },
    { ...CLICK, view: { id: "V1", hash: "1" } },
    { ...CLICK, view: { id: "V1", hash: "2" } },
    { command: "/incydr", text: "freeze", trigger_id: "1.1.a", user_id: "U1" },
    { command: "/incydr", text: "unfreeze", trigger_id: "1.1.a", user_id: "U1" },
  ];
  expect(new Set(others.map(deliveryId)).size).toBe(others.length);
  expect(deliveryId({ ...CLICK, response_url: "about:blank" })).toBe(deliveryId(CLICK));
});

test("the last 500 deliveries are remembered, and no more", async () => {
  const { once, ack, handleWith, count } = setUp();
  const deliver = (each: number) => once({ ...CLICK, trigger_id: String(each) }, ack, handleWith());
  for (let each = 0; each <= 500; each += 1) await deliver(each);
  await deliver(500);
  expect(count()).toBe(501);
  await deliver(0);
  expect(count()).toBe(502);
});
