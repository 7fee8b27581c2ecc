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

/** How a protocol of ours words the refusals that all of its requests have in common. */
export interface Refusals {
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
  log: Log;
  metrics: Metrics;
  clock: Clock;
}

export type Requests = ReturnType<typeof createRequests>;

export function createRequests({ stream, domain, limiter, isAgent, log, metrics, clock }: RequestsOptions) {
  async function check(client: string | undefined, refusals: Refusals): Promise<string> {
    if (client === undefined || domainOf(client) !== domain || resourceOf(client) === undefined) throw refusals.notAnAgent();
    if (!limiter.take(bareOf(client))) throw refusals.tooMany();
    if (!(await isAgent(bareOf(client)))) throw refusals.notAnAgent();
    return client;
  }

  /** What the agent is told when it failed: our own refusals as they are, everything else without detail. */
  function refusalFor(error: unknown, verb: string, refusals: Refusals): StanzaError {
    if (error instanceof StanzaError) return error;
    if (error instanceof MalformedError) return refusals.badField(error.field, error.message);
    log.error({ err: error, verb }, "a request could not be carried out");
    return new StanzaError("wait", "internal-server-error", "The service could not do it. Try again.");
  }

  return {
    /** Answers requests with this payload until the function that it returns is called. */
    handle(type: "get" | "set", verb: string, xmlns: string, refusals: Refusals, answer: Answer): Unsubscribe {
      return stream.iq.handle(type, verb, xmlns, async (payload, iq) => {
        const stop = metrics.commandSeconds.startTimer({ verb });
        const carryOut = async () => answer(await check(iq.attrs["from"], refusals), payload);
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
