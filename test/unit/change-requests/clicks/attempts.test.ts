import { expect, it } from "vitest";
import { createPolicyEngine, FRESH, loadPolicies } from "../../../../src/authorization/index.ts";
import { createCarryOutClick } from "../../../../src/change-requests/clicks/carry-out-click.ts";
import { createOpenReasonForm } from "../../../../src/change-requests/clicks/open-reason-form.ts";
import { createHiddenFrom } from "../../../../src/change-requests/confidentiality/hidden-from.ts";
import type { VisibleRequest } from "../../../../src/change-requests/confidentiality/visible-request.ts";
import { type CardClick, createVisibleRequest } from "../../../../src/change-requests/index.ts";
import { subjectFacts } from "../../../../src/change-requests/policy/policy-facts.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import type { IdentifyOperator } from "../../../../src/subjects/index.ts";
import { someChangeFacts, someFacts, someLead, someRequest } from "../../../support/domain-objects.ts";
import { storeOf } from "../../../support/one-request.ts";
import { someAuthorizer } from "../../../support/stub-authorizer.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const CLICK: CardClick = {
  clickId: "9f4f6f5e-0000-4000-8000-000000000021",
  requestId: 1,
  slackUserId: "U0THEO",
  place: { channelId: "C0APPROVE", threadTs: null },
};
const THEO = someLead();

/** Finds Theo, and tells how it was asked. */
function identifying() {
  const asked: Parameters<IdentifyOperator>[1][] = [];
  const identify: IdentifyOperator = async (_person, how) => {
    asked.push(how);
    return "user-theo";
  };
  return { asked, identify };
}

/** A request, and how it was asked whether it may be seen. */
function watched() {
  const seen: Parameters<VisibleRequest>[2][] = [];
  const visibleRequest: VisibleRequest = async (_id, _who, how) => {
    seen.push(how);
    return someRequest();
  };
  return { seen, visibleRequest, uow: storeOf(someRequest()).uow };
}

it("all checks of one click know that they are of one attempt, so that Incydr is asked once who it is", async () => {
  const { seen, visibleRequest, uow } = watched();
  const carryOut = createCarryOutClick({ uow, visibleRequest, clock: systemClock }, () => "cancel", {
    prepare: async () => ({ policyHash: null }),
    apply: async () => {},
  });
  await carryOut(CLICK);
  expect(seen).toEqual([{ attemptId: CLICK.clickId }]);

  const { asked, identify } = identifying();
  const directory = directoryOf(THEO);
  const hiding = { directory, identify, operatorMap: new Map() };
  const how = { attemptId: CLICK.clickId };
  await createVisibleRequest({ ...hiding, uow })(1, THEO.slackUserId, how);
  const engine = createPolicyEngine(await loadPolicies("policies"));
  const authorizer = await someAuthorizer({ engine, directory, identify }).pin(how);
  const subject = subjectFacts(someFacts(), ["U0NADIA"]);
  const channel = { private: true, shared: false, allowed: true };
  const asking = { freshness: FRESH, subject, change: someChangeFacts({ channel }) };
  await authorizer.authorizeChange(THEO.slackUserId, "approve", asking);
  expect(asked).toEqual([how, how]);
});

it("a form that asks for a reason waits for Incydr for a second, since Slack waits for three", async () => {
  const { seen, visibleRequest, uow } = watched();
  await createOpenReasonForm({ uow, visibleRequest, clock: systemClock }, "denial", async () => {})(CLICK);
  expect(seen).toEqual([{ isForForm: true }]);

  const { asked, identify } = identifying();
  const hiding = { directory: directoryOf(THEO), identify, operatorMap: new Map() };
  await createHiddenFrom(hiding).readerOf(THEO.slackUserId, { isForForm: true });
  await createHiddenFrom(hiding).readerOf(THEO.slackUserId);
  expect(asked).toEqual([{ attemptId: null, deadlineMs: 1_000 }, { attemptId: null }]);
});
