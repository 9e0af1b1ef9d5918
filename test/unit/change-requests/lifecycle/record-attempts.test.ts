import { expect, it } from "vitest";
import { createRecordForbidden } from "../../../../src/change-requests/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import { someRequest } from "../../../support/domain-objects.ts";
import { storeOf } from "../../../support/one-request.ts";

const CLICK = "9f4f6f5e-0000-4000-8000-000000000004";
const ATTEMPT = {
  slackUserId: "U0THEO",
  action: "approve",
  about: { requestId: "CR-1", subject: "nadia.petrov@harborlight.example" },
  reasons: ["Not your own."],
  policyIds: ["own"],
  policyHash: "judged",
} as const;

function setUp() {
  const store = storeOf(someRequest());
  return { store, record: createRecordForbidden({ uow: store.uow, clock: systemClock }) };
}

it("what the policies forbid is audited with whom it was about, and by which rule", async () => {
  const { store, record } = setUp();
  await record({ ...ATTEMPT, attemptId: null });
  expect(store.entries()).toMatchObject([
    {
      kind: "attempt.forbidden",
      actor: { slackUserId: "U0THEO", email: null },
      requestId: "CR-1",
      subject: ATTEMPT.about.subject,
      policyHash: "judged",
      details: { action: "approve", asked: null, reasons: ["Not your own."], policies: ["own"] },
    },
  ]);
});

it("a click that is carried out twice is audited once, and can still be answered", async () => {
  const { store, record } = setUp();
  for (let time = 0; time < 2; time += 1) await record({ ...ATTEMPT, attemptId: CLICK });
  expect(store.audited()).toEqual(["attempt.forbidden"]);
  expect(await store.uow.run((tx) => tx.clicks.claim(CLICK, new Date()))).toBe(true);
});

it("what isn't done by a click is audited each time", async () => {
  const { store, record } = setUp();
  for (let time = 0; time < 2; time += 1) await record({ ...ATTEMPT, attemptId: null });
  expect(store.audited()).toHaveLength(2);
});
