import type { ServiceContext } from "@parlance/platform";
import type { GatewayConfig } from "./config.ts";

/** What routes and middleware close over. */
export type GatewayContext = Pick<ServiceContext<GatewayConfig>, "config" | "clients" | "log" | "tracer" | "ready">;
