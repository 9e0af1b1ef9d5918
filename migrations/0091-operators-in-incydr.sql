-- Which Incydr user an operator was when they acted: kept, and counts as well as which one they are now. Null where
-- nobody asked.
alter table drafts add column opener_user_id text;
alter table bulk_drafts add column opener_user_id text;
alter table change_requests add column requester_user_id text;
alter table decisions add column approver_user_id text;
