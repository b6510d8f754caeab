#!/usr/bin/env bash
# Runs the contract suites of documents, search and events once with PARLANCE_TEST_ENGINES=containers where no image can be pulled: by Podman, on
# stand-ins for the official images, made from the servers of the engines' scripts on Debian (../containers). It shows that the path by
# testcontainers works; it does not show what is particular to the official images. With Docker and a network none of this is needed:
#
#   PARLANCE_TEST_ENGINES=containers npm test -- storage/tests/mongo storage/tests/elastic messaging/tests/kafka
#
#   try-containers.sh [FILTER...]    the whole of it; filters of test files in place of those three
#   try-containers.sh images         only make the images, anew
#   try-containers.sh clean          remove the images and everything else that was kept
#
# Needs root on Linux, a JDK of 21 or later, and podman, crun, netavark, aardvark-dns, iptables and debootstrap (packages of Debian).
#
# Environment: ENGINES_CACHE  the servers, and what Podman keeps   [${XDG_CACHE_HOME:-$HOME/.cache}/parlance-engines]
#              SUITE          the Debian release of the base image [bookworm]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export ENGINES_CACHE=${ENGINES_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/parlance-engines}
SUITE=${SUITE:-bookworm}
data=$ENGINES_CACHE/containers
socket=$data/podman.sock
base=parlance/stand-in-base
service=""

say() { printf 'containers: %s\n' "$*"; }
die() { printf 'containers: %s\n' "$*" >&2; exit 1; }
podman_() { podman --remote --url "unix://$socket" "$@"; }

check_tools() {
  [ "$(id -u)" = 0 ] || die "this needs root"
  local tool missing=()
  for tool in podman crun iptables debootstrap; do command -v "$tool" >/dev/null || missing+=("$tool"); done
  [ -x /usr/lib/podman/netavark ] || missing+=(netavark)
  [ -x /usr/lib/podman/aardvark-dns ] || missing+=(aardvark-dns)
  [ "${#missing[@]}" = 0 ] || die "not here: ${missing[*]} (apt-get install --no-install-recommends ${missing[*]})"
  [ "${#socket}" -lt 100 ] || die "the path of the socket is too long for a Unix socket: set ENGINES_CACHE"
}

# Its own storage and settings, so that a Podman of the machine is left alone.
write_settings() {
  local files
  files=$(ulimit -Hn)
  if [ "$files" = unlimited ] || [ "$files" -gt 65536 ]; then files=65536; fi
  mkdir -p "$data"
  # Limits that are lower than Podman's own: raising them is not every root's right.
  cat >"$data/containers.conf" <<CONF
[containers]
cgroups = "disabled"
default_ulimits = ["nofile=$files:$files", "nproc=8192:8192"]
[engine]
cgroup_manager = "cgroupfs"
runtime = "crun"
events_logger = "file"
tmp_dir = "$data/tmp"
compat_api_enforce_docker_hub = false
[network]
network_backend = "netavark"
network_config_dir = "$data/networks"
CONF
  printf '[storage]\ndriver = "overlay"\ngraphroot = "%s/storage"\nrunroot = "%s/run"\n' "$data" "$data" >"$data/storage.conf"
  export CONTAINERS_CONF=$data/containers.conf CONTAINERS_STORAGE_CONF=$data/storage.conf
}

start_service() {
  ! podman_ version >/dev/null 2>&1 || die "another run uses $socket"
  rm -f "$socket"
  # In a mount namespace of its own: crun refuses a machine that mounts both generations of control groups, so the second is hidden there.
  # shellcheck disable=SC2016
  setsid unshare --mount bash -c '
    if [ -e /sys/fs/cgroup/unified ]; then umount /sys/fs/cgroup/unified 2>/dev/null || true; fi
    exec podman system service --time=0 "$1"' podman-service "unix://$socket" >"$data/podman.log" 2>&1 </dev/null &
  service=$!
  trap stop_service EXIT
  local begun=$SECONDS
  until podman_ version >/dev/null 2>&1; do
    kill -0 "$service" 2>/dev/null && [ $((SECONDS - begun)) -lt 30 ] || { tail -n 20 "$data/podman.log" >&2; die "Podman does not serve"; }
    sleep 0.1
  done
}

