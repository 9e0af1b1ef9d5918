-- How often Slack refused the content of the next audit entry, posted alone.
alter table audit_publication add column refusals integer not null default 0;
