-- Both wait for a lock, which lasts until the transaction ends, and read in the same call what it protects. Each statement
-- of a volatile function sees what was committed before it, so that the second sees what the first has waited for.

-- The end of the audit log, for whoever appends to it: until they commit, others wait.
create function audit_chain_end(lock_number bigint)
returns table (seq bigint, hash text) language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock(lock_number);
  return query select entry.seq, entry.hash from audit_entries entry order by entry.seq desc limit 1;
end
$$;

-- The hash of the policies that decide; none before any was recorded. They don't change until the transaction ends.
create function deciding_policies(lock_number bigint)
returns text language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock_shared(lock_number);
  return (select version.hash from policy_versions version order by version.version desc limit 1);
end
$$;
