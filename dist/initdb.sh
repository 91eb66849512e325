# Makes a data directory and becomes its server. Arguments: bin directory, run directory, settings, server command.
bin=$1 run=$2 settings=$3
shift 3
"$bin/initdb" -D "$run/data" -U supabase_admin --auth=trust --no-sync --no-instructions --encoding=UTF8 \
  --locale=C --wal-segsize=1 >"$run/initdb.out" 2>&1 || { cat "$run/initdb.out" >&2; exit 1; }
printf '%s\n' "$settings" >>"$run/data/postgresql.conf" || exit 1
printf 'local all all trust\n' >"$run/data/pg_hba.conf" || exit 1
exec "$@"
