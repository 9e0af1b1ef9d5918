create table change_requests (
  id               bigint generated always as identity primary key,
  state            text not null check (state in
    ('pending', 'approved', 'stale', 'executing', 'done', 'denied', 'cancelled', 'expired')),
  change           jsonb not null,
  requester_slack_id text not null,
  requester_email  text,
  reason           text not null check (reason <> ''),
  ticket           text,
  channel_id       text not null,
  thread_ts        text,
  approvals_needed integer not null check (approvals_needed >= 0),
  snapshot_hash    text not null,
  policy_hash      text not null,
  waiting_for      text check (waiting_for in ('incydr', 'slack', 'freeze', 'subject')),
  -- when a job that is left already will try again
  wake_at          timestamptz,
  created_at       timestamptz not null,
  expires_at       timestamptz not null
);
create index change_requests_unfinished on change_requests (id) where state in ('approved', 'executing');

create table targets (
  request_id      bigint not null references change_requests (id),
  position        integer not null,
  user_id         text not null,
  username        text not null,
  display_name    text not null,
  slack_user_ids  text[] not null,
  facts           jsonb not null,
  snapshot        jsonb not null,
  state           text not null check (state in
    ('waiting', 'executing', 'verified', 'already', 'refused', 'failed', 'unknown', 'skipped', 'stale')),
  attempts        integer not null default 0,
  intent_at       timestamptz,
  intent_deadline_at timestamptz,
  explanation     text,
  settled_at      timestamptz,
  primary key (request_id, position),
  check ((intent_at is null) = (intent_deadline_at is null)),
  -- the intent is stored before the write
  check (state <> 'executing' or intent_at is not null)
);
-- Two changes to one subject never interleave, also where a lock was lost.
create unique index targets_one_write_a_user on targets (user_id) where state = 'executing';
create index targets_unknown on targets (request_id) where state = 'unknown';

create table decisions (
  request_id        bigint not null references change_requests (id),
  position          bigint generated always as identity,
  click_id          uuid not null unique,
  approver_slack_id text not null,
  approver_email    text,
  verdict           text not null check (verdict in ('approval', 'denial')),
  snapshot_hash     text not null,
  decided_at        timestamptz not null,
  void              boolean not null default false,
  primary key (request_id, position)
);
-- N approvals are N people, with different Slack ids and different e-mails.
create unique index decisions_once_a_person on decisions (request_id, approver_slack_id) where not void;
create unique index decisions_once_an_email on decisions (request_id, approver_email) where not void;

create table drafts (
  id              uuid primary key,
  opener_slack_id text not null,
  opener_email    text,
  channel_id      text not null,
  thread_ts       text,
  who             text,
  kind            text,
  facts           jsonb,
  slack_user_ids  text[] not null,
  role_options    jsonb not null,
  request_id      bigint references change_requests (id),
  expires_at      timestamptz not null
);

-- At most one row: writes are frozen while it exists.
create table write_freeze (
  only_row    boolean primary key default true check (only_row),
  by_slack_id text not null,
  by_email    text,
  reason      text,
  frozen_at   timestamptz not null
);
