import type { Connection } from "../../client/connection.ts";
import { type ReadonlyValue, Value } from "../../client/value.ts";
import { buildClientState, type ClientState, NS_CSI } from "./stanzas.ts";

export interface Csi {
  readonly state: ReadonlyValue<ClientState>;
  /** Whether somebody looks; told to a server that offers to know, now and with every new stream. */
  set(state: ClientState): void;
}

/** Lets the server hold back what can wait while nobody looks. */
export function csi({ connection }: { connection: Pick<Connection, "offers" | "state" | "tell"> }): Csi {
  const state = new Value<ClientState>("active");

  const tell = () => {
    // While offline nothing is told: the next stream hears it.
    if (connection.offers("csi", NS_CSI)) connection.tell(buildClientState(state.get()));
  };

  state.subscribe(tell);
  connection.state.subscribe(({ type }) => {
    // > The server MUST assume all clients to be in the 'active' state until the client indicates otherwise. (§5)
    if (type === "online" && state.get() === "inactive") tell();
  });

  return { state, set: (next) => state.set(next) };
}
