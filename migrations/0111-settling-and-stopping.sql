-- When a job that is left already will read what became of writes of unknown outcome; apart from `wake_at`,
-- which is for what is still to be carried out.
alter table change_requests add column settle_at timestamptz;
-- Of a bulk: nothing more is begun, for good.
alter table change_requests add column stopped boolean not null default false;
