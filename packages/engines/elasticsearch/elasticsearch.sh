#!/usr/bin/env bash
# Runs one real, single-node Elasticsearch 9.4.3 on 127.0.0.1 for Parlance's tests and development, without Docker: Elastic's own minimal
# distribution (server core and HTTP, no analyzers but the built-in ones, no scripts, no _delete_by_query), fetched with Maven.
#
#   elasticsearch.sh start    install if needed, start, wait until it answers; prints the URL
#   elasticsearch.sh stop     stop the node on PORT (data is kept)
#   elasticsearch.sh kill     end it with SIGKILL, as a power cut would (data is kept)
#   elasticsearch.sh status   exit 0 and print the URL if it is up, 3 if it is not
#   elasticsearch.sh wipe     stop, then delete this port's data
#   elasticsearch.sh install  download (125 MB) and unpack only; prints the folder
#   elasticsearch.sh java     print the JDK that it runs on
#
# Needs Linux, a full JDK of 21 or later (a JRE is not enough), mvn, unzip, curl, flock, setsid; called by root also setpriv and useradd,
# because Elasticsearch does not run as root. About 0.9 GB resident with the default heap.
#
# Environment:
#   PORT              HTTP port on 127.0.0.1                        (9200)
#   TRANSPORT_PORT    node-to-node port on 127.0.0.1                (PORT + 100)
#   ENGINES_CACHE     downloads, data and logs                      (${XDG_CACHE_HOME:-$HOME/.cache}/parlance-engines)
#   ES_HEAP           JVM heap, -Xms and -Xmx                       (512m)
#   ES_JAVA_HOME      a full JDK 21 or newer, not a JRE; searched for if not set
#   ES_RUN_AS         account used when the caller is root          (parlance-es, created if missing)
#   ES_JAVA_OPTS      more JVM options for the node
#   ES_START_TIMEOUT  seconds to wait for the node                  (240)
set -euo pipefail

die() { echo "elasticsearch: $*" >&2; exit 1; }
say() { echo "elasticsearch: $*" >&2; }

