import { describe, expect, it } from "vitest";
import { DirectoryUnavailableError, PoliciesDifferError } from "../../../../src/authorization/index.ts";
import { DatabaseReadOnlyError } from "../../../../src/persistence/index.ts";
import { VIEW_IDS } from "../../../../src/slack/ids/registrations.ts";
import { LISTENERS } from "../../../../src/slack/listeners/listeners.ts";
import type { SlackDeps } from "../../../../src/slack/listeners/slack-deps.ts";
import { UnmappedOperatorError } from "../../../../src/subjects/index.ts";
import { somePerson } from "../../../support/domain-objects.ts";

type Submit = (
  deps: SlackDeps,
  args: { ack: (answer?: unknown) => void; body: unknown; view: unknown },
) => Promise<void>;

/** How the bot acks a form whose submission fails with this error. */
async function ackedAs(id: string, error: Error): Promise<unknown> {
  const fails = () => Promise.reject(error);
  const deps = { submitDraft: fails, submitBulk: fails, log: () => {} } as unknown as SlackDeps; // nothing else of it is used
  const answers: unknown[] = [];
  const submissions = LISTENERS.submissions as unknown as Record<string, Submit>; // given what Slack gives
  await submissions[id]?.(deps, {
    ack: (answer) => void answers.push(answer),
    body: { user: { id: "U0MAYA" } },
    view: {
      id: "V1",
      title: { text: "Deactivate" },
      private_metadata: "0b0f5a5e-0000-4000-8000-000000000000",
      state: { values: {} },
    },
  });
  expect(answers).toHaveLength(1);
  return answers[0];
}

describe.each([
  ["a change", VIEW_IDS.changeForm],
  ["a bulk", VIEW_IDS.bulkForm],
])("the form of %s", (_what, id) => {
  it.each([
    ["the database can't store it", new DatabaseReadOnlyError()],
    ["Slack can't be asked who is in the groups", new DirectoryUnavailableError(null)],
    ["the policies are being changed", new PoliciesDifferError("old", "new")],
  ])("stays with what was typed, to be sent again, while %s", async (_why, error) => {
    const answer = await ackedAs(id, error);
    expect(answer).toMatchObject({ response_action: "errors" });
    expect(JSON.stringify(answer)).toContain("It is not known whether this was stored.");
  });

  it("gives way to the reason why it is refused for good", async () => {
    expect(await ackedAs(id, new UnmappedOperatorError(somePerson()))).toMatchObject({
      response_action: "update",
    });
  });
});
