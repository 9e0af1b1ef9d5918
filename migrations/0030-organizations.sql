-- What the form of a move offers, as Incydr listed it when the form was made.
alter table drafts add column org_options jsonb not null default '[]';
