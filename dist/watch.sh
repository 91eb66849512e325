# Never outlives the gate: when the pipe on standard input closes, for whatever reason, SIGKILL of the gate included,
# the runs that are still there are killed with their process groups, and the directory is removed.
# Argument: the directory. Lines on the pipe: "run <process group>", "ended <process group>".
directory=$1
running=
while read -r word group; do
  case $word in
    run) running="$running $group" ;;
    ended)
      rest=
      for one in $running; do [ "$one" = "$group" ] || rest="$rest $one"; done
      running=$rest
      ;;
  esac
done
for one in $running; do kill -s KILL -- "-$one"; done 2>/dev/null
# What was killed may be writing still.
tries=0
until rm -rf -- "$directory" 2>/dev/null; do
  tries=$((tries + 1))
  [ "$tries" -lt 50 ] || exit 1
  sleep 0.1 || sleep 1
done
