{{- define "inkwell.labels" -}}
app.kubernetes.io/name: inkwell-operator
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: operator
app.kubernetes.io/part-of: inkwell
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "inkwell.selector" -}}
app.kubernetes.io/name: inkwell-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "inkwell.serviceAccount" -}}
{{ .Values.serviceAccount.name | default "inkwell-operator" }}
{{- end }}

{{- /* An image's reference: a dict with `image` (repository, tag) and `root`. One tag serves all. */}}
{{- define "inkwell.image" -}}
{{ .image.repository }}:{{ .image.tag | default .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{- /* What the operator reads at start: what follows from the chart, with `settings` above it. */}}
{{- define "inkwell.settings" -}}
{{- $root := . -}}
{{- $images := dict -}}
{{- range $stage, $image := .Values.workers.images -}}
{{- $_ := set $images $stage (include "inkwell.image" (dict "image" $image "root" $root)) -}}
{{- end -}}
{{- $settings := dict
  "namespace" .Release.Namespace
  "service_account" (include "inkwell.serviceAccount" .)
  "leader_election" true
  "metrics_port" (int .Values.metrics.port)
  "workers" (dict "images" $images "image_pull_policy" .Values.workers.imagePullPolicy) -}}
{{- toYaml (mergeOverwrite $settings (deepCopy .Values.settings)) -}}
{{- end }}
