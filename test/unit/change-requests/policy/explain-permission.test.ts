import { expect, it } from "vitest";
import type { Authorizer, ChangeAction, Question } from "../../../../src/authorization/index.ts";
import { createExplainPermission } from "../../../../src/change-requests/index.ts";
import type { LookUps } from "../../../../src/subjects/index.ts";
import { someFacts, someLead, somePerson } from "../../../support/domain-objects.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

/** The question to the policies if Maya asks whether Theo may do this to Nadia. */
async function askedAbout(action: ChangeAction | "export-users"): Promise<Question | undefined> {
  const questions: Question[] = [];
  const explainPermission = createExplainPermission({
    authorizer: {
      authorize: async () => somePerson(),
      explain: (question: Question) => {
        questions.push(question);
        return { allowed: true, lines: [] };
      },
    } as unknown as Authorizer, // nothing else of it is asked
    directory: directoryOf(somePerson(), someLead()),
    lookUps: { subject: async () => someFacts() } as unknown as LookUps, // as above
  });
  const asked = { slackUserId: "U0MAYA", who: "<@U0THEO>", subject: "nadia", change: null };
  await explainPermission({ ...asked, action });
  return questions[0];
}

it.each([
  ...(["approve", "deny", "ratify", "revoke"] as const).map((action) => [action, "somebody else"] as const),
  ...(["request", "cancel", "execute", "emergency"] as const).map((action) => [action, "U0THEO"] as const),
])("the question whether a person may %s is about a request of %s", async (action, requesterSlackId) => {
  const question = await askedAbout(action);
  expect(question).toMatchObject({ action, principal: { slackUserId: "U0THEO" } });
  expect(question).toHaveProperty("change.requesterSlackId", requesterSlackId);
});

it("an action about the tenant may be written with a hyphen", async () => {
  expect(await askedAbout("export-users")).toEqual({ principal: someLead(), action: "export_users" });
});
