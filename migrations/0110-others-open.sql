-- Requests about the same user that were open when this one was made.
alter table change_requests add column others_open bigint[] not null default '{}';
-- Who asks for a change is told of them.
create index targets_by_user on targets (user_id, request_id);
