-- How often Incydr answered that a subject can't be read, when the outcome of a write was to be read.
alter table change_requests add column unreadable_reads integer not null default 0;
