import { normalize } from "./engine.ts";

/**
 * The vector of one fixed text by the portable engine, as little-endian half-precision numbers in base64. A test holds it against that
 * engine, so that a start can check the native engine without loading both.
 */
export function referenceVector(): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(encoded.join(""), "base64"));
  return normalize(Float32Array.from(new Float16Array(bytes.buffer)));
}

/** Has accents, digits, punctuation and rare words, so that a tokenizer that differs shows. */
export const referenceText =
  "The warranty covers every repair for two years after the day of purchase; after that, spare parts are sold at cost, and our café in Zürich mends for 15 euros an hour.";

const encoded = [
  "LKr7KCAwoqWGKSsdkabfLNWRwqw1nBApXiQcqu8qya1JqjmuBqdjqf+oxSClJbWppKlnJSEnXarpoeKoe6rSKeasFaLBJHcatKzlpkusBaNIGNgnSqyDIlgq",
  "GCyhKgmmQC9oLH2khJ+mLjomlR+RJHer9xo6Df8kBzBaqBapmqd0KemmhKXNqCisFitpn8uqM62UJG4geio0pGqv+p2+pdWaH59kpSUmDS7fpGgquSQZLYqq",
  "kqaUrDAirQ2kquInOytSMKcooyq4JLOazCm3qXCuHJ0Dpm0tFx9YIZ+hnCfFLJ6oRSp6mHUjXa1mKfykZSw8LMobMSghqk2rWykAABWmcSZIpYSpshv7JWQV",
  "t6jWlXmltSZBq7ep862EpS8hsSxTKXelsSr/nUGswizQKjGbLqsZLW8rtSidpBAnsDDpGloqwaiLqTUmGqDdqH6ne6uXKZMZvKG8LJOsMKv1KLwgNLCurCcs",
  "vKoiKmSq2ym5JqontKnXKLkuPB6QLNUqByh+LRAu5ywdqZOmfKYoqxakY5gwpIenJSKcJJwqACwkqY6opKLiKM8ey6syLJqf7RtnJZqrF6wFp04lVyQAABIo",
  "T6twL8kmjayRoXGuwyoOqRAorq/TmRwkEKmzq2YsxSvurKcinalcKgqf2CiLpWesAC33qHkg4qgvo8OrD6q2qvop7BwAJN6nrSsdLqkdZKZnqY6lTCn3KdOv",
  "xKwYr/Wbh6+/LVyfhyqRq5qkBKBNKkilx6e2mCWogiR3Kqso26QCIQYk56zJLQqr3y1YLDem2SAumposVqT9pD6cT6UFJfKvYKRYJFShm6rBLJOkDZ96HNGh",
  "2ylPqSGpraUAgEKkxyscp9YhfyyEsCaXEiYQKXYt6anZqH0s8ZhEq1ep0CMJLrCnlCyiJIglESruqrStyKS/FK2dwqLQpVilAqymLcofrS0YqVerwqzEpAas",
  "hRutqf8n9ywbJwWuNq42pkkgmqOoLbMr4yt6pjisLyqGIhUp+SRqHeurza1ep18V",
];
