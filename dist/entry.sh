# Runs what it is given, and ends with whoever holds standard input: a gate that was killed leaves no server behind.
trap 'exit 143' TERM INT
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
( while read -r _; do :; done <&3; kill -TERM "$$" ) &
exec 3<&-
wait "$server"
