import { fieldMeanings } from "./field-meanings.ts";

type Described = { description?: unknown; schema?: { description?: unknown } };

/** Puts the meaning of each field and parameter into a document, where the schemas say none. */
export function describeFields<T>(document: T): T {
  for (const { field, places } of fieldsOf(document)) {
    const place = places.find((candidate) => fieldMeanings[candidate] !== undefined);
    if (place !== undefined && !isDescribed(field)) field.description = fieldMeanings[place];
  }
  return document;
}

export function isDescribed({ description, schema }: Described): boolean {
  return description !== undefined || schema?.description !== undefined;
}

/** Every field and parameter below a node, with the rows that may describe it, the nearest first. */
export function* fieldsOf(node: unknown, holder = ""): Generator<{ field: Described; places: string[] }> {
  if (typeof node !== "object" || node === null) return;
  if ("in" in node && "name" in node) {
    yield { field: node as Described, places: [`${String(node.in)}.${String(node.name)}`, String(node.name)] };
    return;
  }
  for (const [key, value] of Object.entries(node)) {
    if (key === "properties") {
      for (const [name, field] of Object.entries(value as Record<string, Described>)) {
        yield { field, places: [`${holder}.${name}`, name] };
        yield* fieldsOf(field, name);
      }
    } else if (key === "schemas") {
      for (const [name, schema] of Object.entries(value as object)) yield* fieldsOf(schema, name);
    } else {
      yield* fieldsOf(value, key.startsWith("/") ? (key.split("/")[3] ?? "") : holder);
    }
  }
}
