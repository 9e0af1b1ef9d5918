import { expect, it } from "vitest";
import { FRESH } from "../../../../src/authorization/index.ts";
import { createCarryOutClick } from "../../../../src/change-requests/clicks/carry-out-click.ts";
import { createOpenReasonForm } from "../../../../src/change-requests/clicks/open-reason-form.ts";
import { createHiddenFrom } from "../../../../src/change-requests/confidentiality/hidden-from.ts";
import type { VisibleRequest } from "../../../../src/change-requests/confidentiality/visible-request.ts";
import { createVisibleRequest } from "../../../../src/change-requests/index.ts";
import { subjectFacts } from "../../../../src/change-requests/policy/policy-facts.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import type { IdentifyOperator } from "../../../../src/subjects/index.ts";
import { someChangeFacts, someFacts, someLead, someRequest } from "../../../support/domain-objects.ts";
import { someClick } from "../../../support/one-click.ts";
import { storeOf } from "../../../support/one-request.ts";
import { shippedPolicies, someAuthorizer } from "../../../support/stub-authorizer.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const CLICK = someClick();
const THEO = someLead();

/** Identifies Theo, and records the arguments. */
function identifying() {
  const asked: Parameters<IdentifyOperator>[1][] = [];
  const identify: IdentifyOperator = async (_person, how) => {
    asked.push(how);
    return "user-theo";
  };
  return { asked, identify };
}

/** A visible request, and the arguments with which it was read. */
function watched() {
  const seen: Parameters<VisibleRequest>[2][] = [];
  const visibleRequest: VisibleRequest = async (_id, _who, how) => {
    seen.push(how);
    return someRequest();
  };
  return { seen, visibleRequest, uow: storeOf(someRequest()).uow };
}

it("all checks of one click share one attempt, so that Incydr is asked once who the person is", async () => {
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
  const authorizer = await someAuthorizer({ engine: await shippedPolicies(), directory, identify }).pin(how);
  const subject = subjectFacts(someFacts(), ["U0NADIA"]);
  const channel = { private: true, shared: false, allowed: true };
  const asking = { freshness: FRESH, subject, change: someChangeFacts({ channel }) };
  await authorizer.authorizeChange(THEO.slackUserId, "approve", asking);
  expect(asked).toEqual([how, how]);
});

it("a form that asks for a reason waits one second for Incydr, because Slack waits three", async () => {
  const { seen, visibleRequest, uow } = watched();
  await createOpenReasonForm({ uow, visibleRequest, clock: systemClock }, "denial", async () => {})(CLICK);
  expect(seen).toEqual([{ isForForm: true }]);

  const { asked, identify } = identifying();
  const hiding = { directory: directoryOf(THEO), identify, operatorMap: new Map() };
  await createHiddenFrom(hiding).readerOf(THEO.slackUserId, { isForForm: true, attemptId: "a" });
  await createHiddenFrom(hiding).readerOf(THEO.slackUserId);
  expect(asked).toEqual([{ attemptId: "a", deadlineMs: 1_000 }, { attemptId: null }]);
});
