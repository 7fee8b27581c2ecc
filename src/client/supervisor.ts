import type { BackOff } from "./back-off.ts";
import type { Clock } from "./clock.ts";
import { ParleyError } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Network } from "./network.ts";
import type { ConnectionState } from "./stream.ts";
import { initialSupervision, supervise, type Supervision, type SupervisionEvent } from "./supervision.ts";
import { type ReadonlyValue, type Unsubscribe, Value } from "./value.ts";

export interface SupervisorOptions {
  clock: Clock;
  random: () => number;
  backOff: BackOff;
  network: Network;
  isFinal: (reason: ParleyError) => boolean;
  log: Log;
  /** Begins an attempt, which ends in `signedIn` or `ended`. */
  connect(): void;
  /** Lets go of the attempt or stream, if any. */
  drop(reason: ParleyError): void;
  /** Asks whether the other side is there. */
  check(): void;
}

/** Keeps a connection up: holds its state, its timer, and listens to the network. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #state = new Value<ConnectionState>(initialSupervision.state);
  #supervision: Supervision = initialSupervision;
  #cancelTimer = () => {};
  #unsubscribe: Unsubscribe | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  get state(): ReadonlyValue<ConnectionState> {
    return this.#state;
  }

  start(): void {
    this.#unsubscribe ??= this.#followNetwork();
    this.#on({ type: "start" });
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#on({ type: "stop" });
  }

  signedIn(jid: string, resumed: boolean): void {
    this.#on({ type: "signed-in", jid, resumed });
  }

  ended(reason: ParleyError): void {
    this.#on({ type: "ended", reason });
  }

  #followNetwork(): Unsubscribe {
    const { network } = this.#options;
    let wasOnline = network.isOnline();
    let wasVisible = network.isVisible();
    return network.subscribe(() => {
      const isOnline = network.isOnline();
      const isVisible = network.isVisible();
      if (isOnline !== wasOnline) this.#on({ type: isOnline ? "network-online" : "network-offline" });
      if (isVisible && !wasVisible) this.#on({ type: "visible" });
      wasOnline = isOnline;
      wasVisible = isVisible;
    });
  }

  #on(event: SupervisionEvent): void {
    const { clock, random, backOff, isFinal, log } = this.#options;
    const circumstances = { now: clock.now(), random: random(), backOff, isFinal };
    const { supervision, action } = supervise(this.#supervision, event, circumstances);
    const { state } = supervision;
    const isNew = state !== this.#supervision.state;
    this.#supervision = supervision;

    if (isNew) {
      this.#cancelTimer();
      if (state.type === "waiting") {
        this.#cancelTimer = clock.setTimeout(() => this.#on({ type: "due" }), state.retryAt - clock.now());
      }
      const detail = "reason" in state ? { reason: state.reason.name, text: state.reason.message } : {};
      // Repeated attempts are quiet: a standby makes them for weeks.
      const level = supervision.failures > 1 ? "debug" : "info";
      log({ level: state.type === "refused" ? "warn" : level, event: state.type, detail });
    }
    // The socket goes before anybody hears of it: a listener may well start anew at once.
    if (action === "drop") this.#options.drop(new ParleyError(event.type));
    try {
      this.#state.set(state);
    } catch (error) {
      // Somebody's faulty listener is no reason to stay unconnected.
      log({ level: "error", event: "listener-failed", error });
    }
    if (this.#supervision.state !== state) return;
    if (action === "connect") this.#options.connect();
    if (action === "check") this.#options.check();
  }
}
