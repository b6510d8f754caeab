#!/usr/bin/env bash
# As the official image: each variable KAFKA_A_B is the property a.b (`__` stands for an underscore, `___` for a hyphen), the storage is formatted
# where it is new, logs go to the console.
set -euo pipefail

folder=/tmp/kafka
mkdir -p "$folder"
env | sed -n 's/^KAFKA_\([A-Z0-9_]*\)=\(.*\)$/\1 \2/p' | while read -r name value; do
  case $name in HEAP_OPTS | OPTS | JVM_PERFORMANCE_OPTS | LOG4J_OPTS | JMX_*) continue ;; esac
  name=$(printf '%s' "$name" | sed 's/___/-/g; s/__/\x01/g; s/_/./g; s/\x01/_/g' | tr '[:upper:]' '[:lower:]')
  printf '%s=%s\n' "$name" "$value"
done >"$folder/server.properties"
cat >"$folder/log4j2.properties" <<'CONF'
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=[%d] %p %m (%c)%n
rootLogger.level=info
rootLogger.appenderRef.out.ref=out
CONF

java() { /opt/java/bin/java -XX:+UseSerialGC "-Dlog4j2.configurationFile=$folder/log4j2.properties" -cp '/opt/kafka/libs/*' "$@"; }
java kafka.tools.StorageTool format --ignore-formatted --cluster-id "${CLUSTER_ID:-UGFybGFuY2VTdGFuZElucw}" --config "$folder/server.properties"
# shellcheck disable=SC2086
exec /opt/java/bin/java ${KAFKA_HEAP_OPTS:-} -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+ExitOnOutOfMemoryError \
  "-Dlog4j2.configurationFile=$folder/log4j2.properties" -cp '/opt/kafka/libs/*' kafka.Kafka "$folder/server.properties"
