import type { App, ViewConstraints } from "@slack/bolt";
import { expect, it } from "vitest";
import { DatabaseReadOnlyError } from "../../../../../src/persistence/index.ts";
import { VIEW_IDS } from "../../../../../src/slack/ids/registrations.ts";
import type { SlackDeps } from "../../../../../src/slack/listeners/slack-deps.ts";
import { registerBulkModals } from "../../../../../src/slack/listeners/views/bulk-modals.ts";

type Submit = (args: { ack: (answer?: unknown) => void; body: unknown; view: unknown }) => Promise<void>;

it.each([
  ["the first form", VIEW_IDS.bulkInput],
  ["the second form", VIEW_IDS.bulkForm],
])("%s of a bulk keeps what was typed if it isn't known whether it was stored", async (_which, id) => {
  const listeners = new Map<string, Submit>();
  const app = {
    view: ({ callback_id }: ViewConstraints, listener: Submit) =>
      listeners.set(String(callback_id), listener),
  };
  const fails = async () => {
    throw new DatabaseReadOnlyError();
  };
  const deps = { bulkOpening: { give: fails }, submitBulk: fails, log: () => {} };
  // Its two listeners use nothing else.
  registerBulkModals(app as unknown as App, deps as unknown as SlackDeps);
  const answers: unknown[] = [];
  await listeners.get(id)?.({
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
