-- The request that this one undoes.
alter table change_requests add column undoes bigint references change_requests (id);
-- What a draft undoes, and by which change: fixed when its form was made.
alter table drafts add column undo jsonb;
-- Roles of the change that a subject did not show after it; null where that isn't known.
alter table targets add column outstanding_role_ids text[];
