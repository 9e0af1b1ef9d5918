-- `expires_at` is the end of the time to decide. `execute_by` is the end of the time to execute; null: `expires_at`, as
-- an earlier version stores it during a rolling update.
alter table change_requests
  add column execute_by timestamptz,
  -- no target is begun before; null: at once
  add column not_before timestamptz;
update change_requests set execute_by = expires_at;

-- Every snapshot that a target had. The current one is in `targets` as well, where an earlier version reads it.
create table snapshots (
  request_id     bigint not null,
  position       integer not null,
  -- how often the request was renewed before it had this snapshot
  renewal        integer not null check (renewal >= 0),
  facts          jsonb not null,
  snapshot       jsonb not null,
  slack_user_ids text[] not null,
  -- when the request was made or renewed with it; null: an earlier version renewed it and stored no time
  taken_at       timestamptz,
  primary key (request_id, position, renewal),
  foreign key (request_id, position) references targets on delete cascade
);
insert into snapshots (request_id, position, renewal, facts, snapshot, slack_user_ids, taken_at)
select target.request_id, target.position, request.renewals, target.facts, target.snapshot, target.slack_user_ids,
  case when request.renewals = 0 then request.created_at end
from targets target join change_requests request on request.id = target.request_id;
