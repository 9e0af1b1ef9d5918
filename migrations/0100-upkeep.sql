-- What the bot does about itself.
create table upkeep (
  only_row             boolean primary key default true check (only_row),
  -- when old rows are cleared away next; null: never planned
  next_prune_at        timestamptz,
  -- whether the last start stopped all writes (READ_ONLY=true)
  last_start_read_only boolean not null default false
);
insert into upkeep default values;
