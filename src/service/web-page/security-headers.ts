/** The headers on every answer of the web page's server, errors included. */
export interface SecurityOptions {
  /** What the page connects to; its origin is allowed, no other one is. */
  websocket: string;
  /** Of the directive frame-ancestors. */
  frameAncestors: string;
  /** HSTS would lock people out of a page that is served by plain http. */
  behindTls: boolean;
}

export function securityHeaders({ websocket, frameAncestors, behindTls }: SecurityOptions): Record<string, string> {
  const { protocol, host } = new URL(websocket);
  return {
    "Content-Security-Policy": [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      `connect-src 'self' ${protocol}//${host}`,
      "img-src 'self' data: blob:",
      "media-src 'self' blob:",
      "worker-src 'self'",
      "manifest-src 'self'",
      "font-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      `frame-ancestors ${frameAncestors}`,
      "require-trusted-types-for 'script'",
      // Lit's templates, and the one address of the service worker (web/app/worker.ts).
      "trusted-types lit-html parley-worker",
    ].join("; "),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    // Voice needs the microphone; nothing needs the rest.
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=(), usb=(), display-capture=(), browsing-topics=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    ...(behindTls ? { "Strict-Transport-Security": "max-age=31536000; includeSubDomains" } : {}),
  };
}
