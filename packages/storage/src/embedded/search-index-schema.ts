/** `to` of a chunk that no generation has ended. */
export const openEnd = Number.MAX_SAFE_INTEGER;

export const schemaVersion = 1;

/** The tables of a chatbot's file. */
export const schema = (dimension: number): string => `
  CREATE TABLE origin (model TEXT NOT NULL, dimension INTEGER NOT NULL);
  CREATE TABLE total (chunks INTEGER NOT NULL, terms INTEGER NOT NULL, vectors INTEGER NOT NULL);
  INSERT INTO total VALUES (0, 0, 0);
  CREATE TABLE chunk (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chunk_id TEXT NOT NULL UNIQUE,
    document_id TEXT NOT NULL,
    from_generation INTEGER NOT NULL,
    to_generation INTEGER NOT NULL,
    length INTEGER NOT NULL,
    has_vector INTEGER NOT NULL
  );
  CREATE INDEX chunk_document ON chunk (document_id);
  CREATE INDEX chunk_from ON chunk (from_generation);
  CREATE INDEX chunk_to ON chunk (to_generation) WHERE to_generation < ${openEnd};
  CREATE TRIGGER chunk_added AFTER INSERT ON chunk BEGIN
    UPDATE total SET chunks = chunks + 1, terms = terms + new.length, vectors = vectors + new.has_vector;
  END;
  CREATE TRIGGER chunk_removed AFTER DELETE ON chunk BEGIN
    UPDATE total SET chunks = chunks - 1, terms = terms - old.length, vectors = vectors - old.has_vector;
  END;
  CREATE TABLE payload (id INTEGER PRIMARY KEY, json TEXT NOT NULL);
  ${vectorsTable(dimension)};
  CREATE VIRTUAL TABLE words USING fts5(terms, content='', contentless_delete=1, tokenize='ascii');
  CREATE VIRTUAL TABLE occurrence USING fts5vocab(words, 'instance');
`;

/** The sign bits are a coarse copy of the vector, for the first pass over many chunks. */
export const vectorsTable = (dimension: number): string => `
  CREATE VIRTUAL TABLE vectors USING vec0(
    embedding float[${dimension}] distance_metric=L2,
    signs bit[${signBits(dimension)}],
    from_generation integer,
    to_generation integer,
    chunk_size=128
  )`;

/** sqlite-vec takes bit vectors of whole bytes; whole words of 32 bits make them quick to compare. */
export function signBits(dimension: number): number {
  return Math.ceil(dimension / 32) * 32;
}
