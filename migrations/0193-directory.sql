-- The directory: users, their roles and organizations as the bot last read them from Incydr. Lists and searches read it.
-- No decision depends on it, and each row can be read from Incydr again.
create table directory_users (
  user_id       text primary key,
  username      text not null,
  display_name  text not null,
  -- both names in the form in which they are compared and sorted
  folded_username text not null,
  folded_name   text not null,
  -- null: Incydr did not say
  active        boolean,
  blocked       boolean,
  org_guid      text,
  org_name      text,
  folded_org    text,
  read_at       timestamptz not null,
  -- The time of the last reading of the whole list, from which the directory's age follows. Look-ups of one user don't
  -- move it: otherwise a user could see from the age that somebody looked them up.
  listed_at     timestamptz not null,
  -- null: the roles were not read yet
  roles_read_at timestamptz,
  roles_listed_at timestamptz,
  -- the last try to read the roles, also a failed one; null: none
  roles_tried_at timestamptz,
  -- the complete readings in a row in which the user was missing
  missed        integer not null default 0 check (missed >= 0),
  -- when the user was missing for the second time; null: the user is there
  gone_at       timestamptz
);
create index directory_users_by_name on directory_users (folded_name, user_id) where gone_at is null;
create index directory_users_by_org on directory_users (org_guid);
create index directory_users_by_age on directory_users (listed_at);
create index directory_users_by_try on directory_users (roles_tried_at nulls first) where gone_at is null;

create table directory_roles (
  user_id     text not null references directory_users on delete cascade,
  role_id     text not null,
  role_name   text not null,
  folded_name text not null,
  read_at     timestamptz not null,
  primary key (user_id, role_id)
);
create index directory_roles_by_role on directory_roles (role_id);
create index directory_roles_by_name on directory_roles (folded_name);

create table directory_orgs (
  org_guid        text primary key,
  org_name        text not null,
  folded_name     text not null,
  parent_org_guid text,
  active          boolean,
  user_count      bigint,
  read_at         timestamptz not null,
  missed          integer not null default 0 check (missed >= 0),
  gone_at         timestamptz
);

-- The readings of whole lists. Roles are read user by user, and have no reading here.
create table directory_readings (
  id          bigint generated always as identity primary key,
  kind        text not null check (kind in ('users', 'orgs')),
  started_at  timestamptz not null,
  -- null: the reading has not ended, or its replica stopped
  finished_at timestamptz,
  -- whether every record was read; false until the end
  complete    boolean not null default false,
  read_count  integer not null default 0,
  -- the total that Incydr last said; null: none
  total_count bigint
);
create index directory_readings_by_kind on directory_readings (kind, started_at);
