import type { Client } from "../extensions/create-client.ts";
import type { DeskClient } from "./port.ts";

/** The protocol library's client as the desk uses it. */
export function deskClient(client: Client, bareJid: string): DeskClient {
  const { connection, presence, chat, mam, csi, imSession, directory, established } = client;
  return {
    state: connection.state,
    established,
    bareJid,
    chat,
    imSession,
    directory,
    queryArchive: (query) => mam.query(query),
    findArchived: (search) => mam.findByOriginIds(search),
    setReadiness: (readiness) => presence.set(readiness),
    setActive: (isActive) => csi.set(isActive ? "active" : "inactive"),
    start: () => connection.start(),
    signOut: () => client.signOut(),
    abandon: () => connection.abandon(),
  };
}
