-- Taken away again where nothing is granted to the API roles unless a migration says so: the default for new
-- projects since 2026-05-30 and for all since 2026-10-30. Exactly these verbs: TRUNCATE, REFERENCES, TRIGGER and
-- UPDATE on sequences stay, and EXECUTE on functions stays with everybody through PUBLIC.
alter default privileges for role postgres in schema public
  revoke select, insert, update, delete on tables from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  revoke usage, select on sequences from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  revoke execute on functions from anon, authenticated, service_role;
