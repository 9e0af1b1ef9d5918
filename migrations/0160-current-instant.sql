-- The current time, by which everything becomes due. Statements of the product read the time from here only, so that
-- a test or the sandbox can replace this function by one with an offset. PostgreSQL inlines it.
create function current_instant() returns timestamptz language sql stable as $$
  select pg_catalog.now()
$$;
