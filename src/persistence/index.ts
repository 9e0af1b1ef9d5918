export { createAuditReader, createPublicationQueue, readAuditBacklog } from "./audit-repository.ts";
export { assertDatabaseWritable, checkDatabase } from "./check-database.ts";
export { createConnectionPool } from "./connection-pool.ts";
export { type Database, openDatabase } from "./database.ts";
export {
  createDatabaseClock,
  createInstantReader,
  type DatabaseClock,
  keepMeasuring,
} from "./database-clock.ts";
export {
  DatabaseReadOnlyError,
  databaseErrorCode,
  databaseFailureText,
  isDatabaseOutage,
} from "./database-errors.ts";
export { createTenantDirectory } from "./directory-queries.ts";
export { createDirectoryStore } from "./directory-repository.ts";
export { migrate } from "./migrate.ts";
export { createTryWithLock, createWithLock, type TryWithLock, type WithLock } from "./named-lock.ts";
export { createPostedMessages } from "./posted-messages.ts";
export { createServerGeneration, type ServerGeneration } from "./server-generation.ts";
export { createReadSubjectIdentities } from "./subject-identities.ts";
export { createHandledClicks, createUnitOfWork, type JobSink, NO_JOBS } from "./unit-of-work.ts";
