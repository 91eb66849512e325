select s.setdatabase, s.setrole, s.setconfig
from pg_catalog.pg_db_role_setting as s
order by s.setdatabase, s.setrole
