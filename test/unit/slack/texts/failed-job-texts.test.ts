import { expect, it } from "vitest";
import { JOB_KINDS, type JobFailure } from "../../../../src/change-requests/index.ts";
import { failedJobLines, givenUpLines, stuckAlarm } from "../../../../src/slack/texts/failed-job-texts.ts";
import { lines, richText } from "../../../../src/slack/texts/rich-text.ts";
import { someRequest } from "../../../support/domain-objects.ts";
import { readable } from "../block-texts.ts";

function someFailure(patch: Partial<JobFailure> = {}): JobFailure {
  return {
    ...{ key: "k", kind: "decide", requestId: 7, faults: 20, errorCode: "TypeError" },
    ...{ reference: "7f3a", givenUpAt: new Date(0), ...patch },
  };
}

it.each(JOB_KINDS)(
  "the notice of a job that failed names its work and reference, and claims no outcome: %s",
  (work) => {
    for (const goesOnDaily of [true, false]) {
      const notice = { kind: "given_up", work, requestId: 7, reference: "7f3a", goesOnDaily } as const;
      const told = readable([richText(lines(...givenUpLines(notice)))]);
      expect(told).toMatch(/^CR-7: Something went wrong while .+ \(ref 7f3a\)\./);
      expect(told).not.toMatch(/nothing was|was not|done/i);
      expect(told.includes("once a day")).toBe(goesOnDaily);
    }
  },
);

it("a card lists the work that was given up, but not its own display, and at most five", () => {
  const failures = [someFailure(), someFailure({ kind: "show_card", reference: "0000" })];
  const request = someRequest();
  const shown = readable([richText(lines(...failedJobLines({ failures, request })))]);
  expect(shown).toContain("Something went wrong while recording a decision (ref 7f3a).");
  expect(shown).not.toContain("0000");
  const many = failedJobLines({ failures: Array.from({ length: 6 }, () => someFailure()), request });
  expect(many).toHaveLength(5);
  expect(JSON.stringify(many).match(/Give the ref to an administrator/g)).toHaveLength(1);
});

it.each([
  ["approved", "The bot stopped working on it. Look up the user to see whether it was changed."],
  ["executing", "The bot tries again once a day. Look up the user to see whether it was changed."],
] as const)(
  "the card of a request that is %s says whether the bot goes on with a change that fails",
  (state, words) => {
    const failures = [someFailure({ kind: "execute" })];
    const shown = failedJobLines({ failures, request: someRequest({ state }) });
    expect(readable([richText(lines(...shown))])).toContain(words);
  },
);

it("the alarm of stuck work names the work, and there is none for work that has succeeded since", () => {
  const alarm = stuckAlarm(7, [someFailure({ kind: "end_grants" })], "7f3a");
  expect(readable(alarm?.blocks)).toContain(
    "Something went wrong while removing temporary roles (ref 7f3a). It failed 20 times. The user may still have a temporary role. Remove it in Incydr by hand.",
  );
  expect(readable(alarm?.blocks)).not.toContain("TypeError");
  expect(stuckAlarm(7, [], "7f3a")).toBeNull();
});
