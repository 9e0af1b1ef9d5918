-- Since when Slack has refused to update a message with update_failed; null if it took the last update.
alter table slack_posts add column update_refused_at timestamptz;
