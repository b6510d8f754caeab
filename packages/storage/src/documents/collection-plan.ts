import { StoreError, type CollectionSpec } from "@parlance/ports";
import { pathNames } from "./field-path.ts";

/** A collection's spec after its check, in the form that both stores work with. */
export interface CollectionPlan {
  readonly name: string;
  readonly indexes: readonly IndexPlan[];
  /** Every field of any index, once. */
  readonly indexed: readonly string[];
}

export interface IndexPlan {
  readonly fields: readonly string[];
  readonly unique: boolean;
}

const nameForm = /^[a-z][a-z0-9_-]{0,40}\.[a-z][a-z0-9_-]{0,40}$/;

/** @throws StoreError `invalid` for a name or field that no store could take. */
export function planCollection<T extends object>(spec: CollectionSpec<T>): CollectionPlan {
  if (!nameForm.test(spec.name))
    throw new StoreError("invalid", `not a collection name: ${JSON.stringify(spec.name.slice(0, 90))}`);
  const indexes = (spec.indexes ?? []).map(({ fields, unique }) => ({ fields: [...fields], unique: unique === true }));
  for (const { fields } of indexes) {
    if (fields.length === 0 || fields.length > 8 || new Set(fields).size !== fields.length) {
      throw new StoreError("invalid", `an index of ${spec.name} needs one to eight different fields`);
    }
    for (const field of fields) pathNames(field);
  }
  return { name: spec.name, indexes, indexed: [...new Set(indexes.flatMap((index) => index.fields))] };
}

/** @throws StoreError `invalid` when a collection is declared a second time with other indexes. */
export function checkSamePlan(first: CollectionPlan, second: CollectionPlan): void {
  if (JSON.stringify(first.indexes) === JSON.stringify(second.indexes)) return;
  throw new StoreError("invalid", `${first.name} is declared twice with different indexes`);
}
