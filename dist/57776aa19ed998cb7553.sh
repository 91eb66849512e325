# Joins standard input and output to the server at host $1, port $2, with the first of the tools that connects; $3 times
# it tries. A plus sign goes out first, so that the other side knows when the server's bytes begin. The tools to use may
# follow.
host=$1 port=$2 tries=$3
shift 3
[ "$#" != 0 ] || set -- bash perl python3 socat nc

through() {
  command -v "$1" >/dev/null || return 1
  case $1 in
  # Bash cannot close one direction of a connection: when standard input ends, all of it does.
  bash) bash -c '
    exec 3<>"/dev/tcp/$0/$1" 4<&0 || exit 1
    printf +
    cat <&4 >&3 & up=$!
    cat <&3 & down=$!
    exec 3>&- 4<&-
    wait -n "$up" "$down"
    kill "$up" "$down" 2>/dev/null
    exit 0' "$host" "$port" ;;
  perl) perl -MIO::Socket::INET -e '
    my $server = IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => $ARGV[1]) or exit 1;
    sub copy {
      my ($from, $to) = @_;
      while (sysread($from, my $bytes, 65536)) {
        while (length $bytes) { substr($bytes, 0, syswrite($to, $bytes) // return) = "" }
      }
    }
    syswrite(STDOUT, "+");
    my $up = fork() // exit 1;
    if ($up == 0) { copy(\*STDIN, $server); shutdown($server, 1); exit 0 }
    copy($server, \*STDOUT);
    kill "TERM", $up;
    exit 0' "$host" "$port" ;;
  python3) python3 -c '
import os, socket, sys, threading
try:
    server = socket.create_connection((sys.argv[1], int(sys.argv[2])))
except OSError:
    sys.exit(1)
def up():
    while bytes := os.read(0, 65536):
        server.sendall(bytes)
    server.shutdown(socket.SHUT_WR)
os.write(1, b"+")
threading.Thread(target=up, daemon=True).start()
while bytes := server.recv(65536):
    while bytes:
        bytes = bytes[os.write(1, bytes):]
os._exit(0)' "$host" "$port" ;;
  # These two connect only after the sign, and nothing else is tried.
  socat) printf + && exec socat -t 10 - "TCP:$host:$port" ;;
  nc) printf + && exec nc "$host" "$port" ;;
  esac
}

while :; do
  for tool in "$@"; do
    through "$tool" 2>/dev/null && exit 0
  done
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || break
  sleep 0.1
done
echo "nothing answers on $host:$port, by $*" >&2
exit 1
