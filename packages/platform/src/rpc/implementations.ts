import type { DescMethod } from "@bufbuild/protobuf";
import { createMethodImplSpec, createServiceImplSpec, type ConnectRouter, type MethodImplSpec } from "@connectrpc/connect";

export type Routes = (router: ConnectRouter) => void;

/** Finds the implementation of a method among what the routes register. */
export type FindImplementation = (method: DescMethod) => MethodImplSpec | undefined;

/** Runs the routes on a router that only remembers. */
export function collectImplementations(routes: Routes): FindImplementation {
  const found = new Map<string, MethodImplSpec>();
  const router: ConnectRouter = {
    handlers: [],
    service(service, implementation, options) {
      refuseOptions(options);
      for (const spec of Object.values(createServiceImplSpec(service, implementation).methods)) found.set(keyOf(spec.method), spec);
      return router;
    },
    rpc(method, implementation, options) {
      refuseOptions(options);
      found.set(keyOf(method), createMethodImplSpec(method, implementation));
      return router;
    },
  };
  routes(router);
  // Descriptors of one method may be several objects; each is told by its name once.
  const known = new WeakMap<DescMethod, MethodImplSpec>();
  return (method) => {
    const seen = known.get(method);
    if (seen !== undefined) return seen;
    const spec = found.get(keyOf(method));
    if (spec !== undefined) known.set(method, spec);
    return spec;
  };
}

function keyOf(method: DescMethod): string {
  return `${method.parent.typeName}/${method.name}`;
}

/** Options of one service would hold over the network only; what holds for a call must not depend on the transport. */
function refuseOptions(options: object | undefined): void {
  if (options !== undefined) throw new TypeError("options of a single service are not supported; set them for the process");
}
