export { createJobBoss, type JobBoss } from "./job-queue.ts";
export { type JobHandlers, startJobWorkers } from "./job-workers.ts";
