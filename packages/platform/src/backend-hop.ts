/**
 * Header that counts the custom backends a request came through. Our calls to a backend carry it, and our public API reads it, so that a
 * backend which is our own API ends after one round.
 */
export const backendHopHeader = "x-parlance-backend-hops";
