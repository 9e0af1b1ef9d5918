import type { Job } from "../../src/change-requests/index.ts";
import { noticeMessage } from "../../src/slack/texts/notice.ts";
import { readable } from "../unit/slack/block-texts.ts";

/** The messages of jobs to people: the code of each refusal, the sentences of any other notice. */
export function toldIn(jobs: readonly Job[]): string[] {
  return jobs.flatMap((job) => {
    if (job.kind !== "tell") return [];
    if (!("notice" in job)) return [job.words.text];
    const { notice } = job;
    if (notice.kind !== "refused") return [readable(noticeMessage(notice).blocks)];
    const { refusal } = notice;
    if (refusal.code === "incydr") return [refusal.data.fault];
    return [refusal.code === "other" ? refusal.data.errorCode : refusal.code];
  });
}
