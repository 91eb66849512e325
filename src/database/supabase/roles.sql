create role postgres login createrole createdb replication bypassrls;
alter database postgres owner to postgres;
