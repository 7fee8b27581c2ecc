import { readFile } from "node:fs/promises";

/** The secret that the service shares with the XMPP server: the first line of the file. */
export async function readSecret(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      `The component secret can not be read (${error.code}): ${file} must hold the secret that the XMPP server knows, npm start makes it`,
    );
  });
  const [line = ""] = text.split(/\r?\n/);
  if (line === "") throw new Error(`The component secret is empty: ${file}`);
  return line;
}
