import { parseConfig, settings, type Env } from "@parlance/platform";

/** What a process needs to know whatever services run in it. */
const processConfig = {
  /** Where the RPC port and, for the gateway, the HTTP port listen. */
  PARLANCE_HOST: settings.text().default("127.0.0.1"),
  PARLANCE_PORT: settings.port().default(3000),
  /** Where other processes and internal consumers call the services of this one. Default: the HTTP port and one. */
  PARLANCE_RPC_PORT: settings.port().optional(),
  /**
   * What a call between processes must carry. Default in the embedded shape: one made at the first start, in the data folder. Without
   * embedded stores it may be absent only where the RPC port cannot be reached from outside this machine.
   */
  PARLANCE_RPC_TOKEN: settings.secrets({ minLength: 16 }).optional(),
  /** Whether services describe themselves to tools: methods and messages, not what is stored. */
  PARLANCE_RPC_REFLECTION: settings.flag().default(false),
  /**
   * PEM files for TLS between processes: the certificate of this one, its key, the authority that vouches for the services it calls, and the
   * authority of which callers must show a certificate. Renewed files are taken up without a restart. Addresses of services begin with `https:` then.
   */
  PARLANCE_RPC_TLS_CERT_FILE: settings.text().optional(),
  PARLANCE_RPC_TLS_KEY_FILE: settings.text().optional(),
  PARLANCE_RPC_TLS_CA_FILE: settings.text().optional(),
  PARLANCE_RPC_TLS_CLIENT_CA_FILE: settings.text().optional(),
  /** Where `/metrics` is served in Prometheus's form, on the same host. Default: nowhere. */
  PARLANCE_METRICS_PORT: settings.port().optional(),
  /**
   * How long a process that is told to stop goes on serving with its readiness off, so that whoever balances requests can turn elsewhere. Kubernetes
   * does without it: there a pod is taken out of the balance before it is told.
   */
  PARLANCE_STOP_DELAY_MS: settings.milliseconds({ min: 0, max: 60_000 }).default(0),
  /** How long a stop waits for calls and events that are being handled; then they are told to give up. */
  PARLANCE_DRAIN_TIMEOUT_MS: settings.milliseconds().default(5_000),
  PARLANCE_DATA_DIR: settings.text().default("./data"),
  PARLANCE_DOCUMENTS_URL: settings.url("embedded", "mongodb", "mongodb+srv").default("embedded:"),
  PARLANCE_SEARCH_URL: settings.url("embedded", "elasticsearch+http", "elasticsearch+https").default("embedded:"),
  /** Brokers of Kafka with commas between; user and password mean SASL, `kafka+ssl:` means TLS. */
  PARLANCE_EVENTS_URL: settings.url("embedded", "kafka", "kafka+ssl").default("embedded:"),
  /** Partitions of a topic that does not exist yet: the most replicas of a service that can share its events. */
  PARLANCE_EVENTS_PARTITIONS: settings.wholeNumber({ min: 1, max: 1_000 }).default(6),
  /**
   * `embedded:/folder` may be shared by processes when all of them see the same folder. `s3://bucket/prefix?region=…` and, for another server
   * than Amazon's, `&endpoint=https://…`. `azure://account/container/prefix`.
   */
  PARLANCE_BLOBS_URL: settings.url("embedded", "s3", "azure").default("embedded:"),
  /** Of S3. Without it and a secret key the client looks where Amazon's tools do, such as at the role of a pod. */
  PARLANCE_BLOBS_ACCESS_KEY: settings.text().optional(),
  /** Of S3, or of the account at Azure. */
  PARLANCE_BLOBS_SECRET_KEY: settings.secret().optional(),
  /** A shared access signature of Azure, instead of the account's key. */
  PARLANCE_BLOBS_SAS: settings.secret().optional(),
  /** `local:english` is all-MiniLM-L6-v2 alone, which knows English: it takes less memory, and reads an index that was made by it. */
  PARLANCE_EMBEDDINGS_URL: settings
    .url("local", "http", "https")
    .refine((url) => !url.startsWith("local:") || ["local:", "local:english"].includes(url), {
      error: "must be local: or local:english",
    })
    .default("local:"),
  PARLANCE_EMBEDDINGS_API_KEY: settings.secret().optional(),
  PARLANCE_EMBEDDINGS_MODEL: settings.text().default("text-embedding-3-small"),
  PARLANCE_EMBEDDINGS_DIMENSION: settings.wholeNumber({ min: 1, max: 4_096 }).default(1_536),
  PARLANCE_MODEL_URL: settings.url("local", "http", "https").default("local:"),
  PARLANCE_MODEL_API_KEY: settings.secret().optional(),
  /** Name of a model at the model server that answers for every model of the contract, such as llama3. */
  PARLANCE_MODEL_NAME: settings.text().optional(),
  PARLANCE_LOG_LEVEL: settings.oneOf("trace", "debug", "info", "warn", "error", "fatal", "silent").default("info"),
  /** Where the other services are: addresses of replicas with commas between, or names that stand for several. */
  PARLANCE_ACCOUNT_URL: settings.urls("http", "https").optional(),
  PARLANCE_CHAT_URL: settings.urls("http", "https").optional(),
  PARLANCE_CONVERSATION_URL: settings.urls("http", "https").optional(),
  PARLANCE_INGESTION_URL: settings.urls("http", "https").optional(),
  PARLANCE_RETRIEVAL_URL: settings.urls("http", "https").optional(),
};

/** Names of what every process reads. */
export const processSettings: readonly string[] = Object.keys(processConfig);

export type ProcessConfig = ReturnType<typeof readProcessConfig>;

/** @throws ConfigError that lists all faults */
export function readProcessConfig(env: Env) {
  return parseConfig(processConfig, env);
}
