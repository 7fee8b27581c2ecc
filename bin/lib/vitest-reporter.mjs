/**
 * Counts what a vitest run did and writes it to PARLEY_TEST_COUNTS. A test that skips itself must say why (`skip("reason")`):
 * one that does not counts as failed.
 */
import { writeFileSync } from "node:fs";

export default class CountingReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0, reasons: [], complaints: [] };
    for (const module of modules) {
      // A file that cannot be loaded has no tests to fail.
      counts.failed += module.errors().length;
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
      for (const test of module.children.allTests()) this.#count(test, counts);
    }
    writeFileSync(process.env.PARLEY_TEST_COUNTS, JSON.stringify(counts));
  }

  #count(test, counts) {
    const result = test.result();
    if (result.state === "passed" || result.state === "failed") {
      counts[result.state]++;
    } else if (result.note) {
      counts.skipped++;
      counts.reasons.push(`${test.fullName}: ${result.note}`);
    } else if (!process.env.PARLEY_TEST_NAMES) {
      // With a name pattern vitest skips all the others, which is what was asked for.
      counts.failed++;
      counts.complaints.push(`${test.fullName} was skipped without a reason`);
    }
  }
}
