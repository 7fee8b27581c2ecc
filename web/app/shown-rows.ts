/** Which rows are on screen, told by more than one view of the same team. */
export class ShownRows {
  #ranges = new Map<unknown, { first: number; last: number }>();

  /** The rows that all views together show. */
  show(view: unknown, first: number, last: number): { first: number; last: number } {
    this.#ranges.set(view, { first, last });
    return this.#span();
  }

  /** This view is gone. */
  forget(view: unknown): void {
    this.#ranges.delete(view);
  }

  #span(): { first: number; last: number } {
    const ranges = [...this.#ranges.values()];
    return { first: Math.min(...ranges.map(({ first }) => first)), last: Math.max(...ranges.map(({ last }) => last)) };
  }
}
