export { AppError, type AppErrorOptions } from "./app-error.ts";
export { backendHopHeader } from "./backend-hop.ts";
export { changeDocument, type Change } from "./change-document.ts";
export { systemClock, type Clock } from "./clock.ts";
export { ConfigError, parseConfig, type Env } from "./config.ts";
export { describeError, type ErrorDescription } from "./describe-error.ts";
export { errorCatalogue, type ErrorKind, type ErrorReason } from "./error-catalogue.ts";
export { consumer, makeEvent, persistentRetry } from "./events.ts";
export { everyDocument } from "./every-document.ts";
export { ExpiringCache } from "./expiring-cache.ts";
export { isId, newId, newUuid } from "./ids.ts";
export { callOptions, identityHeaders, identityOf, traceIdOf, type Identity } from "./identity.ts";
export { isKnownChatbot } from "./is-known-chatbot.ts";
export { createLogger, logFor, type Logger, type LoggerOptions } from "./logger.ts";
export { createPlaces, type Place, type Places } from "./places.ts";
export { Secret } from "./secret.ts";
export {
  defineService,
  type Clients,
  type ConsumerDefinition,
  type EventHandler,
  type Examination,
  type Finding,
  type ServiceContext,
  type ServiceDefinition,
  type ServiceParts,
} from "./service.ts";
export { settings } from "./settings.ts";
export { traceCalls, traceHandlers } from "./tracing/rpc-tracing.ts";
export { spanMessages } from "./tracing/span-messages.ts";
export type { Span, SpanAttributes, SpanOptions, Tracer } from "./tracing/tracer.ts";
export { createClients } from "./clients.ts";
export { errorCodes, genericReasons } from "./error-codes.ts";
export { appErrorFrom, toConnectError } from "./errors.ts";
export { createBalancedTransport, type BalancedTransportOptions } from "./rpc/balanced-transport.ts";
export { createDirectTransport, type DirectTransportOptions } from "./rpc/direct-transport.ts";
export { errorInterceptor } from "./rpc/error-interceptor.ts";
export { isUntrusted } from "./rpc/broken-connections.ts";
export { createRpcTransport, type RpcTransport, type RpcTransportOptions } from "./rpc/grpc-transport.ts";
export { createHealth, type Health } from "./rpc/health.ts";
export type { Routes } from "./rpc/implementations.ts";
export { maxMessageBytes } from "./rpc/request-listener.ts";
export { openRpcTls, type RpcTls, type RpcTlsSettings } from "./rpc/tls.ts";
export { listenRpc, type RpcServer, type RpcServerLimits, type RpcServerOptions } from "./rpc/server.ts";
