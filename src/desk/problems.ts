import { type ReadonlyValue, Value } from "../client/value.ts";
import type { Problem } from "./types.ts";

/** What the agent should know that belongs to no session; each thing once, until it is dismissed. */
export class Problems {
  readonly #all = new Value<readonly Problem[]>([]);

  get all(): ReadonlyValue<readonly Problem[]> {
    return this.#all;
  }

  add(problem: Problem): void {
    this.#all.update((all) => (all.some((known) => isSame(known, problem)) ? all : [...all, problem]));
  }

  dismiss(problem: Problem): void {
    this.#all.update((all) => all.filter((known) => !isSame(known, problem)));
  }
}

function isSame(a: Problem, b: Problem): boolean {
  return a.code === b.code && JSON.stringify(a.detail) === JSON.stringify(b.detail);
}
