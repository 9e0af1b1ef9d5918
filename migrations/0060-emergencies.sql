-- What the policies ask of an emergency change when it is made; null: no emergency.
alter table change_requests add column emergency jsonb;
create index change_requests_emergencies on change_requests (requester_slack_id) where emergency is not null;

alter table drafts add column emergency boolean not null default false;

-- An emergency change that wrote something has to be ratified by a second person.
create table ratifications (
  request_id       bigint primary key references change_requests (id),
  state            text not null check (state in ('awaiting', 'ratified', 'disputed')),
  deadline_at      timestamptz not null,
  overdue          boolean not null default false,
  decided_by_slack_id text,
  decided_by_email text,
  reason           text,
  decided_at       timestamptz,
  check ((state = 'awaiting') = (decided_at is null)),
  check ((decided_at is null) = (decided_by_slack_id is null)),
  -- who disputes says why
  check (state <> 'disputed' or reason <> '')
);
