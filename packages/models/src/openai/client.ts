import OpenAI from "openai";

/** Where an OpenAI-compatible server listens. */
export interface OpenAiServerSettings {
  /** Up to and with the version, such as `http://localhost:11434/v1`. */
  baseUrl: string;
  /** Empty for a server that asks for none. */
  apiKey: string;
}

/**
 * The provider's client with everything said here, so that no variable of the environment reaches it, and without logs of its own,
 * which hold prompts. Retries are the adapters' where a stream is involved, `maxRetries` is for the rest.
 */
export function createClient({ baseUrl, apiKey }: OpenAiServerSettings, maxRetries: number): OpenAI {
  return new OpenAI({
    baseURL: baseUrl,
    // The client demands a key; a server that asks for none does not look at it.
    apiKey: apiKey === "" ? "none" : apiKey,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: "off",
    maxRetries,
  });
}
