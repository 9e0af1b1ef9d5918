-- The id of the delivery of Slack's, or of the bot's own work, from which an entry follows. null: an earlier version.
alter table audit_entries add column correlation_id text;
