import {
  createClient,
  createRouterTransport,
  type Client,
  type Interceptor,
  type ServiceImpl,
  type Transport,
} from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { createAuthority } from "@parlance/testkit/certificates";
import {
  createBalancedTransport,
  createDirectTransport,
  createRpcTransport,
  listenRpc,
  type Routes,
  type RpcServerLimits,
  type RpcTls,
} from "../../src/index.ts";
import { ConformanceService, type ConformanceServiceType } from "./service.ts";

export interface Setup {
  interceptors?: Interceptor[];
  clientInterceptors?: Interceptor[];
  shutdownSignal?: AbortSignal;
}

export interface Connection extends AsyncDisposable {
  transport: Transport;
}

export interface TransportCase {
  name: string;
  /** HTTP/1.1 is half duplex. */
  bidi: boolean;
  /** connect's own router transport has none of our defaults. */
  ours: boolean;
  connect(routes: Routes, setup?: Setup): Promise<Connection>;
}

const authority = createAuthority();

/** The transports under test: connect's own in-process one is the reference. */
export const transportCases: readonly TransportCase[] = [
  {
    name: "router transport of connect",
    bidi: true,
    ours: false,
    connect: async (routes, { interceptors = [], clientInterceptors = [], shutdownSignal } = {}) => ({
      transport: createRouterTransport(routes, {
        router: { interceptors, ...(shutdownSignal !== undefined && { shutdownSignal }) },
        transport: { interceptors: clientInterceptors },
      }),
      [Symbol.asyncDispose]: async () => undefined,
    }),
  },
  {
    name: "direct transport",
    bidi: true,
    ours: true,
    connect: async (routes, setup = {}) => ({
      transport: createDirectTransport({ routes, freezeMessages: true, ...setup }),
      [Symbol.asyncDispose]: async () => undefined,
    }),
  },
  {
    name: "gRPC over h2c",
    bidi: true,
    ours: true,
    connect: (routes, setup) =>
      overNetwork(routes, setup, (url, interceptors) => {
        const transport = createRpcTransport({ url, interceptors });
        return { transport, close: () => transport.close() };
      }),
  },
  {
    name: "balanced gRPC over h2c",
    bidi: true,
    ours: true,
    connect: (routes, setup) =>
      overNetwork(routes, setup, (url, interceptors) => {
        const transport = createBalancedTransport({ urls: [url], interceptors });
        return { transport, close: () => transport.close() };
      }),
  },
  {
    name: "balanced gRPC over TLS",
    bidi: true,
    ours: true,
    connect: (routes, setup) => {
      const { cert, key } = authority.issue({ addresses: ["127.0.0.1"] });
      const tls = { serves: true, material: () => ({ cert, key, ca: authority.cert, clientCa: authority.cert }) };
      // Node does not count an encrypted connection as done when its caller was refused in the middle of sending.
      return overNetwork(routes, { ...setup, tls, limits: { closeMs: 100 } }, (url, interceptors) => {
        const transport = createBalancedTransport({ urls: [url], interceptors, tls });
        return { transport, close: () => transport.close() };
      });
    },
  },
  {
    name: "gRPC-Web over HTTP/1.1",
    bidi: false,
    ours: false,
    connect: (routes, setup) =>
      overNetwork(routes, setup, (url, interceptors) => ({
        transport: createGrpcWebTransport({ baseUrl: url, httpVersion: "1.1", interceptors }),
      })),
  },
  {
    name: "Connect over HTTP/1.1",
    bidi: false,
    ours: false,
    connect: (routes, setup) =>
      overNetwork(routes, setup, (url, interceptors) => ({
        transport: createConnectTransport({ baseUrl: url, httpVersion: "1.1", interceptors }),
      })),
  },
];

type Dial = (url: string, interceptors: Interceptor[]) => { transport: Transport; close?: () => void };

async function overNetwork(
  routes: Routes,
  setup: Setup & { tls?: RpcTls; limits?: Partial<RpcServerLimits> } = {},
  dial: Dial,
): Promise<Connection> {
  const { clientInterceptors = [], ...rest } = setup;
  const server = await listenRpc({ host: "127.0.0.1", port: 0, routes, ...rest });
  const { transport, close } = dial(server.address.url, clientInterceptors);
  return {
    transport,
    [Symbol.asyncDispose]: async () => {
      close?.();
      await server.close();
    },
  };
}

export type Handlers = Partial<ServiceImpl<ConformanceServiceType>>;

/** A client of the test service with these handlers, over one of the transports. */
export async function connectTo(
  transportCase: TransportCase,
  handlers: Handlers,
  setup?: Setup,
): Promise<AsyncDisposable & { client: Client<ConformanceServiceType> }> {
  const connection = await transportCase.connect((router) => router.service(ConformanceService, handlers), setup);
  return {
    client: createClient(ConformanceService, connection.transport),
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}
