/** Which clients understand im-session. XEP-0115 §6.2: one question per `ver`, the answer verified against its hash. */
import { StanzaError } from "../../client/errors.ts";
import type { Stream } from "../../client/stream.ts";
import type { CapsTag } from "../../extensions/caps/stanzas.ts";
import { hashOf, HASH, isUnambiguous } from "../../extensions/caps/verification.ts";
import { buildInfoQuery, NS_DISCO_INFO, parseInfo, type DiscoInfo } from "../../extensions/disco/stanzas.ts";
import { NS_IM_SESSION } from "../../extensions/im-session/types.ts";
import type { Queries } from "../database/database.ts";

/** Of the verified answers to a `ver`; of those that were not, nothing is kept. */
const MAX_KNOWN = 10_000;
const MAX_OWN = 100_000;
const ASK_TIMEOUT_MS = 5000;

export interface CapabilitiesOptions {
  stream: Pick<Stream, "iq">;
  database: Queries;
  onFailure: (error: unknown) => void;
}

interface Waiting {
  /** Full JID. */
  full: string;
  then: (capable: boolean) => void;
}

export type Capabilities = ReturnType<typeof createCapabilities>;

export function createCapabilities({ stream, database, onFailure }: CapabilitiesOptions) {
  const known = new Map<string, boolean>();
  /** Clients that have used im-session, or have answered for themselves. */
  const own = new Map<string, boolean>();
  /** Who waits for the answer to a `ver`: the first one is being asked. */
  const asked = new Map<string, Waiting[]>();

  async function ask(full: string, caps: CapsTag): Promise<{ capable: boolean; verified: boolean }> {
    try {
      const answer = await stream.iq.request({
        type: "get",
        to: full,
        payload: buildInfoQuery(`${caps.node}#${caps.ver}`),
        timeoutMs: ASK_TIMEOUT_MS,
      });
      if (!answer?.is("query", NS_DISCO_INFO)) return { capable: false, verified: false };
      const info = parseInfo(answer);
      return { capable: info.features.includes(NS_IM_SESSION), verified: await isVerified(caps, info) };
    } catch (error) {
      if (!(error instanceof StanzaError)) onFailure(error);
      return { capable: false, verified: false };
    }
  }

  /** Asks one client after the other, until an answer can be verified: that one is everybody's. */
  async function learn(key: string, caps: CapsTag, waiting: Waiting[]) {
    for (let next = waiting[0]; next; next = waiting[0]) {
      const { capable, verified } = await ask(next.full, caps);
      if (verified) {
        asked.delete(key);
        if (known.size < MAX_KNOWN) {
          known.set(key, capable);
          await database
            .query("INSERT INTO capabilities (ver, im_session) VALUES ($1, $2) ON CONFLICT DO NOTHING", [key, capable])
            .catch(onFailure);
        }
        for (const { then } of waiting) then(capable);
        return;
      }
      // Counts for nobody but the one who said it, as long as it is there.
      if (waiting[0] !== next) continue;
      waiting.shift();
      if (own.size < MAX_OWN) own.set(next.full, capable);
      next.then(capable);
    }
    asked.delete(key);
  }

  return {
    /** What is known from before. */
    async load() {
      const rows = await database.query<{ ver: string; im_session: boolean }>("SELECT ver, im_session FROM capabilities LIMIT $1", [
        MAX_KNOWN,
      ]);
      for (const row of rows) known.set(row.ver, row.im_session);
    },

    /** Undefined: not known yet, `then` is told. Without capabilities: an ordinary client. */
    of(full: string, caps: CapsTag | undefined, then: (capable: boolean) => void): boolean | undefined {
      const said = own.get(full);
      if (said !== undefined) return said;
      if (!caps) return false;
      const key = `${caps.hash} ${caps.ver}`;
      const capable = known.get(key);
      if (capable !== undefined) return capable;
      const waiting = asked.get(key);
      if (waiting) waiting.push({ full, then });
      else {
        const first = [{ full, then }];
        asked.set(key, first);
        void learn(key, caps, first);
      }
      return undefined;
    },

    /** This client has used im-session. */
    remember(full: string) {
      if (own.has(full) || own.size < MAX_OWN) own.set(full, true);
    },

    /** This client is gone. */
    forget(full: string) {
      own.delete(full);
      for (const waiting of asked.values()) {
        const place = waiting.findIndex((one) => one.full === full);
        if (place >= 0) waiting.splice(place, 1);
      }
    },
  };
}

/** XEP-0115 §5.4. */
async function isVerified({ hash, ver }: CapsTag, info: DiscoInfo): Promise<boolean> {
  return hash === HASH && isUnambiguous(info) && (await hashOf(info)) === ver;
}
