import { S3Client } from "@aws-sdk/client-s3";
import type { S3Address } from "./s3-address.ts";

export interface S3Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Two ways to the same server, over the same connections. */
export interface S3Clients {
  /** For what may be done twice: a request that got no answer, or was throttled, is sent up to three times. */
  safe: S3Client;
  /** For what may not: a second CreateMultipartUpload would leave an upload that nobody ends. */
  once: S3Client;
  bucket: string;
}

/** Without credentials the client looks where Amazon's tools look, such as at the role of a pod or a machine. */
export function createS3Clients(address: S3Address, credentials: S3Credentials | undefined): S3Clients {
  const shared = {
    region: address.region,
    // Other servers seldom have a host name for each bucket.
    ...(address.endpoint !== undefined && { endpoint: address.endpoint, forcePathStyle: true }),
    ...(credentials !== undefined && { credentials }),
    requestHandler: {
      connectionTimeout: 3_000,
      // Until the answer begins, a part of 8 MiB included. What follows is watched by remoteChunks.
      requestTimeout: 60_000,
      throwOnRequestTimeout: true,
      socketTimeout: 0,
      httpsAgent: { maxSockets: 64 },
      httpAgent: { maxSockets: 64 },
    },
  };
  const safe = new S3Client({ ...shared, maxAttempts: 3 });
  const once = new S3Client({ ...shared, requestHandler: safe.config.requestHandler, maxAttempts: 1 });
  return { safe, once, bucket: address.bucket };
}
