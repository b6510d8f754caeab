interface Schema {
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  anyOf?: Schema[];
  minimum?: number;
  maximum?: number;
  additionalProperties?: unknown;
}

/**
 * Makes the schemas of a document say what generators of clients need, and no more than the contract promises:
 * - Numbers have a format. Typed languages take 32 bits otherwise, in which no instant fits.
 * - "X or null" is one schema. Of two, some generators lose the description, or let every other field of the same form be null, too.
 * - No object forbids further fields: answers may gain some, and clients of today must still read them.
 */
export function forGenerators<T>(document: T): T {
  if (typeof document === "object" && document !== null) {
    for (const value of Object.values(document)) forGenerators(value);
    adapt(document);
  }
  return document;
}

function adapt(schema: Schema): void {
  if (schema.additionalProperties === false) delete schema.additionalProperties;
  const types = [schema.type].flat();
  if (types.includes("number")) schema.format ??= "double";
  if (types.includes("integer")) adaptInteger(schema);
  const [value, nothing] = schema.anyOf?.length === 2 ? schema.anyOf : [];
  // An enumeration stays apart, because null would be a member of it.
  if (nothing?.type !== "null" || typeof value?.type !== "string" || value.enum !== undefined) return;
  delete schema.anyOf;
  Object.assign(schema, { ...value, ...schema, type: [value.type, "null"] });
}

function adaptInteger(schema: Schema): void {
  const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = schema;
  schema.format ??= maximum < 2 ** 31 ? "int32" : "int64";
  if (minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}
