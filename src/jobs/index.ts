export { createDurableQueue, type DurableQueue } from "./job-queue.ts";
export { startJobWorkers } from "./job-workers.ts";
export { isQueueLate } from "./late-jobs.ts";
