-- One message that reminds of many requests.
create table digests (
  id      bigint generated always as identity primary key,
  made_at timestamptz not null
);

-- When those who could decide on a request are reminded, and when others are asked, as the policies said when it
-- was made or renewed.
create table reminders (
  request_id  bigint not null references change_requests (id),
  step        text not null check (step in ('reminder', 'escalation')),
  due_at      timestamptz not null,
  -- handles of the groups that are asked
  escalate_to text[] not null,
  -- the message that tells of it; null: none does yet
  digest_id   bigint references digests (id),
  primary key (request_id, step)
);
create index reminders_not_told on reminders (due_at) where digest_id is null;
create index reminders_by_digest on reminders (digest_id) where digest_id is not null;
