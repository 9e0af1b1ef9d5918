import { WebAPIPlatformError } from "@slack/web-api";
import { expect, it } from "vitest";
import { type Job, NothingToDoError, type Place } from "../../../../../src/change-requests/index.ts";
import type { SlackDeps } from "../../../../../src/slack/listeners/slack-deps.ts";
import { fillChange } from "../../../../../src/slack/listeners/views/open-change.ts";

const PLACE: Place = { channelId: "C0APPROVE", threadTs: null };

/** Fills in a form for Maya, which Slack answers with this code; what became of the draft, and what she is told. */
async function filledIn(code: string, place: Place | null = PLACE) {
  const abandoned: unknown[] = [];
  const jobs: Job[] = [];
  const deps = {
    prepareDraft: () => Promise.reject(new NothingToDoError({ why: "inactive", username: "nadia" })),
    abandonDraft: async (...all: readonly unknown[]) => {
      abandoned.push(all);
      return place;
    },
    jobs: { enqueue: async (job: Job) => void jobs.push(job) },
    api: {
      reading: {
        views: { update: () => Promise.reject(new WebAPIPlatformError({ ok: false, error: code })) },
      },
    },
    log: () => {},
  } as unknown as SlackDeps; // nothing else of it is used
  const choice = { who: "nadia", kind: "deactivate", role: null, org: null, undoes: null } as const;
  const typed = { "You typed": "/incydr deactivate nadia" };
  await fillChange(deps, { viewId: "V1", draftId: "draft", slackUserId: "U0MAYA", typed, ...choice });
  return { abandoned, jobs };
}

it("a form that Slack doesn't take ends its draft, and its opener is told where they began it, with what they typed", async () => {
  const { abandoned, jobs } = await filledIn("internal_error");
  expect(abandoned).toEqual([["draft", "U0MAYA"]]);
  const typed = { "You typed": "/incydr deactivate nadia" };
  const notice = { kind: "nothing_requested", why: "form_not_shown", typed };
  expect(jobs).toEqual([{ kind: "tell", slackUserId: "U0MAYA", place: PLACE, notice }]);
});

it("a form that was closed before it was filled in is left to its closing", async () => {
  expect(await filledIn("not_found")).toEqual({ abandoned: [], jobs: [] });
});

it("the opener of a form that led to a request meanwhile is told nothing of it", async () => {
  expect((await filledIn("internal_error", null)).jobs).toEqual([]);
});
