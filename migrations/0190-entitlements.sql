-- In the order in which transactions lock them: another order would end transactions of an earlier version that runs
-- meanwhile as deadlocks.
lock table change_requests, targets, decisions, audit_entries in access exclusive mode;
-- By which policies, and as a member of which groups, a person was entitled to decide; null in rows of earlier versions.
alter table decisions
  add column policy_ids text[],
  add column entitling_groups text[],
  -- the person who let the approver decide in their place; null: the approver decided for themselves
  add column on_behalf_of_slack_id text,
  add constraint decisions_entitlement_whole check ((policy_ids is null) = (entitling_groups is null)),
  add constraint decisions_on_behalf_of_another check (on_behalf_of_slack_id <> approver_slack_id);
-- N approvals are N people, those included in whose place others decide.
create unique index decisions_once_a_delegator on decisions (request_id, on_behalf_of_slack_id) where not void;
