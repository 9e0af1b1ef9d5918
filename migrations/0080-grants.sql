-- Roles that a request gave for a limited time: a row for each role that its execution really added, or that the
-- subject held by an earlier grant.
create table grants (
  request_id       bigint not null references change_requests (id),
  user_id          text not null,
  role_id          text not null,
  role_name        text not null,
  state            text not null check (state in ('active', 'revoking', 'revoked', 'superseded')),
  granted_at       timestamptz not null,
  ends_at          timestamptz not null check (ends_at > granted_at),
  warned_at        timestamptz,
  ended_by_slack_id text,
  ended_by_email   text,
  -- the removal that may be on its way, stored before it is sent
  intent_at        timestamptz,
  intent_deadline_at timestamptz,
  failed_attempts  integer not null default 0,
  failing_since    timestamptz,
  waiting_for      text check (waiting_for in ('incydr', 'freeze', 'subject')),
  -- when a job that is left already will try again
  wake_at          timestamptz,
  explanation      text,
  ended_at         timestamptz,
  primary key (request_id, role_id),
  check ((intent_at is null) = (intent_deadline_at is null)),
  check (intent_at is null or state = 'revoking'),
  check ((ended_at is null) = (state in ('active', 'revoking')))
);
create index grants_open on grants (user_id) where state in ('active', 'revoking');
create index grants_by_end on grants (ends_at) where state in ('active', 'revoking');

-- What is escalated of a revocation that doesn't come true is told in the same digests.
alter table reminders drop constraint reminders_step_check;
alter table reminders add constraint reminders_step_check check (step in ('reminder', 'escalation', 'revocation'));
