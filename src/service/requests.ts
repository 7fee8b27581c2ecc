/** Answers what agents ask: who asks is checked here, by the address that the server stamped, and how often. */
import type { Clock } from "../client/clock.ts";
import { MalformedError, StanzaError } from "../client/errors.ts";
import { bareOf, domainOf, resourceOf } from "../client/jid.ts";
import type { Stream } from "../client/stream.ts";
import type { Unsubscribe } from "../client/value.ts";
import type { Element } from "../client/xml.ts";
import type { Limiter } from "./limits.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { within } from "./within.ts";

/**
 * An agent waits, and looks at the screen. What is carried out later than this is published all the same, and the command may be
 * repeated: its id makes it the same one.
 */
const ANSWER_MS = 2000;

/** Carries out a request of the client with this full JID, of this agent's domain. */
export type Answer = (client: string, payload: Element) => Promise<Element | undefined>;

/** How a protocol of ours is called in the audit, and how it words the refusals that all of its requests have in common. */
export interface Refusals {
  name: string;
  badField(field: string, text: string): StanzaError;
  tooMany(): StanzaError;
  notAnAgent(): StanzaError;
}

export interface RequestsOptions {
  stream: Pick<Stream, "iq">;
  domain: string;
  limiter: Limiter;
  /** The agent as the database now has it, or as it is remembered. */
  isAgent: (jid: string) => Promise<boolean>;
  /** Writes down who was turned away, from what, and why. */
  record: (row: { actor: string; action: string; outcome: string }) => Promise<void>;
  log: Log;
  metrics: Metrics;
  clock: Clock;
}

export type Requests = ReturnType<typeof createRequests>;

/** Turned away, whatever was asked. */
class DeniedError extends Error {
  constructor(readonly reason: "not-an-agent" | "too-many") {
    super(reason);
  }
}

export function createRequests({ stream, domain, limiter, isAgent, record, log, metrics, clock }: RequestsOptions) {
  async function admit(client: string): Promise<string> {
    if (!limiter.take(bareOf(client))) throw new DeniedError("too-many");
    const mayBeAgent = domainOf(client) === domain && resourceOf(client) !== undefined;
    if (!mayBeAgent || !(await isAgent(bareOf(client)))) throw new DeniedError("not-an-agent");
    return client;
  }

  /**
   * What was refused before it came to a decision; the decisions write their own rows. Who asks too much is only counted, by
   * the figures: a flood must not reach the database.
   */
  async function recordRefusal(client: string, action: string, error: unknown): Promise<void> {
    const actor = bareOf(client);
    if (error instanceof MalformedError) await record({ actor, action, outcome: `bad-field ${error.field}` });
    if (error instanceof DeniedError && error.reason === "not-an-agent") await record({ actor, action, outcome: error.reason });
  }

  /** What the agent is told when it failed: our own refusals as they are, everything else without detail. */
  function refusalFor(error: unknown, verb: string, refusals: Refusals): StanzaError {
    if (error instanceof StanzaError) return error;
    if (error instanceof DeniedError) return error.reason === "too-many" ? refusals.tooMany() : refusals.notAnAgent();
    if (error instanceof MalformedError) return refusals.badField(error.field, error.message);
    log.error({ err: error, verb }, "a request could not be carried out");
    return new StanzaError("wait", "internal-server-error", "The service could not do it. Try again.");
  }

  return {
    /** Answers requests with this payload until the function that it returns is called. */
    handle(type: "get" | "set", verb: string, xmlns: string, refusals: Refusals, answer: Answer): Unsubscribe {
      return stream.iq.handle(type, verb, xmlns, async (payload, iq) => {
        const stop = metrics.commandSeconds.startTimer({ verb });
        // The server stamps it (XEP-0114 §3).
        const client = iq.attrs["from"] ?? "";
        const carryOut = async () => {
          try {
            return await answer(await admit(client), payload);
          } catch (error) {
            await recordRefusal(client, `${refusals.name}.${verb}`, error);
            throw error;
          }
        };
        try {
          const result = await within(carryOut(), { ms: ANSWER_MS, what: `the answer to <${verb}/>`, clock });
          metrics.commands.inc({ verb, outcome: "done" });
          return result;
        } catch (error) {
          const refusal = refusalFor(error, verb, refusals);
          metrics.commands.inc({ verb, outcome: refusal.condition });
          throw refusal;
        } finally {
          stop();
        }
      });
    },
  };
}
