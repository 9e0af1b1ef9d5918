-- As in 0130: each waits for a lock, which lasts until the transaction ends, and reads in the same call what it protects.

-- The stop of all writes, if there is one. Nobody freezes or unfreezes until the transaction ends.
create function current_freeze(lock_number bigint)
returns table (by_slack_id text, by_email text, frozen_at timestamptz, reason text) language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock_shared(lock_number);
  return query select stop.by_slack_id, stop.by_email, stop.frozen_at, stop.reason from write_freeze stop;
end
$$;

-- Whether the removal of a role of this user may be on its way at `at`. Nobody else claims a write to them until the
-- transaction ends.
create function take_claim_turn(lock_number int, subject text, at timestamptz)
returns boolean language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock(lock_number, hashtext(subject));
  -- After its deadline nothing of it is on its way any more.
  return exists (
    select from grants lent
    where lent.user_id = subject and lent.state = 'revoking' and lent.intent_deadline_at > at
  );
end
$$;
