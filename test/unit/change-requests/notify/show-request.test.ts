import { expect, it } from "vitest";
import {
  CardNotShownError,
  createRequestShowing,
  NowhereToPostError,
  type RequestDisplay,
  type UnitOfWork,
} from "../../../../src/change-requests/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import { someRequest } from "../../../support/domain-objects.ts";

/** Shows requests in a Slack that has no place for them, and notes what happens to the card and to the request. */
function showing(error: NowhereToPostError) {
  const happened: string[] = [];
  const display = {
    showCard: () => Promise.reject(error),
    hideCard: async () => {
      happened.push("card hidden");
      return true;
    },
  } as unknown as RequestDisplay; // nothing else is asked
  const uow = {
    read: async () => null,
    run: async () => void happened.push("request withdrawn"),
  } as unknown as UnitOfWork; // nothing else is asked
  return { happened, ...createRequestShowing({ uow, display, clock: systemClock, readOnly: false }) };
}

it.each(["archived", "bot_not_member", "not_visible"] as const)(
  "hides a card and waits while no channel can be posted to (%s): the request is not cancelled",
  async (why) => {
    const { happened, showCard } = showing(new NowhereToPostError(why));
    await expect(showCard(7)).rejects.toMatchObject({ why });
    expect(happened).toEqual(["card hidden"]);
  },
);

it("keeps a request while a subject can't be excluded, and tells the requester once what to set", async () => {
  const told: unknown[] = [];
  const claimed = new Set<string>();
  const tx = {
    requests: { get: async () => someRequest({ id: 7 }), bulksAmong: async () => [] },
    clicks: { claim: async (id: string) => !claimed.has(id) && claimed.add(id).size > 0 },
    jobs: { enqueue: async (job: unknown) => void told.push(job) },
  };
  const display = {
    showCard: () => Promise.reject(new NowhereToPostError("subject_unmapped")),
    hideCard: async () => true,
    notice: (sentences: readonly string[]) => sentences.join(" "),
  } as unknown as RequestDisplay; // nothing else is asked
  const uow = {
    read: async () => null,
    run: (work: (tx: unknown) => unknown) => work(tx),
  } as unknown as UnitOfWork; // nothing else is asked
  const { showCard } = createRequestShowing({ uow, display, clock: systemClock, readOnly: false });
  for (let time = 0; time < 2; time += 1)
    await expect(showCard(7)).rejects.toMatchObject({ why: "subject_unmapped" });
  expect(told).toEqual([
    expect.objectContaining({ kind: "tell", words: expect.stringContaining("in OPERATOR_MAP") }),
  ]);
});

it("withdraws a request that its subject would see in every channel", async () => {
  const { happened, showCard } = showing(new NowhereToPostError("subject_present"));
  await showCard(7);
  expect(happened).toEqual(["card hidden", "request withdrawn"]);
});

it.each(["archived", "bot_not_member", "not_visible"] as const)(
  "fails to announce while no channel can be posted to (%s), so that the announcement is made later",
  async (why) => {
    const display = {
      showCard: async () => {},
      announce: () => Promise.reject(new NowhereToPostError(why)),
    } as unknown as RequestDisplay; // nothing else is asked
    const stored = {
      cards: { takeTurn: async () => {} },
      requests: { get: async () => someRequest(), bulksAmong: async () => [] },
      jobFailures: { givenUpOf: async () => [] },
      freeze: { read: async () => null },
    };
    const uow = { read: (work: (stored: unknown) => unknown) => work(stored) } as unknown as UnitOfWork; // the same
    const { announce } = createRequestShowing({ uow, display, clock: systemClock, readOnly: false });
    await expect(announce(7, "approved")).rejects.toMatchObject({ why });
  },
);

it("announces what came to pass though Slack refuses the card, and then fails, so that the card is shown later", async () => {
  const refused = new CardNotShownError(new Error("restricted_action"));
  const announced: string[] = [];
  const display = {
    showCard: () => Promise.reject(refused),
    announce: async (_view: unknown, topic: string) => void announced.push(topic),
  } as unknown as RequestDisplay; // nothing else is asked
  const stored = {
    cards: { takeTurn: async () => {} },
    requests: { get: async () => someRequest(), bulksAmong: async () => [] },
    jobFailures: { givenUpOf: async () => [] },
    freeze: { read: async () => null },
  };
  const uow = { read: (work: (stored: unknown) => unknown) => work(stored) } as unknown as UnitOfWork; // the same
  const { announce } = createRequestShowing({ uow, display, clock: systemClock, readOnly: false });
  await expect(announce(7, "denied")).rejects.toBe(refused);
  expect(announced).toEqual(["denied"]);
});
