/**
 * JIDs as the server stamps them (RFC 7622): compared as strings, never normalised again here,
 * so that two look-alike addresses can not become one.
 */

/** `local@domain/resource` without the resource. */
export function bareOf(jid: string): string {
  const slash = jid.indexOf("/");
  return slash < 0 ? jid : jid.slice(0, slash);
}

/** The resource, or undefined for a bare JID. */
export function resourceOf(jid: string): string | undefined {
  const slash = jid.indexOf("/");
  return slash < 0 ? undefined : jid.slice(slash + 1);
}

/** The part before the `@`, or undefined for a domain. */
export function localOf(jid: string): string | undefined {
  const bare = bareOf(jid);
  const at = bare.indexOf("@");
  return at < 0 ? undefined : bare.slice(0, at);
}

export function domainOf(jid: string): string {
  const bare = bareOf(jid);
  return bare.slice(bare.indexOf("@") + 1);
}
