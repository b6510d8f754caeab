import { ConfigError } from "@parlance/platform";
import type { AzureOptions } from "@parlance/storage/azure";
import type { S3Options } from "@parlance/storage/s3";
import type { ProcessConfig } from "./process-config.ts";

type Settings = Pick<ProcessConfig, "PARLANCE_BLOBS_ACCESS_KEY" | "PARLANCE_BLOBS_SECRET_KEY" | "PARLANCE_BLOBS_SAS">;

/**
 * Both keys, or none where the S3 client finds the credentials by itself, as in a pod with a role.
 * @throws ConfigError when one is without the other
 */
export function s3Credentials(config: Settings): Pick<S3Options, "credentials"> {
  const { PARLANCE_BLOBS_ACCESS_KEY: accessKeyId, PARLANCE_BLOBS_SECRET_KEY: secret } = config;
  if (accessKeyId === undefined && secret === undefined) return {};
  if (accessKeyId === undefined || secret === undefined)
    throw new ConfigError(["PARLANCE_BLOBS_ACCESS_KEY and PARLANCE_BLOBS_SECRET_KEY: S3 needs both or neither"]);
  return { credentials: { accessKeyId, secretAccessKey: secret.reveal() } };
}

/** @throws ConfigError unless there is either a key or a signature */
export function azureCredentials(config: Settings): Pick<AzureOptions, "credentials"> {
  const { PARLANCE_BLOBS_SECRET_KEY: accountKey, PARLANCE_BLOBS_SAS: sas } = config;
  if (accountKey !== undefined && sas === undefined) return { credentials: { accountKey: accountKey.reveal() } };
  if (sas !== undefined && accountKey === undefined) return { credentials: { sas: sas.reveal() } };
  throw new ConfigError([
    "PARLANCE_BLOBS_SECRET_KEY or PARLANCE_BLOBS_SAS: Azure needs the account's key or a signature, and not both",
  ]);
}
