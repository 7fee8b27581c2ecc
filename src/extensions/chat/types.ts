/** A chat message (RFC 6121 §5) as read from the live stream, a carbon or the archive: one shape for all three. */
export interface ChatMessage {
  /** The sender's id: the origin-id (XEP-0359), else the id of the stanza. With `from`, what duplicates are found by. */
  id: string;
  /** Bare JIDs. */
  from: string;
  to: string;
  /** `out`: we wrote it, on this device or another. */
  direction: "in" | "out";
  source: "live" | "carbon" | "archive";
  body: string;
  /** The session it belongs to; ordinary clients may leave it out. */
  thread?: string;
  /** Milliseconds since the epoch: the archive's or our own server's stamp, else now. */
  at: number;
  /** Our own archive's id (XEP-0359, `by` our own bare JID). */
  archiveId?: string;
  wantsReceipt: boolean;
  wantsMarker: boolean;
  /** Our server stamped a delay: it was stored while we were away. */
  delayed: boolean;
}

/** To be sent. */
export interface OutgoingChat {
  /** UUID: stanza id and origin-id alike. */
  id: string;
  to: string;
  body: string;
  thread?: string;
}

export type ChatStateName = "active" | "composing" | "paused" | "inactive" | "gone";

/** The other side's chat state (XEP-0085). `from` is the full JID. */
export interface ChatStateChange {
  from: string;
  thread?: string;
  state: ChatStateName;
}

/**
 * The other side has got (XEP-0184) or seen (XEP-0333) our message `id`. `from` is a bare JID; may come from the archive too.
 * From our own bare JID: another device of ours has shown the other side's message `id`.
 */
export interface MessageMark {
  from: string;
  id: string;
  kind: "delivered" | "read";
}
