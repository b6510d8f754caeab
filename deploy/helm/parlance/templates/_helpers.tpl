{{/* Kubernetes adds to these names and takes no more than 63 characters: a longer one is cut, and ends with a hash, so that no two become one. */}}
{{- define "parlance.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- $full = default $full .Values.fullnameOverride | trimSuffix "-" -}}
{{- if gt (len $full) 40 -}}
{{- $full = printf "%s-%s" ($full | trunc 31 | trimSuffix "-") ($full | sha256sum | trunc 8) -}}
{{- end -}}
{{- $full -}}
{{- end }}

{{- define "parlance.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "parlance.labels" -}}
{{ include "parlance.selector" . }}
app.kubernetes.io/part-of: parlance
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "parlance.serviceAccount" -}}
{{- default (include "parlance.fullname" .) .Values.serviceAccount.existing -}}
{{- end }}

{{- define "parlance.secretName" -}}
{{- default (include "parlance.fullname" .) .Values.secret.existing -}}
{{- end }}

{{/* What runs in the shape that was chosen: a dict of name → spec, each completed from `defaults`. As JSON, since a template returns text. */}}
{{- define "parlance.workloads" -}}
{{- $given := .Values.services -}}
{{- if eq .Values.shape "embedded" -}}
{{- $given = dict "standalone" (mergeOverwrite (deepCopy .Values.embedded) (dict "replicas" 1 "autoscaling" (dict "enabled" false))) -}}
{{- end -}}
{{- $workloads := dict -}}
{{- range $name, $spec := $given -}}
{{- $_ := set $workloads $name (mergeOverwrite (deepCopy $.Values.defaults) $spec) -}}
{{- end -}}
{{- toJson $workloads -}}
{{- end }}

{{/* The workload that answers HTTP: the gateway, or the one process with all services. */}}
{{- define "parlance.edge" -}}
{{- ternary "standalone" "gateway" (eq .Values.shape "embedded") -}}
{{- end }}

{{/* Whether the chart's volume holds the blobs of the distributed shape. */}}
{{- define "parlance.blobVolume" -}}
{{- if and (eq .Values.shape "distributed") .Values.blobs.volume (not (hasKey .Values.settings "PARLANCE_BLOBS_URL")) (not (hasKey .Values.secret.values "PARLANCE_BLOBS_URL")) }}true{{ end -}}
{{- end }}

{{/* Variables with the addresses of the stores that a service uses. Arguments: root, stores. */}}
{{- define "parlance.storeVariables" -}}
{{- $variables := list -}}
{{- range .stores -}}
{{- if not (and (eq . "blobs") (include "parlance.blobVolume" $.root)) -}}
{{- $variables = append $variables (printf "PARLANCE_%s_URL" (upper .)) -}}
{{- end -}}
{{- end -}}
{{- toJson $variables -}}
{{- end }}

{{/* A value as people write it. Helm reads numbers of a values file as floats, and would write a million as 1e+06. */}}
{{- define "parlance.text" -}}
{{- if and (kindIs "float64" .) (eq . (floor .)) }}{{ int64 . }}{{ else }}{{ toString . }}{{ end -}}
{{- end }}

{{/* Arguments: root, spec. */}}
{{- define "parlance.environment" -}}
{{- $root := .root -}}
{{- /* The second is for connections that a balancer keeps: it learns by the answers that they end. */ -}}
{{- $settings := dict "PARLANCE_HOST" "0.0.0.0" "PARLANCE_STOP_DELAY_MS" "1000" -}}
{{- if and (include "parlance.blobVolume" $root) (has "blobs" .spec.stores) -}}
{{- $_ := set $settings "PARLANCE_BLOBS_URL" "embedded:/blobs" -}}
{{- end -}}
{{- range .spec.calls -}}
{{- $_ := set $settings (printf "PARLANCE_%s_URL" (upper .)) (printf "%s://%s-%s:3001" (ternary "https" "http" (ne $root.Values.rpcTls.secret "")) (include "parlance.fullname" $root) .) -}}
{{- end -}}
{{- $settings = mergeOverwrite $settings (deepCopy $root.Values.settings) (deepCopy .spec.settings) -}}
{{- $_ := set $settings "PARLANCE_PORT" "3000" -}}
{{- $_ := set $settings "PARLANCE_RPC_PORT" "3001" -}}
{{- if $root.Values.rpcTls.secret -}}
{{- $_ := set $settings "PARLANCE_RPC_TLS_CERT_FILE" "/tls/tls.crt" -}}
{{- $_ := set $settings "PARLANCE_RPC_TLS_KEY_FILE" "/tls/tls.key" -}}
{{- $_ := set $settings "PARLANCE_RPC_TLS_CA_FILE" "/tls/ca.crt" -}}
{{- if $root.Values.rpcTls.clientCertificates -}}
{{- $_ := set $settings "PARLANCE_RPC_TLS_CLIENT_CA_FILE" "/tls/ca.crt" -}}
{{- end -}}
{{- end -}}
{{- if $root.Values.metrics.enabled -}}
{{- $_ := set $settings "PARLANCE_METRICS_PORT" "3002" -}}
{{- end -}}
{{- $_ := set $settings "PARLANCE_DRAIN_TIMEOUT_MS" (mul .spec.drainSeconds 1000) -}}
{{- if eq $root.Values.shape "embedded" -}}
{{- $_ := set $settings "PARLANCE_DATA_DIR" "/data" -}}
{{- end -}}
{{- range $variable, $value := $settings }}
- name: {{ $variable }}
  value: {{ include "parlance.text" $value | quote }}
{{- end }}
{{- $secret := include "parlance.secretName" $root }}
{{- $required := list -}}
{{- if eq $root.Values.shape "distributed" -}}
{{- $required = prepend (include "parlance.storeVariables" (dict "root" $root "stores" .spec.stores) | fromJsonArray) "PARLANCE_RPC_TOKEN" -}}
{{- end -}}
{{- range $variable := $required }}
{{- if not (hasKey $settings $variable) }}
- name: {{ $variable }}
  valueFrom: { secretKeyRef: { name: {{ $secret }}, key: {{ $variable }} } }
{{- end }}
{{- end }}
{{- $optional := .spec.secretKeys -}}
{{- if or (hasKey $settings "OTEL_EXPORTER_OTLP_ENDPOINT") (hasKey $settings "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") -}}
{{- $optional = append $optional "OTEL_EXPORTER_OTLP_HEADERS" -}}
{{- end -}}
{{- range $variable := uniq $optional }}
{{- if not (or (has $variable $required) (hasKey $settings $variable)) }}
- name: {{ $variable }}
  valueFrom: { secretKeyRef: { name: {{ $secret }}, key: {{ $variable }}, optional: true } }
{{- end }}
{{- end }}
{{- end }}

{{/* What keeps an installation from working is said at once, all of it. */}}
{{- define "parlance.faults" -}}
{{- $faults := list -}}
{{- if and (eq .Values.shape "distributed") (not .Values.secret.existing) -}}
{{- range $variable := include "parlance.storeVariables" (dict "root" . "stores" (list "documents" "events" "search" "blobs")) | fromJsonArray -}}
{{- if not (or (hasKey $.Values.secret.values $variable) (hasKey $.Values.settings $variable)) -}}
{{- $faults = append $faults (printf "%s: set it in secret.values, in settings, or in a Secret of yours named by secret.existing" $variable) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $name, $spec := .Values.services -}}
{{- range $called := $spec.calls -}}
{{- if not (hasKey $.Values.services $called) -}}
{{- $faults = append $faults (printf "services.%s.calls: there is no service %s" $name $called) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $name, $spec := include "parlance.workloads" . | fromJson -}}
{{- if and $spec.autoscaling.enabled (gt (int $spec.autoscaling.min) (int $spec.autoscaling.max)) -}}
{{- $faults = append $faults (printf "services.%s.autoscaling: min is more than max" $name) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.rpcTls.secret (eq .Values.shape "embedded") -}}
{{- $faults = append $faults "rpcTls.secret: one pod calls nobody; leave it empty in the embedded shape" -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) -}}
{{- $faults = append $faults "ingress.host: name the host" -}}
{{- end -}}
{{- if $faults -}}
{{- fail (printf "\n\nParlance cannot be installed with these values:\n  %s\n" (join "\n  " $faults)) -}}
{{- end -}}
{{- end }}
