import type { PredecessorModel } from "@parlance/ports";
import { damagedError } from "./search-index-errors.ts";
import type { FileSettings, SearchIndexFile } from "./search-index-file.ts";
import { vectorsTable } from "./search-index-schema.ts";
import { addVector } from "./search-index-vectors.ts";

/**
 * Turns the vectors of a file of the predecessor into those of the model, in one transaction. The old ones wait in a table of their own, because
 * sqlite-vec cannot rename its tables; the room that it took is used by what is written later.
 */
export function convert(file: SearchIndexFile, settings: FileSettings & { predecessor: PredecessorModel }): void {
  const { model, dimension, predecessor } = settings;
  file.transaction("immediate", () => {
    file.prepare("CREATE TABLE former AS SELECT rowid AS id, embedding, from_generation, to_generation FROM vectors").run();
    file.prepare("DROP TABLE vectors").run();
    file.prepare(vectorsTable(dimension)).run();
    for (const row of file.prepare("SELECT id, embedding, from_generation, to_generation FROM former").iterate()) {
      const bytes = row["embedding"];
      if (!(bytes instanceof Uint8Array) || bytes.length !== 4 * predecessor.dimension)
        throw damagedError(file.path, `a vector has not ${predecessor.dimension} numbers`);
      addVector(file, {
        id: Number(row["id"]),
        vector: successor(new Float32Array(bytes.slice().buffer), dimension, predecessor),
        from: Number(row["from_generation"]),
        to: Number(row["to_generation"]),
      });
    }
    file.prepare("DROP TABLE former").run();
    file.prepare("UPDATE origin SET model = ?, dimension = ?").run(model, dimension);
  });
}

function successor(former: Float32Array, dimension: number, { scale, rest }: PredecessorModel): Float32Array<ArrayBuffer> {
  const vector = new Float32Array(dimension);
  vector.set(former.map((component) => component * scale));
  vector[dimension - 1] = rest;
  return vector;
}
