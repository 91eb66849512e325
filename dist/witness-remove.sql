drop event trigger :schema_on_drop;
drop event trigger :schema_on_command;
drop schema :schema cascade;
