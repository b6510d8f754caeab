import { StoreError, type Increment, type OutboxEvent, type Stored, type Tenant } from "@parlance/ports";
import { documentText } from "../documents/check-document.ts";
import { addAmounts, guardsHold, planIncrement } from "../documents/increment.ts";
import { addEvents } from "./document-store-outbox.ts";
import { readDocument, type Source } from "./document-store-reads.ts";
import type { Write } from "./document-store-writer.ts";

/** Where a document lies. */
export interface Place {
  readonly tenant: Tenant;
  readonly id: string;
}

/** @throws StoreError `invalid` at once; the write itself is refused with `already_exists` */
export function insertWrite<T extends object>(
  source: Source,
  at: Place,
  content: { data: T; events: readonly OutboxEvent[] },
): Write<Stored<T>> {
  const { data, events } = content;
  const text = documentText(source.plan.name, data, source.plan.indexed);
  return withEvents(source, events, () => {
    source.cache.drop(at.tenant, at.id);
    source.file.prepare(source.sql.insert).run(at.tenant, at.id, text);
    return { tenant: at.tenant, id: at.id, version: 1, data };
  });
}

/** @throws StoreError `invalid` at once; the write itself is refused with `version_conflict` or `already_exists` */
export function replaceWrite<T extends object>(
  source: Source,
  current: Stored<T>,
  content: { data: T; events: readonly OutboxEvent[] },
): Write<Stored<T>> {
  const { data, events } = content;
  const text = documentText(source.plan.name, data, source.plan.indexed);
  return withEvents(source, events, () => {
    if (!updateText(source, current, text)) throw conflict(source);
    return { tenant: current.tenant, id: current.id, version: current.version + 1, data };
  });
}

/** The write gives undefined, and changes nothing, when the document is absent or a guard fails. */
export function incrementWrite<T extends object>(
  source: Source,
  at: Place,
  content: { change: Increment<T>; events: readonly OutboxEvent[] },
): Write<Stored<T> | undefined> {
  const increment = planIncrement(content.change);
  return withEvents(source, content.events, {
    // It reads before it writes, so it needs a transaction even without events.
    several: () => {
      const current = readDocument<T>(source, at.tenant, at.id);
      if (current === undefined || !guardsHold(current.data, increment)) return undefined;
      addAmounts(current.data, increment);
      updateText(source, current, documentText(source.plan.name, current.data, source.plan.indexed));
      return { ...current, version: current.version + 1 };
    },
  });
}

/** The write gives whether a document was there. */
export function deleteWrite(source: Source, at: Place, version: number | undefined): Write<boolean> {
  const remove = () => {
    source.cache.drop(at.tenant, at.id);
    return Number(source.file.prepare(source.sql.delete).run(at.tenant, at.id).changes) > 0;
  };
  if (version === undefined) return withEvents(source, [], remove);
  return withEvents(source, [], {
    several: () => {
      const found = source.file.prepare(source.sql.version).get(at.tenant, at.id)?.["version"];
      if (found === undefined) return false;
      if (found !== version) throw conflict(source);
      return remove();
    },
  });
}

/** A write whose events go with it, unless it turns out to change nothing. */
function withEvents<R>(source: Source, events: readonly OutboxEvent[], change: (() => R) | { several: () => R }): Write<R> {
  const apply = typeof change === "function" ? change : change.several;
  if (events.length === 0) return { what: source.plan.name, single: typeof change === "function", events: false, apply };
  return {
    what: source.plan.name,
    single: false,
    events: true,
    apply: () => {
      const result = apply();
      if (result !== undefined) addEvents(source.file, events);
      return result;
    },
  };
}

function updateText(source: Source, current: Stored<object>, text: string): boolean {
  source.cache.drop(current.tenant, current.id);
  return Number(source.file.prepare(source.sql.replace).run(text, current.tenant, current.id, current.version).changes) > 0;
}

function conflict(source: Source): StoreError {
  return new StoreError("version_conflict", `the document of ${source.plan.name} has changed since it was read, or is gone`);
}
