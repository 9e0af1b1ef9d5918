import { expect, it } from "vitest";
import { DatabaseReadOnlyError } from "../../../../../src/persistence/index.ts";
import { VIEW_IDS } from "../../../../../src/slack/ids/registrations.ts";
import { LISTENERS } from "../../../../../src/slack/listeners/listeners.ts";
import type { SlackDeps } from "../../../../../src/slack/listeners/slack-deps.ts";

type Submit = (
  deps: SlackDeps,
  args: { ack: (answer?: unknown) => void; body: unknown; view: unknown },
) => Promise<void>;

it.each([
  ["the first form", VIEW_IDS.bulkInput],
  ["the second form", VIEW_IDS.bulkForm],
])("%s of a bulk keeps what was typed if it isn't known whether it was stored", async (_which, id) => {
  const fails = async () => {
    throw new DatabaseReadOnlyError();
  };
  const deps = { bulkOpening: { give: fails }, submitBulk: fails, log: () => {} } as unknown as SlackDeps; // nothing else of it is used
  const answers: unknown[] = [];
  const submissions = LISTENERS.submissions as unknown as Record<string, Submit>; // given what Slack gives
  await submissions[id]?.(deps, {
    ack: (answer) => void answers.push(answer),
    body: { user: { id: "U0MAYA" } },
    view: {
      id: "V1",
      title: { text: "Deactivate in bulk" },
      private_metadata: "0b0f5a5e-0000-4000-8000-000000000000",
      state: { values: {} },
    },
  });
  expect(answers).toEqual([{ response_action: "errors", errors: expect.any(Object) }]);
  expect(JSON.stringify(answers)).toContain("It is not known whether this was stored.");
});
