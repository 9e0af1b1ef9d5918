-- Temporary roles of a user that ended, for the cards of earlier changes to this user.
create index grants_ended on grants (user_id, ended_at) where ended_at is not null;
