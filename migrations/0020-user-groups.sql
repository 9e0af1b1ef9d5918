-- The user groups that the policies name, as they were last read.
create table user_groups (
  handle   text primary key,
  group_id text not null,
  -- when the reading began
  read_at  timestamptz not null,
  -- renamed, disabled or deleted since it was first read
  gone     boolean not null
);

create table group_members (
  handle        text not null references user_groups (handle),
  slack_user_id text not null,
  -- null: they were in it when it was first read
  since         timestamptz,
  primary key (handle, slack_user_id)
);
