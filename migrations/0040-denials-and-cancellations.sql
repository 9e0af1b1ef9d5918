alter table decisions
  add column reason text,
  -- who denies says why
  add constraint decisions_denials_say_why check (verdict <> 'denial' or reason <> '') not valid;

alter table change_requests
  add column cancelled_by text,
  add column cancelled_at timestamptz,
  add constraint change_requests_cancelled_by_somebody check ((cancelled_by is null) = (cancelled_at is null));

-- Clicks that leave no decision: a job that carries one out twice does it once.
create table handled_clicks (
  click_id   uuid primary key,
  handled_at timestamptz not null
);
