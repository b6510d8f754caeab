export { asTenant, everyTenant, systemTenant, type EveryTenant, type Tenant } from "./tenant.ts";
export {
  isStoreError,
  StoreError,
  type Collection,
  type CollectionSpec,
  type Condition,
  type DocumentStore,
  type FieldPath,
  type Increment,
  type IndexSpec,
  type Outbox,
  type Ordered,
  type OutboxEvent,
  type Page,
  type Query,
  type Range,
  type ReadOptions,
  type Scalar,
  type Stored,
  type StoreErrorKind,
  type Where,
  type WriteOptions,
} from "./document-store.ts";
export { windowMs, type RateWindow, type RateWindows } from "./rate-windows.ts";
export type {
  ChunkPayload,
  IndexCandidate,
  IndexChunk,
  IndexQuery,
  IndexResult,
  NearTerm,
  QueryWord,
  Scope,
  SearchIndex,
} from "./search-index.ts";
export { editsBetween, firstLetters, mostEdits, nearestTerms, nearnessTo, type Nearness } from "./near-terms.ts";
export {
  EventTooLargeError,
  PoisonEventError,
  type BusEvent,
  type Consumer,
  type DeadLetter,
  type EventBus,
  type RetryPolicy,
  type Subscription,
} from "./event-bus.ts";
export type { BlobKey, BlobStore } from "./blob-store.ts";
export type { CheckableStore, CopyableStore, HeldState, StoreFault } from "./held-state.ts";
export { ModelUnavailableError, type Embedder, type PredecessorModel, type Reading } from "./embedder.ts";
export type { AnswerPassage, AnswerPiece, AnswerRequest, LanguageModel } from "./language-model.ts";

import type { BlobStore } from "./blob-store.ts";
import type { DocumentStore } from "./document-store.ts";
import type { Embedder } from "./embedder.ts";
import type { EventBus } from "./event-bus.ts";
import type { LanguageModel } from "./language-model.ts";
import type { SearchIndex } from "./search-index.ts";

/** Everything a process can hand to its services. A service takes what it needs. */
export interface Ports {
  documents: DocumentStore;
  search: SearchIndex;
  events: EventBus;
  blobs: BlobStore;
  embedder: Embedder;
  model: LanguageModel;
}
