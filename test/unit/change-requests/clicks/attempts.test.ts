import { expect, it } from "vitest";
import { FRESH } from "../../../../src/authorization/index.ts";
import { createOpenReasonForm } from "../../../../src/change-requests/clicks/open-reason-form.ts";
import { createHiddenFrom } from "../../../../src/change-requests/confidentiality/hidden-from.ts";
import type { VisibleRequest } from "../../../../src/change-requests/confidentiality/visible-request.ts";
import { createVisibleRequest } from "../../../../src/change-requests/index.ts";
import { subjectFacts } from "../../../../src/change-requests/policy/policy-facts.ts";
import type { User } from "../../../../src/incydr/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import {
  createIdentifyOperator,
  type IdentifyOperator,
  rememberIdentities,
} from "../../../../src/subjects/index.ts";
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

it("the checks of one click ask Incydr once who the person is", async () => {
  const asked: unknown[] = [];
  const identify = createIdentifyOperator(
    rememberIdentities(async (person) => {
      asked.push(person.slackUserId);
      return { userId: "user-theo" } as User; // nothing else is read
    }, systemClock),
  );
  const directory = directoryOf(THEO);
  const { uow } = storeOf(someRequest());
  await createVisibleRequest({ directory, identify, operatorMap: new Map(), uow })(1, THEO.slackUserId);
  const authorizer = someAuthorizer({ engine: await shippedPolicies(), directory, identify });
  const subject = subjectFacts(someFacts(), ["U0NADIA"]);
  const channel = { private: true, shared: false, allowed: true };
  const asking = { freshness: FRESH, subject, change: someChangeFacts({ channel }) };
  await authorizer.authorizeChange(THEO.slackUserId, "approve", asking);
  expect(asked).toEqual([THEO.slackUserId]);
});

it("a form that asks for a reason waits one second for Incydr, because Slack waits three", async () => {
  const { seen, visibleRequest, uow } = watched();
  await createOpenReasonForm({ uow, visibleRequest, clock: systemClock }, "denial", async () => {})(CLICK);
  expect(seen).toEqual([{ isForForm: true }]);

  const { asked, identify } = identifying();
  const hiding = { directory: directoryOf(THEO), identify, operatorMap: new Map() };
  await createHiddenFrom(hiding).readerOf(THEO.slackUserId, { isForForm: true });
  await createHiddenFrom(hiding).readerOf(THEO.slackUserId);
  expect(asked).toEqual([{ deadlineMs: 1_000 }, {}]);
});
