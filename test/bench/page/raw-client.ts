/** The least that is an XMPP client (RFC 7395): literal stanzas, no parser, no stream management. What the server itself costs. */
import type { Servers } from "../harness/stage.ts";

const OPEN = (domain: string) => `<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" to="${domain}" version="1.0"/>`;

export interface RawClient {
  /** Called for each frame. */
  heard: (text: string) => void;
  say(text: string): void;
}

/** Signs in and is available. */
export function signInRaw({ websocket, domain }: Servers, logon: string, password: string): Promise<RawClient> {
  const socket = new WebSocket(websocket, "xmpp");
  const client: RawClient = { heard: () => {}, say: (text) => socket.send(text) };
  return new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error("The raw client can not connect"));
    socket.onopen = () => {
      socket.send(OPEN(domain));
      socket.send(`<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">${btoa(`\0${logon}\0${password}`)}</auth>`);
    };
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      if (data.startsWith("<success")) {
        socket.send(OPEN(domain));
        socket.send('<iq xmlns="jabber:client" type="set" id="bind"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"/></iq>');
      } else if (data.includes("<jid>")) {
        socket.send('<presence xmlns="jabber:client"/>');
      } else if (data.startsWith("<presence")) {
        // Our own, reflected: messages to the bare JID come here from now on.
        socket.onmessage = ({ data: text }: MessageEvent<string>) => client.heard(text);
        resolve(client);
      } else if (data.includes("<failure")) {
        reject(new Error(data));
      }
    };
  });
}

export function rawMessage(to: string, id: string, body: string): string {
  return `<message xmlns="jabber:client" to="${to}" type="chat" id="${id}"><body>${body}</body></message>`;
}
