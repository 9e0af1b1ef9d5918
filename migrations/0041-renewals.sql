-- How often a request that had become stale was renewed.
alter table change_requests add column renewals integer not null default 0 check (renewals >= 0);
