import { asJson, canonicalJson } from "../../kernel/canonical-json.ts";
import type { EnqueuedJob } from "./job.ts";

/** The jobs that one transaction leaves, each once; an announcement shows the card as well. */
export function dedupeJobs(jobs: readonly EnqueuedJob[]): readonly EnqueuedJob[] {
  const byText = new Map(jobs.map((left) => [canonicalJson(asJson(left)), left]));
  const announced = new Set(
    jobs.flatMap(({ job, startAfter }) => (job.kind === "announce" && !startAfter ? [job.requestId] : [])),
  );
  return [...byText.values()].filter(({ job }) => job.kind !== "show_card" || !announced.has(job.requestId));
}
