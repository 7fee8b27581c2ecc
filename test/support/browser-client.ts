/** The page of test/interop/client-browser.ts: one connection that survives reloads, as a page would hold it. */
import { Connection, type ConnectionState, type Network, xml } from "../../src/client/index.ts";

const network: Network = {
  isOnline: () => navigator.onLine,
  isVisible: () => document.visibilityState === "visible",
  subscribe(listener) {
    const control = new AbortController();
    const { signal } = control;
    window.addEventListener("online", listener, { signal });
    window.addEventListener("offline", listener, { signal });
    document.addEventListener("visibilitychange", listener, { signal });
    return () => control.abort();
  },
};

/** Read once: a stream can be resumed once. */
function take(key: string) {
  const text = sessionStorage.getItem(key);
  sessionStorage.removeItem(key);
  return text === null ? undefined : JSON.parse(text);
}

export interface Settings {
  websocket: string;
  domain: string;
  username: string;
  /** None: sign in with the keys of the page before. */
  password?: string;
}

/** What the page offers to the test. */
export interface PageClient {
  bodies: string[];
  acked: string[];
  states: ConnectionState["type"][];
  state(): ConnectionState;
  ping(): Promise<boolean>;
  send(to: string, id: string, text: string): Promise<void>;
  stop(): Promise<void>;
}

declare global {
  interface Window {
    signIn(settings: Settings): Promise<ConnectionState>;
    page: PageClient;
  }
}

async function signIn({ password, ...settings }: Settings) {
  const credentials = password === undefined ? { keys: take("keys") } : { password };
  const connection = new Connection({ ...settings, credentials, saved: take("saved"), network });
  const page: PageClient = {
    bodies: [],
    acked: [],
    states: [],
    state: () => connection.state.get(),
    ping: async () =>
      (await connection.iq.request({ type: "get", to: settings.domain, payload: xml("ping", { xmlns: "urn:xmpp:ping" }) })) === undefined,
    send: (to: string, id: string, text: string) => connection.send(xml("message", { to, id, type: "chat" }, xml("body", {}, text))),
    stop: () => connection.stop(),
  };
  connection.use((stanza) => {
    const body = stanza.getChildText("body", "jabber:client");
    if (body !== null) page.bodies.push(body);
  });
  connection.acked.on(({ attrs }) => page.acked.push(attrs["id"] ?? ""));
  connection.state.subscribe(({ type }) => page.states.push(type));
  addEventListener("pagehide", () => {
    sessionStorage.setItem("saved", JSON.stringify(connection.snapshot()));
    sessionStorage.setItem("keys", JSON.stringify(connection.keys.get()));
    connection.abandon();
  });
  connection.start();
  await connection.state.waitFor(({ type }) => type === "online" || type === "refused", { what: "the sign-in", timeoutMs: 10_000 });
  Object.assign(window, { page });
  return connection.state.get();
}

Object.assign(window, { signIn });
