import type { Job } from "../../src/change-requests/index.ts";
import { answerMessage } from "../../src/slack/messages/answer-message.ts";
import { readable } from "../unit/slack/block-texts.ts";

/** The messages of jobs to people: the code of each refusal, the sentences of any other notice. */
export function toldIn(jobs: readonly Job[]): string[] {
  return jobs.flatMap((job) => {
    if (job.kind !== "tell") return [];
    if (!("notice" in job)) return [job.words.text];
    const { notice } = job;
    if (notice.kind !== "refused") return [readable(answerMessage(notice).blocks)];
    const { refusal } = notice;
    if (refusal.code === "incydr") return [refusal.data.fault];
    return [refusal.code === "other" ? refusal.data.errorCode : refusal.code];
  });
}
