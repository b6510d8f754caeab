// Writes tests/kubernetes-schemas.json: strict JSON schemas of the kinds that the chart makes, from the API description of a Kubernetes release.
//
//   node deploy/scripts/write-schemas.mjs SWAGGER RELEASE     such as `kubectl get --raw /openapi/v2 >swagger.json`, v1.36.3
//
// Strict means that a field which the API does not know is an error, as with the server's own strict validation.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const kinds = [
  "apps/v1/Deployment",
  "apps/v1/StatefulSet",
  "autoscaling/v2/HorizontalPodAutoscaler",
  "networking.k8s.io/v1/Ingress",
  "networking.k8s.io/v1/NetworkPolicy",
  "policy/v1/PodDisruptionBudget",
  "v1/PersistentVolumeClaim",
  "v1/Secret",
  "v1/Service",
  "v1/ServiceAccount",
];
const pointer = "#/definitions/";

const [swagger, release] = process.argv.slice(2);
const { definitions: known } = JSON.parse(readFileSync(swagger, "utf8"));
const definitions = {};
const documents = {};
for (const kind of kinds) documents[kind] = { $ref: pointer + take(nameOf(kind)) };
const file = fileURLToPath(new URL("../tests/kubernetes-schemas.json", import.meta.url));
const sorted = Object.fromEntries(Object.entries(definitions).toSorted(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify({ release, documents, definitions: sorted })}\n`);
console.log(`${kinds.length} kinds of ${release}, ${Object.keys(sorted).length} definitions`);

function nameOf(wanted) {
  const [found] = Object.entries(known).find(([, schema]) => {
    const [only, ...others] = schema["x-kubernetes-group-version-kind"] ?? [];
    return others.length === 0 && only && [only.group, only.version, only.kind].filter(Boolean).join("/") === wanted;
  });
  return found;
}

/** Takes a definition with all that it refers to. */
function take(name) {
  if (name in definitions) return name;
  definitions[name] = {};
  definitions[name] = tighten(known[name]);
  // A quantity may be written as a number.
  if (name.endsWith(".api.resource.Quantity")) definitions[name] = { type: ["string", "number"] };
  return name;
}

function tighten(schema) {
  if (schema.$ref) return { $ref: pointer + take(schema.$ref.slice(pointer.length)) };
  const { type, format, properties, additionalProperties, items, required, enum: words } = schema;
  if (format === "int-or-string") return { type: ["string", "integer"] };
  const tight = { type, required, enum: words, items: items && tighten(items) };
  if (properties) {
    tight.properties = Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, tighten(property)]));
    tight.additionalProperties = false;
  } else if (additionalProperties) {
    tight.additionalProperties = tighten(additionalProperties);
  }
  return tight;
}
