-- The texts of every policy set that decided, once a hash: a request that waits is judged by those of when it
-- was made, too.
create table policy_texts (
  hash   text primary key,
  schema text not null,
  -- [{ "name": "10-people.cedar", "text": "…" }, …] in order of their names
  files  jsonb not null
);