PORT=${PORT:-9200}
[[ $PORT =~ ^[0-9]+$ ]] && ((PORT >= 1024 && PORT <= 65435)) || die "PORT must be a number from 1024 to 65435, got '$PORT'"
TRANSPORT_PORT=${TRANSPORT_PORT:-$((PORT + 100))}
ES_HEAP=${ES_HEAP:-512m}
ES_RUN_AS=${ES_RUN_AS:-parlance-es}
ES_START_TIMEOUT=${ES_START_TIMEOUT:-240}
CACHE=${ENGINES_CACHE:-${XDG_CACHE_HOME:-${HOME:?HOME or ENGINES_CACHE must be set}/.cache}/parlance-engines}/elasticsearch
[[ $CACHE == /* ]] || CACHE=$PWD/$CACHE

ES_VERSION=9.4.3
MAVEN_PLUGIN=org.apache.maven.plugins:maven-dependency-plugin:3.6.1
GROUP=org.elasticsearch.distribution.integ-test-zip ARTIFACT=elasticsearch VERSION=$ES_VERSION
SHA256=adde840e7013d25cf04203377abf77ad66573bc5db381e5b865c18ef5d683bc5
INNER=elasticsearch-$VERSION SIZE="125 MB" NEED_MB=600

HOME_DIR=$CACHE/slim-$VERSION
RUN=$CACHE/run-$PORT
PID_FILE=$RUN/node.pid
LOG=$RUN/logs/parlance-$PORT.log
URL=http://127.0.0.1:$PORT

# --- Java ---------------------------------------------------------------------

java_major() { "$1" -XshowSettings:properties -version 2>&1 | sed -n 's/.*java\.specification\.version = \([0-9]*\).*/\1/p'; }

find_java() {
  local home major modules
  for home in "${ES_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/* "${HOME:-/nonexistent}"/.sdkman/candidates/java/* \
      "$(p=$(command -v java || true); [ -n "$p" ] && dirname "$(dirname "$(readlink -f "$p")")" || true)"; do
    [ -n "$home" ] && [ -x "$home/bin/java" ] || continue
    major=$(java_major "$home/bin/java")
    [ -n "$major" ] && [ "$major" -ge 21 ] || continue
    modules=$("$home/bin/java" --list-modules)  # a JRE, or a cut-down JDK, cannot start it
    [[ $modules == *jdk.attach@* && $modules == *jdk.jdi@* && $modules == *jdk.jlink@* ]] || continue
    echo "$home"; return 0
  done
  die "no full JDK 21 or newer found (looked at ES_JAVA_HOME, JAVA_HOME, /usr/lib/jvm, PATH; a JRE is not enough): set ES_JAVA_HOME"
}

# --- install ------------------------------------------------------------------

install_node() {
  [ -e "$HOME_DIR/.ready" ] && return 0
  local tool free zip m2=$CACHE/m2 tmp=$CACHE/unpack.$$ n
  for tool in mvn unzip sha256sum; do
    command -v "$tool" >/dev/null || die "'$tool' is needed to install Elasticsearch and was not found"
  done
  mkdir -p "$CACHE"
  exec 9>"$CACHE/install.lock"
  flock 9
  if [ -e "$HOME_DIR/.ready" ]; then exec 9>&-; return 0; fi
  free=$(df -Pm "$CACHE" | awk 'NR==2 {print $4}')
  [ "$free" -ge "$NEED_MB" ] || die "$NEED_MB MB of free disk needed under $CACHE, $free MB there"

  zip=$m2/${GROUP//.//}/$ARTIFACT/$VERSION/$ARTIFACT-$VERSION.zip
  for n in 1 2 3; do
    [ -e "$zip" ] && break
    say "downloading $GROUP:$ARTIFACT:$VERSION ($SIZE), try $n of 3"
    (cd "$CACHE" && mvn -q -B -ntp -Dmaven.repo.local="$m2" "$MAVEN_PLUGIN:get" \
      -Dartifact="$GROUP:$ARTIFACT:$VERSION:zip" -Dtransitive=false) 9>&- >"$CACHE/download.log" 2>&1 || true
  done
  [ -e "$zip" ] || { tail -n 15 "$CACHE/download.log" >&2; die "download of $GROUP:$ARTIFACT:$VERSION failed"; }
  if ! echo "$SHA256  $zip" | sha256sum --status -c -; then
    rm -rf "$m2/${GROUP//.//}"
    die "checksum of $ARTIFACT-$VERSION.zip is not the expected one; the download was deleted"
  fi

  say "unpacking"
  rm -rf "$CACHE"/unpack.* "$HOME_DIR"
  mkdir -p "$tmp"
  unzip -q "$zip" "$INNER/*" -d "$tmp"
  mkdir -p "$tmp/$INNER/plugins" "$tmp/$INNER/logs"
  chmod -R a+rX,go-w "$tmp/$INNER"
  mv "$tmp/$INNER" "$HOME_DIR"
  rm -rf "$tmp" "$m2/${GROUP//.//}"
  touch "$HOME_DIR/.ready"
  exec 9>&-
}

# --- process ------------------------------------------------------------------

# Prints the pid when the pid file names a live process that is this node.
node_pid() {
  local pid
  [ -s "$PID_FILE" ] || return 1
  pid=$(tr -dc 0-9 <"$PID_FILE")
  [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null || return 1
  if [ -r "/proc/$pid/cmdline" ]; then
    [[ $(tr '\0' ' ' <"/proc/$pid/cmdline") == *"$RUN/"* ]] || return 1
  fi
  echo "$pid"
}

answers() { curl -fsS --noproxy '*' -m 5 "$URL/_cluster/health?wait_for_status=yellow&timeout=3s" >/dev/null 2>&1; }
# This cluster, and not another server that has the port.
ours() { [[ $(curl -fsS --noproxy '*' -m 5 "$URL/_cluster/health" 2>/dev/null || true) == *"\"cluster_name\":\"parlance-$PORT\""* ]]; }

write_config() {
  mkdir -p "$RUN/config/jvm.options.d" "$RUN/data" "$RUN/logs" "$RUN/tmp" "$RUN/snapshots"
  cp "$HOME_DIR/config/log4j2.properties" "$RUN/config/log4j2.properties"
  # Without the GC log and heap dumps of the stock file: this node is thrown away.
  sed -e '/^-Xlog:gc/d' -e '/HeapDumpOnOutOfMemoryError/d' "$HOME_DIR/config/jvm.options" >"$RUN/config/jvm.options"
  printf -- '-Xms%s\n-Xmx%s\n' "$ES_HEAP" "$ES_HEAP" >"$RUN/config/jvm.options.d/heap.options"
  cat >"$RUN/config/elasticsearch.yml" <<YML
cluster.name: parlance-$PORT
node.name: parlance-1
discovery.type: single-node
network.host: 127.0.0.1
http.port: $PORT
transport.port: $TRANSPORT_PORT
path.data: $RUN/data
path.logs: $RUN/logs
path.repo: ["$RUN/snapshots"]
xpack.security.enabled: false
# A developer's nearly full disk must not turn indices read-only.
cluster.routing.allocation.disk.threshold_enabled: false
YML
}

# Elasticsearch refuses to run as root, rightly: as root it gets an account of its own,
# without a shell, and with no capability but reading past a closed parent folder
# (such as a 0700 home that holds the cache) where that is needed.
as_user=()
choose_user() {
  [ "$(id -u)" -eq 0 ] || return 0
  local uid gid
  command -v setpriv >/dev/null || die "running as root needs 'setpriv' (util-linux) to start Elasticsearch under another account"
  if ! id "$ES_RUN_AS" >/dev/null 2>&1; then
    useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$ES_RUN_AS" ||
      die "could not create the account '$ES_RUN_AS'; create it, or name another with ES_RUN_AS"
  fi
  uid=$(id -u "$ES_RUN_AS") gid=$(id -g "$ES_RUN_AS")
  [ "$uid" -ne 0 ] || die "ES_RUN_AS must not be root"
  chown -R "$uid:$gid" "$RUN"
  as_user=(setpriv --reuid "$uid" --regid "$gid" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all)
  if ! "${as_user[@]}" test -r "$HOME_DIR/bin/elasticsearch-env" -a -w "$RUN/data" -a -x "$JAVA"; then
    # no_setuid_fixup: without it access(2), which Java asks, would not count the capability.
    as_user=(setpriv --reuid "$uid" --regid "$gid" --clear-groups --no-new-privs --securebits +no_setuid_fixup
      --inh-caps=-all,+dac_read_search --ambient-caps=-all,+dac_read_search --bounding-set=-all,+dac_read_search)
    "${as_user[@]}" test -r "$HOME_DIR/bin/elasticsearch-env" -a -w "$RUN/data" -a -x "$JAVA" ||
      die "the account '$ES_RUN_AS' cannot reach $CACHE; set ENGINES_CACHE to a folder that it can, such as /var/tmp/parlance-engines"
  fi
}

start() {
  local tool
  for tool in curl flock setsid; do
    command -v "$tool" >/dev/null || die "'$tool' is needed to run Elasticsearch and was not found"
  done
  mkdir -p "$CACHE" || die "cannot write to $CACHE; set ENGINES_CACHE"
  local pid i began
  install_node
  exec 8>"$CACHE/run-$PORT.lock"
  flock 8
  if pid=$(node_pid); then
    if answers && ours; then say "already running, pid $pid"; echo "$URL"; return 0; fi
    say "pid $pid is starting or stuck; waiting for it"
  else
    if (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; then die "port $PORT is already taken by another program"; fi
    JAVA_DIR=$(find_java); JAVA=$JAVA_DIR/bin/java
    rm -f "$PID_FILE"
    write_config
    choose_user
    ulimit -n 65535 2>/dev/null || true
    began=$SECONDS
    say "starting $ES_VERSION on $URL with $JAVA_DIR"
    # The Java launcher, never lib/tools/server-launcher/server-launcher: that one is an aarch64 binary.
    if ! (cd "$HOME_DIR" && exec env -u JAVA_TOOL_OPTIONS -u _JAVA_OPTIONS -u JAVA_OPTS \
        ES_HOME="$HOME_DIR" ES_PATH_CONF="$RUN/config" ES_TMPDIR="$RUN/tmp" ES_DISTRIBUTION_TYPE=zip \
        ES_JAVA_HOME="$JAVA_DIR" JAVA="$JAVA" JAVA_TYPE=ES_JAVA_HOME HOSTNAME="${HOSTNAME:-localhost}" \
        CLI_JAVA_OPTS="-Xms4m -Xmx64m -XX:+UseSerialGC" \
        setsid --wait "${as_user[@]}" timeout "$ES_START_TIMEOUT" "$JAVA" -Xms4m -Xmx64m -XX:+UseSerialGC \
        -cp "$HOME_DIR/lib/tools/server-launcher/*" org.elasticsearch.server.launcher.ServerLauncher \
        -d -p "$PID_FILE") 8>&- </dev/null >"$RUN/start.log" 2>&1; then
      { grep -vE '^[[:space:]]+at ' "$RUN/start.log" || true; } | tail -n 12 | cut -c1-400 >&2
      if pid=$(node_pid); then kill "$pid" 2>/dev/null || true; fi
      die "the node did not start; see $RUN/start.log"
    fi
  fi
  for ((i = 0; i < ES_START_TIMEOUT; i++)); do
    if answers && ours; then
      say "ready, pid $(node_pid)${began:+, $((SECONDS - began)) s}"
      echo "$URL"; return 0
    fi
    node_pid >/dev/null || { tail -n 20 "$LOG" >&2 || true; die "the node died while starting; see $LOG"; }
    sleep 1
  done
  die "the node did not answer on $URL within $ES_START_TIMEOUT s; see $LOG"
}

stop() {
  local pid i
  if ! pid=$(node_pid); then rm -f "$PID_FILE"; say "not running"; return 0; fi
  kill "$pid"
  for ((i = 0; i < 60; i++)); do
    kill -0 "$pid" 2>/dev/null || { rm -f "$PID_FILE"; say "stopped"; return 0; }
    sleep 0.5
  done
  say "pid $pid did not stop in 30 s: killing it"
  kill -9 "$pid" 2>/dev/null || true
  rm -f "$PID_FILE"
}

kill_node() {
  local pid
  if ! pid=$(node_pid); then rm -f "$PID_FILE"; say "not running"; return 0; fi
  kill -9 "$pid"
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  rm -f "$PID_FILE"
  say "killed"
}

status() {
  local pid
  if pid=$(node_pid) && ours; then echo "$URL"; say "running, pid $pid"; return 0; fi
  if [ -n "${pid:-}" ]; then say "pid $pid does not answer on $URL"; else say "not running"; fi
  return 3
}

case ${1:-} in
  start) start ;;
  stop) stop ;;
  kill) kill_node ;;
  status) status ;;
  wipe) stop; rm -rf "${RUN:?}" "$CACHE/run-$PORT.lock" ;;
  install) install_node; echo "$HOME_DIR" ;;
  java) find_java ;;
  *) echo "usage: $0 start|stop|kill|status|wipe|install|java" >&2; exit 2 ;;
esac
