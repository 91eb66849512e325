-- The publication, as of 2026-08, that clients subscribe to: empty, and its owner may add tables.
create publication supabase_realtime;
alter publication supabase_realtime owner to postgres;
