-- Work that failed by a fault, and not by an outage. Kept apart from the queue: a start enqueues the same work anew, and
-- the count has to survive that.
create table job_failures (
  -- SHA-256 of the job's kind and payload as canonical JSON
  key             text primary key,
  kind            text not null,
  request_id      bigint,
  faults          integer not null check (faults > 0),
  last_error_code text not null,
  -- four hexadecimal digits that people are told, and that the log names
  reference       text not null,
  first_at        timestamptz not null,
  last_at         timestamptz not null,
  -- when it was given up, or escalated if it is never given up; null: it is tried again
  given_up_at     timestamptz
);
create index job_failures_by_request on job_failures (request_id) where given_up_at is not null;
