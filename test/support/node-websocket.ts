import WebSocket from "ws";

/** A WebSocket for Node that delivers one message per task, as browsers do. */
export class NodeWebSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols, { allowSynchronousEvents: false, perMessageDeflate: false });
  }
}
