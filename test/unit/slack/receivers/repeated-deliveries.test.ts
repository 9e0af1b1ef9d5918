import { expect, test } from "vitest";
import { deliveryId } from "../../../../src/slack/ids/delivery-id.ts";
import { createOncePerDelivery } from "../../../../src/slack/receivers/admit-deliveries.ts";

const CLICK = { type: "block_actions", user: { id: "U1" }, trigger_id: "1.1.a", actions: [{ value: "1" }] };

function collected() {
  const acks: unknown[] = [];
  const ack = async (response?: unknown): Promise<void> => {
    acks.push(response);
  };
  return { acks, ack };
}

test("a delivery that comes again is acknowledged as the first one was, and handled once", async () => {
  const once = createOncePerDelivery();
  const { acks, ack } = collected();
  let handled = 0;
  const handle = async (acknowledge: typeof ack) => {
    handled += 1;
    await acknowledge({ response_action: "errors", errors: { reason: "Say why." } });
  };
  await once(CLICK, ack, handle);
  await once({ ...CLICK }, ack, handle);
  expect(handled).toBe(1);
  expect(acks).toEqual(Array(2).fill({ response_action: "errors", errors: { reason: "Say why." } }));
});

test("a repetition that comes while the first is being handled waits for its ack", async () => {
  const once = createOncePerDelivery();
  const { acks, ack } = collected();
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

test("a delivery whose handling failed before the ack is handled again, once, when it comes again", async () => {
  const once = createOncePerDelivery();
  const { acks, ack } = collected();
  const release = Promise.withResolvers<void>();
  const failing = once(CLICK, ack, async () => {
    await release.promise;
    throw new Error("The database is down.");
  });
  let handled = 0;
  const again = [1, 2].map(() =>
    once(CLICK, ack, async (acknowledge) => {
      handled += 1;
      await acknowledge();
    }),
  );
  release.resolve();
  await expect(failing).rejects.toThrow("The database is down.");
  await Promise.all(again);
  expect(handled).toBe(1);
  expect(acks).toEqual([undefined, undefined]);
});

test("other clicks, people, texts and forms are other deliveries", () => {
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

test("a bounded number of deliveries is remembered", async () => {
  const once = createOncePerDelivery();
  const { ack } = collected();
  let handled = 0;
  const handle = async (acknowledge: typeof ack) => {
    handled += 1;
    await acknowledge();
  };
  for (let each = 0; each <= 500; each += 1) await once({ ...CLICK, trigger_id: String(each) }, ack, handle);
  await once({ ...CLICK, trigger_id: "500" }, ack, handle);
  expect(handled).toBe(501);
  await once({ ...CLICK, trigger_id: "0" }, ack, handle);
  expect(handled).toBe(502);
});
