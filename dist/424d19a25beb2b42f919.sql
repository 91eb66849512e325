-- Every role of the server, by its oid: names change.
select array(select r.oid::text from pg_catalog.pg_roles as r order by r.oid) as oids;
