/**
 * Stops the process groups it was last told of once its standard input ends, which it does when the process that started it
 * is gone, even by SIGKILL. Input: lines, each a JSON list of process group ids that replaces the one before.
 */
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

// The parent's terminal sends its signals to the parent, which decides.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});

let groups = [];
for await (const line of createInterface({ input: process.stdin })) groups = JSON.parse(line);

const signalAll = (signal) => {
  groups = groups.filter((group) => {
    try {
      return process.kill(-group, signal);
    } catch {
      return false;
    }
  });
};
signalAll("SIGTERM");
const deadline = performance.now() + 8_000;
while (groups.length > 0 && performance.now() < deadline) {
  await sleep(100);
  signalAll(0);
}
signalAll("SIGKILL");
