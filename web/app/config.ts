import * as v from "valibot";

const schema = v.object({ websocket: v.string(), domain: v.string(), service: v.string() });

/** Where the servers are, as the web page's server tells. */
export type Config = v.InferOutput<typeof schema>;

export async function readConfig(): Promise<Config> {
  const answer = await fetch("/config.json", { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`/config.json: ${answer.status}`);
  return v.parse(schema, await answer.json());
}
