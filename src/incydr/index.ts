export type * from "./client/client-api.ts";
export {
  AmbiguousUsernameError,
  findUserByUsername,
  UsernameNotFoundError,
} from "./client/find-username.ts";
export { createIncydrClient, type IncydrClient, type IncydrClientOptions } from "./client/incydr-client.ts";
export { createReader, type IncydrReader } from "./client/incydr-reader.ts";
export { listDevices, listUsers } from "./client/list-users-and-devices.ts";
export { type ReadUser, readAllUsers } from "./client/read-all-users.ts";
export type {
  Actor,
  Agent,
  Device,
  LegalHoldMatter,
  Org,
  Role,
  RolePermission,
  UpdateRolesResponse,
  User,
  UserRole,
  Watchlist,
} from "./client/records.ts";
export type { CallOptions } from "./model/call-options.ts";
export {
  IncompleteListError,
  IncydrError,
  type IncydrErrorCode,
  type IncydrErrorDetails,
  isIncydrError,
  isIncydrOutage,
  OutcomeUnknownError,
  type Sent,
} from "./model/errors.ts";
export {
  type ActorId,
  foldUsername,
  isIdShaped,
  type MatterId,
  type OrgGuid,
  parseActorId,
  parseOrgGuid,
  parseRoleId,
  parseUserId,
  type RoleId,
  type UserId,
} from "./model/ids.ts";
export type { IncydrHooks, RequestEvent } from "./model/incydr-hooks.ts";
export { type Completeness, createList, isComplete, type List, type SkippedRecords } from "./model/list.ts";
export { type Priority as Lane, priorities as lanes } from "./model/priorities.ts";
export * from "./model/role-errors.ts";
export type { Sharing, SharingStatus } from "./model/sharing.ts";
export type { RateOptions } from "./rate-limit/create-bucket.ts";
export {
  createLimiter,
  type GrantedStart,
  type Limiter,
  type LimiterReading,
  type LimiterStatus,
  type StartRequest,
} from "./rate-limit/limiter.ts";
export type { TokenBucket } from "./rate-limit/token-bucket.ts";
