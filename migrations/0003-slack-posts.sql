-- Every message the bot posts by itself, under a key: Slack offers no idempotency of its own.
create table slack_posts (
  key         text primary key,
  channel_id  text not null,
  thread_ts   text,
  -- null: being posted; after a crash only the channel's history tells whether it was
  ts          text,
  -- of what it shows, so that an update which changes nothing isn't sent
  content_hash text,
  begun_at    timestamptz not null default now()
);
