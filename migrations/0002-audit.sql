create table audit_entries (
  seq            bigint primary key,
  kind           text not null,
  at             timestamptz not null,
  -- null: the bot itself
  actor_slack_id text,
  actor_email    text,
  request_id     text,
  subject        text,
  policy_hash    text,
  details        jsonb not null,
  prev_hash      text not null unique,
  hash           text not null unique
);
create index audit_entries_by_request on audit_entries (request_id, seq);

-- How far the entries have been brought to the audit channel.
create table audit_publication (
  only_row       boolean primary key default true check (only_row),
  published_seq  bigint not null,
  -- the last entry of the message being posted, if one is: a crash in between must not cut it differently
  batch_end      bigint check (batch_end > published_seq)
);
insert into audit_publication (published_seq) values (0);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'audit entries are never changed or deleted';
end $$;
create trigger audit_entries_append_only before update or delete or truncate on audit_entries
  for each statement execute function refuse_change();
