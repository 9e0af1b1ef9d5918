import type { EntryPointFixtures } from "./entry-point-fixtures.ts";
import { emailOf } from "./scenario-requests.ts";

/** How one entry point of the domain is used in a test. */
export interface EntryPointCase {
  /** The key of the person who acts: a change that only they see is no effect. */
  readonly by: string;
  readonly run: (setting: EntryPointFixtures) => Promise<unknown>;
  /** The effects under policies that forbid everything, and why no policy decides on them. */
  readonly evenSo?: {
    readonly because: string;
    readonly tables?: readonly string[];
    readonly audit?: readonly string[];
    readonly isSeen?: boolean;
  };
  /** Why it has no effect under any policies. */
  readonly isIdle?: string;
}

/** A case for each button, form and kind of job of a bulk. */
export const BULK_CASES: Record<string, EntryPointCase> = {
  "action bulk_pause": {
    by: "theo",
    run: async ({ click, bulk }) => click("theo", "bulk_pause", String(await bulk())),
  },
  "action bulk_resume": {
    by: "theo",
    run: async ({ click, bulk }) => click("theo", "bulk_resume", String(await bulk({ paused: true }))),
  },
  "action bulk_stop": {
    by: "theo",
    run: async ({ click, bulk }) => click("theo", "bulk_stop", String(await bulk())),
  },
  "action bulk_list": {
    by: "theo",
    run: async ({ click, bulk }) => click("theo", "bulk_list", String(await bulk())),
  },
  "view_submission bulk_input": {
    by: "maya",
    run: async ({ view, bulkDraft }) =>
      view("view_submission", "maya", {
        callback_id: "bulk_input",
        private_metadata: await bulkDraft("opened"),
        state: { values: { text: { value: { type: "plain_text_input", value: emailOf("nadia.petrov") } } } },
      }),
    evenSo: {
      because:
        "what somebody pastes is kept for them; the job that reads it asks whether it may be asked for",
      tables: ["bulk_drafts"],
    },
  },
  "view_submission bulk_form": {
    by: "maya",
    run: async ({ view, bulkDraft }) =>
      view("view_submission", "maya", {
        callback_id: "bulk_form",
        private_metadata: await bulkDraft("read"),
        state: { values: { reason: { value: { type: "plain_text_input", value: "Asked by a test" } } } },
      }),
  },
  "job execute_bulk": {
    by: "maya",
    run: async ({ leave, bulk }) => leave({ kind: "execute_bulk", requestId: await bulk() }),
    evenSo: {
      because: "it asks, is told that its requester may not, and so leaves everybody out",
      tables: ["change_requests", "targets"],
      audit: ["target.skipped", "target.skipped", "request.done"],
      isSeen: true,
    },
  },
  "job control_bulk": {
    by: "theo",
    run: async ({ leave, clickOn, bulk }) =>
      leave({ kind: "control_bulk", click: await clickOn(await bulk(), "theo"), control: "pause" }),
  },
  "job send_list": {
    by: "theo",
    run: async ({ leave, clickOn, bulk }) =>
      leave({ kind: "send_list", click: await clickOn(await bulk(), "theo") }),
  },
  "job read_bulk": {
    by: "maya",
    run: async ({ leave, bulkDraft }) => leave({ kind: "read_bulk", draftId: await bulkDraft("given") }),
  },
  "job deliver_dry_run": {
    by: "maya",
    run: async ({ leave, bulkDraft }) => leave({ kind: "deliver_dry_run", draftId: await bulkDraft("read") }),
    isIdle: "it brings what was read to whoever read it",
  },
  "job deliver_outcomes": {
    by: "maya",
    run: async ({ leave, bulk }) =>
      leave({ kind: "deliver_outcomes", requestId: await bulk(), topic: "done:verified" }),
    isIdle: "it brings what came of a bulk to whoever asked for it",
  },
  "job show_progress": {
    by: "maya",
    run: async ({ leave, pending }) => leave({ kind: "show_progress", requestId: await pending() }),
    evenSo: { because: "it shows what is stored, to those who may see the card", isSeen: true },
  },
};
