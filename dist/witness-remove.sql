drop event trigger gatekeeper_on_drop;
drop event trigger gatekeeper_on_command;
drop schema :schema cascade;
