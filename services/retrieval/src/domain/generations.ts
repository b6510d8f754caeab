import { AppError, changeDocument, everyDocument } from "@parlance/platform";
import { everyTenant, isStoreError, type Collection, type DocumentStore, type Tenant } from "@parlance/ports";

/** Which generation of a chatbot's knowledge is searched, and which one a job is building. */
export interface Generation {
  /** The chatbot is gone; stays as a mark, so that no late call builds anything for it. */
  erased?: boolean;
  /** What every search sees; 0 before the first training ends. */
  active: number;
  building: { jobId: string; number: number } | null;
  /** The last job whose generation was activated, so that a repeated call finds its work done. */
  activatedBy: string | null;
  /** The last generation in which the index held chunks of the chatbot after what ended before it was erased; absent when none was counted. */
  chunksIn?: number;
  /** Jobs that built last and have ended, the last one at the end; absent when none has since they are noted. */
  ended?: string[];
  /** ISO 639-1 codes of the documents' languages, "" for unknown, most recently first seen last. */
  languages: string[];
  /** Whether some document is in English, as the vectors' model reads it; absent when it was trained before that was noted. */
  english?: boolean;
}

export interface ChatbotKey {
  tenant: Tenant;
  chatbotId: string;
}

/** Generations by chatbot. Every change is one write of one document, so a search sees the old knowledge or the new. */
export interface Generations {
  get(at: ChatbotKey): Promise<Generation | undefined>;
  /**
   * @throws AppError GENERATION_BUSY while another job builds, GENERATION_UNKNOWN for a job that has ended or whose chatbot was erased: its
   * call was held up on the way, and what it began nobody would end
   */
  begin(at: ChatbotKey, jobId: string): Promise<number>;
  /** @throws AppError GENERATION_UNKNOWN when the job is not the one that builds this generation. */
  activate(at: ChatbotKey, job: { jobId: string; generation: number }): Promise<void>;
  /** Ends a building that failed or was cancelled; nothing happens when the job builds nothing. */
  abandon(at: ChatbotKey, jobId: string): Promise<void>;
  /** Notes that the index holds chunks of the chatbot, unless another generation is active by now. */
  noteChunks(at: ChatbotKey, generation: number): Promise<void>;
  addLanguage(at: ChatbotKey, document: { language: string; english: boolean }): Promise<void>;
  erase(at: ChatbotKey): Promise<void>;
  /** Every chatbot that was ever trained and is not erased, of every tenant. */
  all(): AsyncIterable<ChatbotKey>;
}

export function openGenerations(documents: DocumentStore): Generations {
  const collection = documents.collection<Generation>({ name: "retrieval.generations" });
  const change = async (at: ChatbotKey, decide: (current: Generation) => Generation | undefined) => {
    const stored = await changeDocument(collection, { tenant: at.tenant, id: at.chatbotId }, ({ data }) => {
      const wanted = data.erased === true ? undefined : decide(data);
      return wanted === undefined ? undefined : { data: wanted };
    });
    return unlessErased(stored?.data);
  };

  return {
    get: async ({ tenant, chatbotId }) => unlessErased((await collection.get(tenant, chatbotId))?.data),

    begin: async (at, jobId) => {
      await ensure(collection, at);
      const changed = await change(at, (current) => {
        if (current.building?.jobId === jobId) return undefined;
        if (current.ended?.includes(jobId) === true) throw new AppError("GENERATION_UNKNOWN");
        if (current.building !== null) throw new AppError("GENERATION_BUSY");
        return { ...current, building: { jobId, number: current.active + 1 } };
      });
      if (changed?.building == null) throw new AppError("GENERATION_UNKNOWN");
      return changed.building.number;
    },

    activate: async (at, { jobId, generation }) => {
      const changed = await change(at, (current) => {
        if (current.activatedBy === jobId && current.active === generation) return undefined;
        if (current.building?.jobId !== jobId || current.building.number !== generation) throw new AppError("GENERATION_UNKNOWN");
        return { ...ended(current, jobId), active: generation, activatedBy: jobId };
      });
      if (changed === undefined) throw new AppError("GENERATION_UNKNOWN");
    },

    abandon: async (at, jobId) => {
      await change(at, (current) => (current.building?.jobId === jobId ? ended(current, jobId) : undefined));
    },

    noteChunks: async (at, generation) => {
      await change(at, (current) =>
        current.active !== generation || current.chunksIn === generation ? undefined : { ...current, chunksIn: generation },
      );
    },

    addLanguage: async (at, { language, english }) => {
      await change(at, (current) => {
        const known = current.languages.includes(language) && (!english || current.english === true);
        return known
          ? undefined
          : { ...current, languages: [...new Set([...current.languages, language])], ...(english && { english }) };
      });
    },

    erase: async (at) => {
      await ensure(collection, at);
      await change(at, () => ({ ...untrained, erased: true }));
    },

    all: async function* () {
      for await (const { tenant, id, data } of everyDocument(collection, everyTenant, { limit: 500 }))
        if (data.erased !== true) yield { tenant, chatbotId: id };
    },
  };
}

const untrained: Generation = { active: 0, building: null, activatedBy: null, languages: [], english: false };

function unlessErased(data: Generation | undefined): Generation | undefined {
  return data?.erased === true ? undefined : data;
}

/** More than end while a call is held up on its way. */
const endedKept = 16;

function ended(current: Generation, jobId: string): Generation {
  return { ...current, building: null, ended: [...(current.ended ?? []), jobId].slice(-endedKept) };
}

async function ensure(collection: Collection<Generation>, { tenant, chatbotId }: ChatbotKey): Promise<void> {
  if ((await collection.get(tenant, chatbotId)) !== undefined) return;
  try {
    await collection.insert(tenant, chatbotId, untrained);
  } catch (error) {
    if (!isStoreError(error, "already_exists")) throw error;
  }
}
