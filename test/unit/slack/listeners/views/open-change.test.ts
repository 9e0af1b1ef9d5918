import { WebAPIPlatformError, WebAPIRequestError } from "@slack/web-api";
import { describe, expect, it } from "vitest";
import { type Job, NothingToDoError, type Place } from "../../../../../src/change-requests/index.ts";
import type { SlackDeps } from "../../../../../src/slack/listeners/slack-deps.ts";
import { fillChange, sendNotOpened } from "../../../../../src/slack/listeners/views/open-change.ts";
import { answerMessage } from "../../../../../src/slack/messages/answer-message.ts";

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

it("a form whose user can't be read says that nothing was requested, and gives back what was typed", async () => {
  const shown: unknown[] = [];
  const deps = {
    prepareDraft: () => Promise.reject(new Error("A fault.")),
    api: { reading: { views: { update: async (call: unknown) => void shown.push(call) } } },
    log: () => {},
  } as unknown as SlackDeps; // nothing else of it is used
  const choice = { who: "nadia", kind: "deactivate", role: null, org: null, undoes: null } as const;
  const typed = { "You typed": "/incydr deactivate nadia" };
  await fillChange(deps, { viewId: "V1", draftId: "draft", slackUserId: "U0MAYA", typed, ...choice });
  expect(shown).toMatchObject([{ view_id: "V1" }]);
  expect(JSON.stringify(shown)).toContain("Nothing was requested or changed.");
  expect(JSON.stringify(shown)).toContain("/incydr deactivate nadia");
});

describe("a modal that did not open", () => {
  const told = async (error: unknown) => {
    const texts: string[] = [];
    const deps = { log: () => {} } as unknown as SlackDeps; // nothing else of it is used
    const typed = { "You typed": "/incydr deactivate nadia" };
    await sendNotOpened(
      deps,
      async (answer) => void texts.push(JSON.stringify(answerMessage(answer))),
      error,
      typed,
    );
    return texts;
  };
  const refusedWith = (error: string) => new WebAPIPlatformError({ ok: false, error });

  it.each(["expired_trigger_id", "trigger_expired", "invalid_trigger_id"])(
    "because it took too long is said so, with what was typed: %s",
    async (code) => {
      const texts = await told(refusedWith(code));
      expect(texts).toEqual([
        expect.stringContaining("The form took too long to open. Nothing was requested"),
      ]);
      expect(texts[0]).toContain("/incydr deactivate nadia");
    },
  );

  it("because another delivery has opened it is said nothing of", async () => {
    expect(await told(refusedWith("exchanged_trigger_id"))).toEqual([]);
  });

  it("for a reason that isn't known is said to have requested nothing, and may have opened only where Slack did not answer", async () => {
    const cases = [
      [refusedWith("invalid_arguments"), false],
      [new WebAPIRequestError(new Error("ECONNRESET")), true],
    ] as const;
    for (const [error, mayHaveOpened] of cases) {
      const [text = ""] = await told(error);
      expect(text).toContain("Nothing was requested");
      expect(text).toContain("/incydr deactivate nadia");
      expect(text.includes("If a form says")).toBe(mayHaveOpened);
    }
  });
});
