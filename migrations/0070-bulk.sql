alter table change_requests
  -- nothing more is begun until somebody resumes
  add column paused boolean not null default false,
  -- when a job that is left already will bring the card's progress up to date
  add column progress_due_at timestamptz;

-- When the next update of a card may be sent; over all cards there are only so many a minute.
create table card_pace (
  only_row boolean primary key default true check (only_row),
  next_at  timestamptz not null default now()
);
insert into card_pace default values;

create table bulk_drafts (
  id              uuid primary key,
  opener_slack_id text not null,
  opener_email    text,
  channel_id      text not null,
  thread_ts       text,
  kind            text not null,
  -- what was pasted or handed in; null until it was
  input           jsonb,
  -- what was found of it in Incydr; null until it was read
  reading         jsonb,
  request_id      bigint references change_requests (id),
  expires_at      timestamptz not null
);
