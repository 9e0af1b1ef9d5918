-- Every policy set that was ever the one that decides; the newest decides now.
create table policy_versions (
  version     bigint generated always as identity primary key,
  hash        text not null,
  recorded_at timestamptz not null
);
create index policy_versions_by_hash on policy_versions (hash);

alter table change_requests drop constraint change_requests_waiting_for_check;
alter table change_requests add constraint change_requests_waiting_for_check
  check (waiting_for in ('incydr', 'slack', 'freeze', 'subject', 'policies'));
