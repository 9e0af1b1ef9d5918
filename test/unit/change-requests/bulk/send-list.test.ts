import { describe, expect, it } from "vitest";
import { FRESH, type Freshness } from "../../../../src/authorization/index.ts";
import {
  type ChangeRequest,
  createSendList,
  type FileDelivery,
  type FileForPerson,
} from "../../../../src/change-requests/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import { someLead, someRequest, someTarget } from "../../../support/domain-objects.ts";
import { someClick } from "../../../support/one-click.ts";
import { LENIENT, lenientAuthorizer, storeOf } from "../../../support/one-request.ts";

const CLICK = someClick();
const TARGETS = [
  someTarget({ username: "nadia@x.example" }),
  someTarget({ username: "rolf@x.example", position: 1 }),
];

/** A bulk whose list Theo requests. Each delivery has the next result of the list; the last result repeats. */
function setUp(
  patch: Partial<ChangeRequest> = {},
  ends: readonly ("delivered" | "unreachable" | Error)[] = [],
) {
  const request = someRequest({ targets: TARGETS, ...patch });
  const store = storeOf(request);
  const { authorizer } = lenientAuthorizer([someLead()]);
  const asked: { who: string; action: string; freshness: Freshness; requestId: string | undefined }[] = [];
  const pinned: typeof authorizer = {
    ...authorizer,
    pin: async () => pinned,
    authorize: async (who, action, { freshness, about }) => {
      asked.push({ who, action, freshness, requestId: about?.requestId ?? undefined });
      return { ...someLead(), policyHash: LENIENT, userId: null, entitlement: { policyIds: [], groups: [] } };
    },
  };
  const delivered: ({ key: string; to: string } & FileForPerson)[] = [];
  const delivery = {
    deliver: async (key: string, to: string, file: FileForPerson) => {
      const end = ends[Math.min(delivered.length, ends.length - 1)] ?? "delivered";
      delivered.push({ key, to, ...file });
      if (end instanceof Error) throw end;
      return end;
    },
  } as FileDelivery;
  const sendList = createSendList({
    authorizer: pinned,
    uow: store.uow,
    visibleRequest: async () => request,
    delivery,
    clock: systemClock,
  });
  return { sendList, store, asked, delivered };
}

describe("the list of a bulk", () => {
  it("a person who may look users up gets the list, and the audit entry names every user on it", async () => {
    const { sendList, store, asked, delivered } = setUp();
    await sendList(CLICK);
    expect(asked).toEqual([{ who: "U0THEO", action: "lookup", freshness: FRESH, requestId: "CR-1" }]);
    expect(delivered).toMatchObject([{ to: "U0THEO", name: "CR-1-users.csv" }]);
    expect(store.entries()).toMatchObject([
      {
        kind: "subjects.looked_up",
        actor: { slackUserId: "U0THEO", email: someLead().email },
        requestId: "CR-1",
        policyHash: LENIENT,
        details: { usernames: ["nadia@x.example", "rolf@x.example"] },
      },
    ]);
    expect(store.told()).toEqual([]);
  });

  it.each(["executing", "done"] as const)(
    "the list shows the outcomes when the bulk is %s",
    async (state) => {
      const { sendList, delivered } = setUp({ state });
      await sendList(CLICK);
      expect(delivered).toMatchObject([{ name: "CR-1-outcomes.csv" }]);
    },
  );

  it("a list that Slack takes at the second try is audited once and is the same file", async () => {
    const { sendList, store, delivered } = setUp({}, [new Error("Slack is away."), "delivered"]);
    await expect(sendList(CLICK)).rejects.toThrow("Slack is away.");
    await sendList(CLICK);
    expect(new Set(delivered.map(({ key }) => key)).size).toBe(1);
    expect(store.audited()).toEqual(["subjects.looked_up"]);
  });

  it("each click brings a file of its own", async () => {
    const { sendList, delivered } = setUp();
    await sendList(CLICK);
    await sendList({ ...CLICK, clickId: "9f4f6f5e-0000-4000-8000-00000000000d" });
    expect(new Set(delivered.map(({ key }) => key)).size).toBe(2);
  });

  it("the person is told once if the list can't be sent, however often the job runs", async () => {
    const { sendList, store } = setUp({}, ["unreachable"]);
    for (let time = 0; time < 2; time += 1) await sendList(CLICK);
    expect(store.told()).toEqual([expect.stringContaining("The list of users of CR-1 could not be sent")]);
  });
});
