# Runs one server in a directory of its own and never outlives the gate: when the pipe on standard input
# closes, for whatever reason, SIGKILL of the gate included, the server is ended and the directory removed.
# A line on the pipe stops the server gently (SIGINT); the directory then stays until the pipe closes.
# Arguments: the directory to make, a directory to copy to its "data" or "", the command.
run=$1 prepared=$2
shift 2
ulimit -c 0
# Kilobytes of memory for each backend: SQL of a pull request may ask for all there is. Servers of our size need 0.3 GB.
ulimit -v 3145728 2>/dev/null || true
umask 077
exec 3<&0 </dev/null
mkdir -- "$run" || exit 70
if [ -n "$prepared" ]; then
  cp -R -- "$prepared" "$run/data" || { rm -rf -- "$run"; exit 70; }
fi
"$@" 3<&- &
server=$!
trap 'kill -QUIT "$server"' HUP INT TERM
(
  trap - HUP INT TERM
  if read -r _ <&3; then
    : >"$run/gentle"
    kill -INT "$server"
  else
    : >"$run/ending"
    # A shell starts background commands with SIGQUIT ignored, so the first one may come too early to count.
    while kill -QUIT "$server"; do sleep 0.03 || sleep 1; done
    rm -rf -- "$run"
  fi
) 2>/dev/null &
watch=$!
wait "$server"
code=$?
while kill -0 "$server" 2>/dev/null; do wait "$server"; done
if [ -e "$run/gentle" ]; then
  echo stopped
  read -r _ <&3
fi
# Killed only while it reads: its sleep would be left to a process 1 that may never collect it.
if [ ! -e "$run/ending" ]; then kill "$watch" 2>/dev/null; fi
wait "$watch"
rm -rf -- "$run"
exit "$code"
