export { EgressError, type EgressReason } from "./egress-error.ts";
export { createSafeFetch, type SafeFetch, type SafeFetchOptions, type SafeRequest, type SafeResponse } from "./safe-fetch.ts";
export { createRobots, robotsUserAgent, type Robots, type RobotsRules } from "./robots.ts";
