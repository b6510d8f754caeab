declare const tenantBrand: unique symbol;

/** The user that owns what is read or written. Every key, index and query begins with it. */
export type Tenant = string & { readonly [tenantBrand]: true };

/**
 * Marks a string as a tenant. Called where a request or an event is authenticated, and for the few collections that belong
 * to the installation as a whole ({@link systemTenant}); nowhere else.
 */
export function asTenant(id: string): Tenant {
  if (id === "") throw new TypeError("a tenant must not be empty");
  return id as Tenant;
}

/** Owner of what belongs to no user: the index of API key digests, the list of users. */
export const systemTenant: Tenant = asTenant("system");

/** Reads across all tenants: background work that belongs to the installation. Never used to answer a request. */
export const everyTenant: unique symbol = Symbol("everyTenant");
export type EveryTenant = typeof everyTenant;
