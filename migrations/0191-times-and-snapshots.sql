-- `expires_at` is the end of the time to decide. `execute_by` is the end of the time to execute; null: `expires_at`, as
-- an earlier version stored it. Nothing is filled in here: the tables stay locked until the migration ends.
alter table change_requests
  add column execute_by timestamptz,
  -- no target is begun before; null: at once
  add column not_before timestamptz;

-- The snapshots that a target had. The current one is in `targets`, where an earlier version reads it; of a request of an
-- earlier version it is stored here too once the request is renewed.
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
