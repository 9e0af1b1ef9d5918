export { createAuditReader, createPublicationQueue } from "./audit-repository.ts";
export { type Database, openDatabase } from "./database.ts";
export { databaseErrorCode, isDatabaseOutage } from "./database-errors.ts";
export { migrate } from "./migrate.ts";
export { createTryWithLock, createWithLock, type WithLock } from "./named-lock.ts";
export { createPostLedger, type Post, type PostLedger } from "./post-ledger.ts";
export { CONNECTION_LIFETIME_S, PreparingClient } from "./preparing-client.ts";
export { createUnitOfWork, type JobSink, NO_JOBS } from "./unit-of-work.ts";
