/** What the scripts tell: steps on standard output, and errors that are a sentence for a person rather than a stack. */

/** Ends a script with its message alone. */
export class Trouble extends Error {
  name = "Trouble";
}

const coloured = process.stdout.isTTY && !process.env.NO_COLOR;
const style = (code) => (text) => (coloured ? `\u001b[${code}m${text}\u001b[0m` : text);
export const bold = style("1");
export const dim = style("2");
export const red = style("31");

export function say(text = "") {
  process.stdout.write(`${text}\n`);
}

/** Tells a step, runs it, and tells how long it took if that was noticeable. */
export async function step(what, work) {
  say(`${dim("•")} ${what}`);
  const started = performance.now();
  const result = await work();
  const seconds = (performance.now() - started) / 1000;
  if (seconds > 2) say(dim(`  ${seconds.toFixed(1)} s`));
  return result;
}

/** Runs a script's main function; a Trouble is printed as its sentence, anything else with its stack. */
export async function main(work) {
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    process.stderr.write(`\n${red("✖")} ${error instanceof Trouble ? error.message : error.stack}\n`);
    process.exitCode = 1;
  }
}