stop_service() {
  podman_ rm --all --force --time 2 >/dev/null 2>&1 || true
  kill "$service" 2>/dev/null || true
  wait "$service" 2>/dev/null || true
  rm -rf "$socket" "$data"/base.* "$data"/context.*
}

make_base() {
  ! podman_ image exists "$base" || return 0
  say "making $base (a minute or two)"
  local tmp
  tmp=$(mktemp -d "$data/base.XXXXXX")
  # Libraries that mongod is linked with.
  debootstrap --variant=minbase --include=ca-certificates,libcurl4,libssl3 "$SUITE" "$tmp/base" >"$data/debootstrap.log" 2>&1 ||
    { tail -n 20 "$data/debootstrap.log" >&2; die "debootstrap failed (the whole log: $data/debootstrap.log)"; }
  rm -rf "$tmp"/base/var/cache/apt/* "$tmp"/base/var/lib/apt/lists/* "$tmp"/base/usr/share/{doc,man,locale}/*
  chroot "$tmp/base" useradd --uid 1000 --create-home --shell /bin/bash server
  mkdir -p "$tmp/base/data/db"
  chown 1000:1000 "$tmp/base/data/db"
  tar -C "$tmp/base" --numeric-owner -c . | podman_ import - "$base" >/dev/null
  rm -rf "$tmp"
}

# The name of the official image, as src/images.ts has it.
name_of() {
  local name
  name=$(sed -n "s|.*\"\(\(apache/\)\{0,1\}$1:[^\"]*\)\".*|\1|p" src/images.ts)
  [ -n "$name" ] || die "src/images.ts names no image of $1"
  printf '%s' "$name"
}

have_images() {
  local target
  for target in mongo elasticsearch kafka; do podman_ image exists "$(name_of "$target")" || return 1; done
}

make_images() {
  make_base
  local context mongod elasticsearch kafka jdk target name
  context=$(mktemp -d "$data/context.XXXXXX")
  mongod=$(bash mongodb/mongodb.sh install)
  elasticsearch=$(bash elasticsearch/elasticsearch.sh install)
  kafka=$(bash kafka/kafka.sh fetch)
  jdk=$(bash elasticsearch/elasticsearch.sh java)
  cp -R containers/. "$context/"
  cp "$mongod" "$context/mongod"
  cp -R "$elasticsearch" "$context/elasticsearch"
  cp -R "$kafka" "$context/kafka"
  cp -RL "$jdk" "$context/jdk"
  # Servers run as user 1000, whoever fetched the files for himself alone.
  chmod -R a+rX "$context"
  for target in mongo elasticsearch kafka; do
    name=$(name_of "$target")
    podman_ build --quiet --pull=never --target "$target" --label parlance.stand-in=true --tag "$name" "$context" >"$data/build.log" 2>&1 ||
      { tail -n 20 "$data/build.log" >&2; die "the image of $target could not be built"; }
    say "made a stand-in for $name"
  done
  rm -rf "$context"
}

# Ryuk, which removes what a killed run leaves behind, is an image of its own; here the end of Podman does the same.
run_suites() {
  local filters=("$@")
  [ $# -gt 0 ] || filters=(packages/storage/tests/mongo packages/storage/tests/elastic packages/messaging/tests/kafka)
  (cd ../.. && env -u CONTAINERS_CONF -u CONTAINERS_STORAGE_CONF DOCKER_HOST="unix://$socket" TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1 \
    TESTCONTAINERS_RYUK_DISABLED=true PARLANCE_TEST_ENGINES=containers npm test -- "${filters[@]}")
}

check_tools
write_settings
if [ "${1:-}" = clean ]; then
  podman system reset --force >/dev/null
  rm -rf "$data"
  exit
fi
start_service
if [ "${1:-}" = images ] || ! have_images; then make_images; fi
[ "${1:-}" = images ] || run_suites "$@"
