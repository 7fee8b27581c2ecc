import { connect, createServer } from "node:net";
import { Trouble } from "./say.mjs";

/** Throws a Trouble that names every port that is taken, what it is for, and the setting that changes it. */
export async function checkPorts(ports) {
  const taken = [];
  for (const entry of ports) if (!(await isFree(entry.port, entry.listen))) taken.push(entry);
  const twice = ports.filter((entry) => ports.some((other) => other !== entry && other.port === entry.port));
  const lines = [
    ...taken.map(({ port, what, setting }) => `Port ${port} (${what}) is taken. Free it, or choose another: ${setting}=<port> npm start`),
    ...twice.map(({ port, what, setting }) => `Port ${port} is given twice, here for: ${what} (${setting})`),
  ];
  if (lines.length > 0) throw new Trouble(lines.join("\n"));
}

function isFree(port, host) {
  return new Promise((done) => {
    const server = createServer();
    // An address that cannot be listened on at all is the part's own error to tell.
    server.once("error", (error) => done(error.code !== "EADDRINUSE" && error.code !== "EACCES"));
    server.listen(port, host, () => server.close(() => done(true)));
  });
}

/** Whether something accepts connections there. */
export function answers(port, host = "127.0.0.1") {
  return new Promise((done) => {
    const socket = connect(port, host);
    const finish = (result) => () => {
      socket.destroy();
      done(result);
    };
    socket.once("connect", finish(true));
    socket.once("error", finish(false));
  });
}
