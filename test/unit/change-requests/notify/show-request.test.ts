import { expect, it } from "vitest";
import {
  CardNotShownError,
  createRequestShowing,
  NowhereToPostError,
  type RequestDisplay,
  type UnitOfWork,
} from "../../../../src/change-requests/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import { somePerson, someRequest, someView } from "../../../support/domain-objects.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

type Parts = Parameters<typeof createRequestShowing>[0];

/** A display of which a test gives the parts that are called; the card stands nowhere. */
function displayOf(parts: object): RequestDisplay {
  const card = { channelId: null, put: async () => "updated", takeAwayEarlier: async () => {} };
  return {
    withCard: (_id: number, work: (card: unknown) => unknown) => work({ ...card, ...parts }),
    withWarning: async () => {},
    ...parts,
  } as unknown as RequestDisplay; // nothing else is called
}

/** Shows requests, with the parts that a test gives. */
function showingWith(parts: Partial<Parts>) {
  return createRequestShowing({
    readView: async () => someView(someRequest({ id: 7 })),
    findPlace: async (place) => ({ place, moved: null }),
    people: directoryOf(),
    channels: { facts: async () => null },
    rules: {
      approvalsChannelId: "C0APPROVE",
      auditChannelId: "C0AUDIT",
      restrictedChannelIds: ["C0RESTRICT"],
      acceptsUnmappedSubjects: false,
      isCardChannel: () => true,
      isAllowedPublic: () => false,
    },
    clock: systemClock,
    uow: { read: async () => null } as unknown as UnitOfWork, // nothing else is called
    display: displayOf({}),
    ...parts,
  });
}

/** Shows requests in a Slack that has no place for them, and notes what happens to the card and to the request. */
function showing(error: NowhereToPostError) {
  const happened: string[] = [];
  const display = displayOf({
    takeAway: async () => {
      happened.push("card hidden");
      return true;
    },
  });
  const uow = {
    read: async () => null,
    run: async () => void happened.push("request withdrawn"),
  } as unknown as UnitOfWork; // nothing else is asked
  return { happened, ...showingWith({ uow, display, findPlace: () => Promise.reject(error) }) };
}

it.each(["archived", "bot_not_member", "not_visible"] as const)(
  "hides a card and waits while no channel can be posted to (%s): the request is not cancelled",
  async (why) => {
    const { happened, showCard } = showing(new NowhereToPostError(why));
    await expect(showCard(7)).rejects.toMatchObject({ why });
    expect(happened).toEqual(["card hidden"]);
  },
);

