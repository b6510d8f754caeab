#!/usr/bin/env bash
# As the official image: variables with a dot in their names are settings, ES_JAVA_OPTS counts, all addresses are listened on.
set -euo pipefail

export ES_HOME=/usr/share/elasticsearch ES_PATH_CONF=/usr/share/elasticsearch/config ES_TMPDIR=/tmp ES_DISTRIBUTION_TYPE=zip
export ES_JAVA_HOME=/opt/java JAVA=/opt/java/bin/java JAVA_TYPE=ES_JAVA_HOME HOSTNAME=${HOSTNAME:-localhost}
{
  printf '%s\n' 'cluster.name: docker-cluster' 'network.host: 0.0.0.0'
  env | sed -n 's/^\([a-z][a-z0-9_]*\(\.[a-z0-9_]*\)\{1,\}\)=\(.*\)$/\1: "\3"/p'
} >"$ES_PATH_CONF/elasticsearch.yml"
sed -i -e '/^-Xlog:gc/d' "$ES_PATH_CONF/jvm.options"
cd "$ES_HOME"
exec "$JAVA" -Xms4m -Xmx64m -XX:+UseSerialGC -cp "$ES_HOME/lib/tools/server-launcher/*" org.elasticsearch.server.launcher.ServerLauncher
