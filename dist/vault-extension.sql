-- Vault as of 2026-08, where the server has it.
create extension if not exists supabase_vault with schema vault cascade;
