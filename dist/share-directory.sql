-- Where this server takes extensions, time zones and dictionaries from.
select c.setting as directory
from pg_catalog.pg_config() c
where c.name = 'SHAREDIR';
