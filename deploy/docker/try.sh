#!/usr/bin/env bash
# Builds an image of Parlance from the last commit and runs it as hard as the chart does: not root, read-only root, no capabilities. `standalone` is
# trained and asked, stopped, and has everything after a new start. Any other service is asked for its health and stopped, if the addresses of its
# stores and of the services that it calls stand in the environment (PARLANCE_DOCUMENTS_URL and so on, on this machine's own network); without
# PARLANCE_RPC_TOKEN it is only built. What was made is removed at the end, but for the image.
#
#   deploy/docker/try.sh [SERVICE]
#
# Environment: ENGINE  docker, podman or any command that takes their arguments   [docker]
#              BUILD   more arguments for the build, such as --pull=never
#              IMAGE   name of the image                                          [parlance/SERVICE:try]
set -euo pipefail
cd "$(dirname "$0")/../.."

service=${1:-standalone}
image=${IMAGE:-parlance/$service:try}
name=parlance-try-$$
work=$(mktemp -d)
read -ra engine <<<"${ENGINE:-docker}"
read -ra build <<<"${BUILD:-}"

say() { printf 'try: %s\n' "$*"; }
die() { printf 'try: %s\n' "$*" >&2; "${engine[@]}" logs "$name" 2>/dev/null | tail -n 30 >&2 || true; exit 1; }
# What another run of this script uses stays: everything bears the number of this process.
clean() { "${engine[@]}" rm -f "$name" >/dev/null 2>&1 || true; "${engine[@]}" volume rm "$name" >/dev/null 2>&1 || true; rm -rf "$work"; }
trap clean EXIT

git archive HEAD | tar -x -C "$work"
say "building $image from $(git rev-parse --short HEAD)"
"${engine[@]}" build ${build[@]+"${build[@]}"} --build-arg "SERVICE=$service" -f "$work/deploy/docker/Dockerfile" -t "$image" "$work" >"$work.log" 2>&1 ||
  { tail -n 40 "$work.log" >&2; rm -f "$work.log"; die "the image could not be built"; }
rm -f "$work.log"
say "$("${engine[@]}" image inspect "$image" --format 'user {{.Config.User}}, {{.Size}} bytes')"
[ "$service" = standalone ] || [ -n "${PARLANCE_RPC_TOKEN:-}" ] || { say "built; to start it, give the addresses of its stores and PARLANCE_RPC_TOKEN"; exit 0; }

settings=(-v "$name:/data")
if [ "$service" != standalone ]; then
  settings=(--network host -e PARLANCE_HOST=127.0.0.1)
  for variable in $(compgen -e PARLANCE_ || true); do settings+=(-e "$variable"); done
fi

start() {
  "${engine[@]}" run -d --name "$name" --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges "${settings[@]}" "$image" >/dev/null
  local begun=$SECONDS
  until "${engine[@]}" exec "$name" node healthcheck.mjs >/dev/null 2>&1; do
    [ $((SECONDS - begun)) -lt 120 ] || die "not healthy after two minutes"
    sleep 1
  done
  say "healthy $((SECONDS - begun)) s after the start"
}

stop() {
  local begun=$SECONDS code
  "${engine[@]}" stop --time 30 "$name" >/dev/null
  code=$("${engine[@]}" inspect "$name" --format '{{.State.ExitCode}}')
  [ "$code" = 0 ] || die "SIGTERM ended it with $code"
  say "SIGTERM ended it with 0 after $((SECONDS - begun)) s"
  "${engine[@]}" rm "$name" >/dev/null
}

# Runs a program of deploy/docker inside the container, where the gateway takes plain HTTP.
inside() { "${engine[@]}" exec -i "$name" node --input-type=module - "$@" <deploy/docker/ask.mjs; }

start
[ "$("${engine[@]}" exec "$name" id -u)" = 1000 ] || die "it runs as root"
if "${engine[@]}" exec "$name" touch /app/written 2>/dev/null; then die "its root can be written"; fi
if [ "$service" != standalone ]; then
  stop
  say "$service starts, serves and stops"
  exit
fi
inside train || die "training and asking failed"
"${engine[@]}" exec "$name" node cli.ts backup /tmp/backup || die "it cannot be backed up"
stop
start
inside ask || die "what was trained before the stop is gone"
stop
say "all of it works"
