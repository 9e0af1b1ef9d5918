-- How often Incydr answered a removal and the role stayed. failed_attempts also counts attempts during an outage.
alter table grants add column refused_attempts integer not null default 0;
