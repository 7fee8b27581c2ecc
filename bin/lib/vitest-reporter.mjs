/**
 * Counts what a vitest run did and writes it to PARLEY_TEST_COUNTS, with a few lines on each failure, so that they can be told
 * at the end of a long output. A test that skips itself must say why (`skip("reason")`):
 * one that does not counts as failed.
 */
import { writeFileSync } from "node:fs";

/** Of one failure: what an assertion says with its difference, not a whole page's HTML. */
const MESSAGE_LENGTH = 1500;

export default class CountingReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0, reasons: [], complaints: [] };
    for (const error of unhandledErrors) counts.complaints.push(`unhandled error: ${told(error)}`);
    for (const module of modules) {
      // A file that cannot be loaded has no tests to fail.
      this.#fail(module.moduleId, module.errors(), counts);
      for (const suite of module.children.allSuites()) this.#fail(suite.fullName, suite.errors(), counts);
      for (const test of module.children.allTests()) this.#count(test, counts);
    }
    writeFileSync(process.env.PARLEY_TEST_COUNTS, JSON.stringify(counts));
  }

  #fail(what, errors, counts) {
    counts.failed += errors.length;
    for (const error of errors) counts.complaints.push(`${what}: ${told(error)}`);
  }

  #count(test, counts) {
    const result = test.result();
    if (result.state === "passed") {
      counts.passed++;
    } else if (result.state === "failed") {
      counts.failed++;
      counts.complaints.push(`${test.module.relativeModuleId}, ${test.fullName}: ${result.errors.map(told).join("\n")}`);
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

function told({ message, diff, stacks }) {
  const place = stacks?.[0] ? `\n  at ${stacks[0].file}:${stacks[0].line}` : "";
  return `${[message, diff].filter(Boolean).join("\n").slice(0, MESSAGE_LENGTH)}${place}`;
}
