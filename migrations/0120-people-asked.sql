-- Slack ids of those whom the requester asked by name to approve. It entitles nobody: the policies alone do.
alter table change_requests add column people_asked text[] not null default '{}';
