export { createJobBoss, type JobBoss } from "./job-queue.ts";
export { startJobWorkers } from "./job-workers.ts";