it.each([
  ["C0INC4711", ["earlier cards hidden", "card hidden"]],
  ["C0RESTRICT", ["earlier cards hidden"]],
])(
  "hides cards that were left in earlier channels while no channel can be posted to, with its own in %s",
  async (channelId, hidden) => {
    const happened: string[] = [];
    const display = displayOf({
      channelId,
      takeAwayEarlier: async () => void happened.push("earlier cards hidden"),
      takeAway: async () => happened.push("card hidden") > 0,
    });
    const findPlace = () => Promise.reject(new NowhereToPostError("archived"));
    await expect(showingWith({ display, findPlace }).showCard(7)).rejects.toMatchObject({ why: "archived" });
    expect(happened).toEqual(hidden);
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
  const display = displayOf({ takeAway: async () => true });
  const uow = {
    read: async () => null,
    run: (work: (tx: unknown) => unknown) => work(tx),
  } as unknown as UnitOfWork; // nothing else is asked
  const findPlace = () => Promise.reject(new NowhereToPostError("subject_unmapped"));
  const { showCard } = showingWith({ uow, display, findPlace });
  for (let time = 0; time < 2; time += 1)
    await expect(showCard(7)).rejects.toMatchObject({ why: "subject_unmapped" });
  expect(told).toEqual([
    expect.objectContaining({
      kind: "tell",
      notice: { kind: "card_waits", requestId: 7, why: "subject_unmapped" },
    }),
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
    const asked: string[] = [];
    const { postThreadUpdate } = showingWith({
      display: displayOf({ threadOf: async () => ({ channelId: "C0RESTRICT", threadTs: "1.0" }) }),
      // The channel is out by the time of the announcement.
      findPlace: async (place) => {
        asked.push(place.channelId);
        if (asked.length > 1) throw new NowhereToPostError(why);
        return { place, moved: null };
      },
    });
    await expect(postThreadUpdate(7, "approved")).rejects.toMatchObject({ why });
    expect(asked.at(-1)).toBe("C0RESTRICT");
  },
);

it("announces what came to pass though Slack refuses the card, and then fails, so that the card is shown later", async () => {
  const refused = new CardNotShownError(new Error("restricted_action"));
  const announced: string[] = [];
  const { postThreadUpdate } = showingWith({
    display: displayOf({
      put: () => Promise.reject(refused),
      threadOf: async () => ({ channelId: "C0RESTRICT", threadTs: "1.0" }),
      postThreadUpdate: async (_view: unknown, topic: string) => {
        announced.push(topic);
        return null;
      },
      tellOutcome: async () => {},
    }),
    people: directoryOf(somePerson()),
  });
  await expect(postThreadUpdate(7, "denied")).rejects.toBe(refused);
  expect(announced).toEqual(["denied"]);
});

it("asks those whom the requester named again before a card leaves its channel, and not when it stays", async () => {
  const happened: string[] = [];
  const display = displayOf({
    channelId: "C0INC4711",
    put: async (_view: unknown, { channelId }: { channelId: string }) => {
      happened.push(`put in ${channelId}`);
      return "updated";
    },
  });
  const tx = { jobs: { enqueue: async ({ kind }: { kind: string }) => void happened.push(kind) } };
  const uow = {
    read: async () => null,
    run: (work: (tx: unknown) => unknown) => work(tx),
  } as unknown as UnitOfWork; // nothing else is called
  for (const channelId of ["C0INC4711", "C0RESTRICT"]) {
    const findPlace = async () => ({ place: { channelId, threadTs: null }, moved: null });
    await showingWith({ uow, display, findPlace }).showCard(7);
  }
  expect(happened).toEqual(["put in C0INC4711", "ask", "put in C0RESTRICT"]);
});

it("reads a request while it holds the card, so that a card never goes back to an earlier state", async () => {
  const steps: string[] = [];
  const card = {
    channelId: null,
    put: async () => {
      steps.push("put");
      return "updated";
    },
    takeAwayEarlier: async () => {},
  };
  const { showCard } = showingWith({
    display: displayOf({
      withCard: async (_id: number, work: (held: unknown) => Promise<unknown>) => {
        steps.push("held");
        const done = await work(card);
        steps.push("released");
        return done;
      },
    }),
    readView: async () => {
      steps.push("read");
      return someView(someRequest({ id: 7 }));
    },
    findPlace: async (place) => {
      steps.push("placed");
      return { place, moved: null };
    },
  });
  await showCard(7);
  expect(steps).toEqual(["held", "read", "placed", "put", "released"]);
});

it("takes away what an earlier move left behind, also of a card that may stand nowhere", async () => {
  const steps: string[] = [];
  const display = displayOf({
    channelId: "C0INC4711",
    takeAwayEarlier: async () => void steps.push("earlier"),
    takeAway: async () => {
      steps.push("card");
      return true;
    },
  });
  const findPlace = () => Promise.reject(new NowhereToPostError("archived"));
  await expect(showingWith({ display, findPlace }).showCard(7)).rejects.toMatchObject({ why: "archived" });
  expect(steps).toEqual(["earlier", "card"]);
});

it("raises no alarm about work that doesn't fail any more, and asks for no place for it", async () => {
  const asked: string[] = [];
  const { postAlert } = showingWith({
    findPlace: async (place) => {
      asked.push(place.channelId);
      return { place, moved: null };
    },
    display: displayOf({ postAlert: async () => void asked.push("alarm") }),
  });
  await postAlert(7, "stuck:1a2b");
  expect(asked).toEqual([]);
  await postAlert(7, "begun");
  expect(asked).toEqual(["C0AUDIT", "alarm"]);
});
