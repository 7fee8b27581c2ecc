/** Asks Parley's service, and tells "it refused" from "it is not there". */
import { ParleyError, type Remedy, StanzaError, TimeoutError } from "../client/errors.ts";
import type { Stream } from "../client/stream.ts";
import type { Element } from "../client/xml.ts";

/** What an extension needs that talks to the service. */
export interface ServiceAccess {
  stream: Pick<Stream, "iq" | "use">;
  /** The domain of the service: `parley.example.org`. */
  service: string;
}

/** The service does not answer, or can not do anything now. The same request may be made again later: ids make commands idempotent. */
export class ServiceAwayError extends ParleyError {
  override name = "ServiceAwayError";

  constructor(cause: StanzaError | TimeoutError) {
    super("The service does not answer", { cause });
  }

  override get remedy(): Remedy {
    return "retry";
  }
}

/** An agent waits for it, looking at the screen. */
const TIMEOUT_MS = 5000;

/**
 * Of the service itself comes only the last, when its database is away. The others come from the server when no component is
 * connected for the domain: service-unavailable from Prosody, one of the others for a remote domain.
 */
const AWAY = new Set(["remote-server-timeout", "remote-server-not-found", "service-unavailable", "internal-server-error"]);

/**
 * The payload of the result. Rejects with ServiceAwayError, OfflineError (our own connection) or what
 * `refused` makes of the service's stanza error.
 */
export async function requestService(
  { stream, service }: ServiceAccess,
  type: "get" | "set",
  payload: Element,
  refused: (error: StanzaError) => StanzaError,
): Promise<Element | undefined> {
  try {
    return await stream.iq.request({ type, to: service, payload, timeoutMs: TIMEOUT_MS });
  } catch (error) {
    if (error instanceof TimeoutError) throw new ServiceAwayError(error);
    if (!(error instanceof StanzaError)) throw error;
    throw AWAY.has(error.condition) ? new ServiceAwayError(error) : refused(error);
  }
}

/**
 * Hands over the elements that the service pushes in headline messages. One from elsewhere is a forgery:
 * it is dropped, and no other handler sees it.
 */
export function onServicePush(
  { stream, service }: ServiceAccess,
  find: (message: Element) => Element | undefined,
  then: (push: Element) => void,
): () => void {
  return stream.use((stanza) => {
    const push = stanza.is("message") && stanza.attrs["type"] === "headline" ? find(stanza) : undefined;
    if (!push) return false;
    if (stanza.attrs["from"] === service) then(push);
    return true;
  });
}
