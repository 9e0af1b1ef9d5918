export type { CallOptions, QueuedCall } from "./call-options.ts";
export type {
  ActorsApi,
  AgentsApi,
  DeviceQuery,
  LegalHoldApi,
  OrgsApi,
  RepeatableWriteOptions,
  RoleReferences,
  RoleWriteOptions,
  UserFilter,
  UserListing,
  UsersApi,
  UsersReader,
  WatchlistsApi,
} from "./client-api.ts";
export type { RateOptions } from "./create-slots.ts";
export {
  IncompleteListError,
  IncydrError,
  type IncydrErrorCode,
  type IncydrErrorDetails,
  isIncydrError,
  isIncydrOutage,
  OutcomeUnknownError,
  type Sent,
} from "./errors.ts";
export {
  AmbiguousUsernameError,
  findUserByUsername,
  UsernameNotFoundError,
} from "./find-username.ts";
export { foldUsername } from "./fold-username.ts";
export {
  type ActorId,
  isIdShaped,
  type MatterId,
  type OrgGuid,
  parseActorId,
  parseOrgGuid,
  parseRoleId,
  parseUserId,
  type RoleId,
  type UserId,
} from "./ids.ts";
export { createIncydrClient, type IncydrClient, type IncydrClientOptions } from "./incydr-client.ts";
export type { IncydrHooks, RequestEvent } from "./incydr-hooks.ts";
export { createReader, type IncydrReader } from "./incydr-reader.ts";
export { type Lane, lanes } from "./lanes.ts";
export {
  createLimiter,
  type GrantedStart,
  type Limiter,
  type LimiterReading,
  type LimiterStatus,
  type SlotRequest,
} from "./limiter.ts";
export { type Completeness, createList, isComplete, type List, type SkippedRecords } from "./list.ts";
export { listDevices, listUsers } from "./list-pages.ts";
export { createLocalSlots } from "./local-slots.ts";
export {
  type NamedRole,
  type RoleFault,
  RoleFaultsError,
  RolesChangedError,
  RolesIgnoredError,
} from "./role-errors.ts";
export type { Peers, Sharing, SharingStatus, Slot, SlotSource } from "./slot-source.ts";
export type {
  Actor,
  Agent,
  Device,
  DevicesPage,
  LegalHoldMatter,
  Org,
  Role,
  RolePermission,
  StateAnswer,
  UpdateRolesResponse,
  User,
  UserRole,
  UsersPage,
  Watchlist,
} from "./types.ts";
