import { WebAPIPlatformError, WebAPIRequestError } from "@slack/web-api";
import { expect, it, vi } from "vitest";
import { type Job, NothingToDoError, type Place } from "../../../../../src/change-requests/index.ts";
import type { SlackDeps } from "../../../../../src/slack/listeners/slack-deps.ts";
import { fillChange, sendNotOpened } from "../../../../../src/slack/listeners/views/open-change.ts";
import { answerMessage } from "../../../../../src/slack/messages/answer-message.ts";
import { AmbiguousSubjectError, SubjectNotFoundError } from "../../../../../src/subjects/index.ts";

const PLACE: Place = { channelId: "C0APPROVE", threadTs: null };
const TYPED = { "You typed": "/incydr deactivate nadia" };
const refusedWith = (error: string) => new WebAPIPlatformError({ ok: false, error });

interface Failure {
  /** The error of reading the user; default: the user is inactive already. */
  readonly fault?: Error;
  /** The error code with which Slack refuses the form; default: Slack accepts it. */
  readonly code?: string;
  /** Where Maya opened the form; `null` if she has sent the form meanwhile. */
  readonly place?: Place | null;
  /** Makes the form that asks for the user again; default: the form can't be shown again. */
  readonly askAgain?: Parameters<typeof fillChange>[1]["askAgain"];
}

/** Puts the form into Maya's modal. The step that `Failure` names fails. */
async function filledIn({ fault, code, place = PLACE, askAgain }: Failure) {
  const abandoned: unknown[] = [];
  const jobs: Job[] = [];
  const shown: unknown[] = [];
  const deps = {
    prepareDraft: () => Promise.reject(fault ?? new NothingToDoError({ why: "inactive", username: "nadia" })),
    abandonDraft: async (...all: readonly unknown[]) => {
      abandoned.push(all);
      return place;
    },
    jobs: { enqueue: async (job: Job) => void jobs.push(job) },
    api: {
      reading: {
        views: {
          update: async (call: unknown) => {
            if (code) throw refusedWith(code);
            shown.push(call);
          },
        },
      },
    },
    log: () => {},
  } as unknown as SlackDeps; // nothing else of it is used
  const choice = { who: "nadia", kind: "deactivate", role: null, org: null, undoes: null } as const;
  await fillChange(deps, {
    ...{ viewId: "V1", draftId: "draft", slackUserId: "U0MAYA", typed: TYPED, ...choice },
    ...(askAgain && { askAgain }),
  });
  return { abandoned, jobs, shown };
}

it("a form that Slack refuses ends its draft, and its opener is told so with what they typed", async () => {
  const { abandoned, jobs } = await filledIn({ code: "internal_error" });
  expect(abandoned).toEqual([["draft", "U0MAYA"]]);
  const notice = { kind: "nothing_requested", why: "form_not_shown", typed: TYPED };
  expect(jobs).toEqual([{ kind: "tell", slackUserId: "U0MAYA", place: PLACE, notice }]);
});

it("a form that was closed before it was filled in is left to its closing", async () => {
  expect(await filledIn({ code: "not_found" })).toMatchObject({ abandoned: [], jobs: [] });
});

it("the opener of a form that led to a request meanwhile is told nothing of the form", async () => {
  expect((await filledIn({ code: "internal_error", place: null })).jobs).toEqual([]);
});

const NOT_FOUND = new SubjectNotFoundError("nadia", []);

it.each([NOT_FOUND, new AmbiguousSubjectError("nadia", [])])(
  "a form asks for the user again if the name is no user's, or several users'",
  async (fault) => {
    const view = { type: "modal", title: { type: "plain_text", text: "Again" }, blocks: [] } as const;
    const askAgain = vi.fn(async () => ({ ...view, blocks: [] }));
    expect((await filledIn({ fault, askAgain })).shown).toMatchObject([{ view }]);
    expect(askAgain).toHaveBeenCalledExactlyOnceWith(fault);
  },
);

it("a form shows a refusal that is not about the user's name, and does not ask again", async () => {
  const askAgain = vi.fn();
  const { shown } = await filledIn({ askAgain });
  expect(askAgain).not.toHaveBeenCalled();
  expect(JSON.stringify(shown)).toContain("/incydr deactivate nadia");
});

it("a form that can't ask again says that nothing was requested", async () => {
  const askAgain = () => Promise.reject(new Error("no database"));
  const { shown } = await filledIn({ fault: NOT_FOUND, askAgain });
  expect(JSON.stringify(shown)).toContain("Nothing was requested or changed.");
});

it("a form whose user can't be read says that nothing was requested, and gives back what was typed", async () => {
  const { shown } = await filledIn({ fault: new Error("A fault.") });
  expect(shown).toMatchObject([{ view_id: "V1" }]);
  expect(JSON.stringify(shown)).toContain("Nothing was requested or changed.");
  expect(JSON.stringify(shown)).toContain("/incydr deactivate nadia");
});

/** The messages to a person whose modal did not open, for this reason. */
async function toldOf(error: Error): Promise<string[]> {
  const texts: string[] = [];
  const deps = { log: () => {} } as unknown as SlackDeps; // nothing else of it is used
  const tell = async (...[answer]: Parameters<typeof answerMessage>) =>
    void texts.push(JSON.stringify(answerMessage(answer)));
  await sendNotOpened(deps, tell, error, TYPED);
  return texts;
}

it.each(["expired_trigger_id", "trigger_expired", "invalid_trigger_id"])(
  "a person whose form took too long to open is told so, with what they typed: %s",
  async (code) => {
    const texts = await toldOf(refusedWith(code));
    expect(texts).toEqual([expect.stringContaining("The form took too long to open. Nothing was requested")]);
    expect(texts[0]).toContain("/incydr deactivate nadia");
  },
);

it("a person whose form another delivery has opened is told nothing", async () => {
  expect(await toldOf(refusedWith("exchanged_trigger_id"))).toEqual([]);
});

it.each([
  [refusedWith("invalid_arguments"), false],
  [new WebAPIRequestError(new Error("ECONNRESET")), true],
])(
  "a form that did not open may have opened only if Slack did not answer: %s",
  async (error, mayHaveOpened) => {
    const [text = ""] = await toldOf(error);
    expect(text).toContain("Nothing was requested");
    expect(text).toContain("/incydr deactivate nadia");
    expect(text.includes("If a form says")).toBe(mayHaveOpened);
  },
);
