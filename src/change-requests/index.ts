export * from "./bulk/control-bulk.ts";
export * from "./bulk/deliver-files.ts";
export * from "./bulk/dry-run.ts";
export * from "./bulk/execute-bulk.ts";
export { decodeText } from "./bulk/parse-list.ts";
export * from "./bulk/send-list.ts";
export * from "./bulk/start-bulk.ts";
export * from "./bulk/submit-bulk.ts";
export * from "./confidentiality/channel-contexts.ts";
export * from "./confidentiality/find-place.ts";
export { createHiddenFrom } from "./confidentiality/hidden-from.ts";
export { createMemberIdentities } from "./confidentiality/member-identities.ts";
export { createEntryPlaces, type EntryPlaces } from "./confidentiality/place-entries.ts";
export { createMayBeTold, type MayBeTold } from "./confidentiality/subject-among.ts";
export * from "./confidentiality/subjects-of-entries.ts";
export { createVisibleRequest } from "./confidentiality/visible-request.ts";
export * from "./decisions/cancel.ts";
export * from "./decisions/decide.ts";
export { createOpenDenial, type OpenDenial } from "./decisions/deny.ts";
export * from "./decisions/ratify.ts";
export * from "./decisions/renew.ts";
export * from "./drafting/check-form.ts";
export { createSearchOrgs, type SearchOrgs } from "./drafting/offered-orgs.ts";
export { createSearchRoles, type SearchRoles } from "./drafting/offered-roles.ts";
export * from "./drafting/prepare-draft.ts";
export { createRememberedLists } from "./drafting/remembered-lists.ts";
export * from "./drafting/start-draft.ts";
export * from "./drafting/submit-draft.ts";
export type { NotRestored } from "./drafting/undo.ts";
export * from "./execution/executor.ts";
export * from "./execution/freeze-writes.ts";
export * from "./grants/grant-queries.ts";
export * from "./grants/revoke-now.ts";
export * from "./grants/revoker.ts";
export * from "./grants/warn-of-end.ts";
export { endedAtOf } from "./lifecycle/apply-grant-event.ts";
export * from "./lifecycle/ratification.ts";
export * from "./lifecycle/record-attempts.ts";
export * from "./lifecycle/settle-grants.ts";
export {
  type Answer,
  type ListedGrant,
  type ListedUsers,
  listedGrant,
  listedUsers,
  type OptionFault,
  type PermissionAnswer,
} from "./model/answer.ts";
export * from "./model/bulk-draft.ts";
export { MOST_SUBJECTS } from "./model/bulk-limits.ts";
export * from "./model/change.ts";
export * from "./model/change-request.ts";
export type * from "./model/click.ts";
export * from "./model/form-faults.ts";
export * from "./model/grant.ts";
export * from "./model/grant-states.ts";
export { isRefusal } from "./model/is-refusal.ts";
export * from "./model/parsed-list.ts";
export * from "./model/placement.ts";
export * from "./model/refusal.ts";
export type { NothingToDo, NothingToUndo } from "./model/refusal-causes.ts";
export * from "./model/request-errors.ts";
export type { Snapshot } from "./model/snapshot.ts";
export { isUndoable, type LaterChange } from "./model/standing.ts";
export * from "./model/state-machine.ts";
export * from "./model/text-faults.ts";
export * from "./notify/invite-people.ts";
export * from "./notify/read-view.ts";
export * from "./notify/remind.ts";
export * from "./notify/show-request.ts";
export { MOST_INVITED } from "./policy/check-invited.ts";
export * from "./policy/decidable.ts";
export * from "./policy/explain-permission.ts";
export * from "./policy/invited-approvers.ts";
export { progressOf, requirementsOf } from "./policy/requirements.ts";
export * from "./ports/channel-directory.ts";
export * from "./ports/job.ts";
export * from "./ports/job-failure.ts";
export * from "./ports/locks.ts";
export * from "./ports/reminder-ports.ts";
export * from "./ports/request-messages.ts";
export * from "./ports/storage.ts";
export * from "./upkeep/at-start.ts";
export * from "./upkeep/expire.ts";
export * from "./upkeep/job-failures.ts";
export * from "./upkeep/prune.ts";
