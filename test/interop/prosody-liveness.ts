/** How soon the service hears that an agent is gone, and how long an interrupted stream can be taken up again. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Prosody, startProsody } from "../support/prosody.ts";
import { attribute, type RawStream, rawComponent, signInRaw } from "../support/raw-stream.ts";

describe.concurrent("liveness", () => {
  let prosody: Prosody;
  let service: RawStream;
  beforeAll(async () => {
    prosody = await startProsody();
    for (const logon of ["killed", "lost", "reloading", "idle", "closing"]) await prosody.register(logon, "demo");
    service = await rawComponent(prosody);
  });
  afterAll(async () => {
    service?.cut();
    await prosody?.stop();
  });

  /** Signs in and shows itself to the service. */
  async function arrive(logon: string): Promise<{ stream: RawStream; id: string }> {
    const stream = await signInRaw(prosody, { logon, password: "demo" });
    stream.send(`<presence xmlns='jabber:client' to='${prosody.serviceDomain}'/>`);
    await service.waitFor(new RegExp(`<presence[^>]*from='${logon}@`));
    return { stream, id: attribute(stream.received.join(""), "enabled", "id") };
  }

  function heardOfLeaving(logon: string, timeout: number): Promise<string> {
    const anyOrder = `(?=[^>]*from='${logon}@)(?=[^>]*type='unavailable')`;
    return service.waitFor(new RegExp(`<presence${anyOrder}`), { timeout });
  }

  test("tells within 30 s that a killed browser is gone", async () => {
    const { stream } = await arrive("killed");
    const since = performance.now();
    stream.cut();
    await heardOfLeaving("killed", 30_000);
    // Not before a reload had its chance.
    expect(performance.now() - since).toBeGreaterThan(8_000);
  });

  test("tells within 30 s that a machine without network is gone, though nothing closed its connection", async () => {
    const { stream } = await arrive("lost");
    stream.silence();
    await heardOfLeaving("lost", 30_000);
  });

  test("tells at once that an agent closed the stream", async () => {
    const { stream } = await arrive("closing");
    const since = performance.now();
    stream.send("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>");
    await heardOfLeaving("closing", 5_000);
    expect(performance.now() - since).toBeLessThan(1_000);
  });

  test("keeps a stream that answers and says nothing else", async () => {
    const { stream } = await arrive("idle");
    let answered = 0;
    for (let requests = 1; requests <= 3; requests++) {
      const since = answered;
      await stream.waitFor(/<r\b/, { since, timeout: 10_000 });
      answered = stream.received.length;
      stream.send("<a xmlns='urn:xmpp:sm:3' h='0'/>");
    }
    expect(stream.closed).toBe(false);
    expect(service.received.join("")).not.toMatch(/<presence(?=[^>]*from='idle@)(?=[^>]*type='unavailable')/);
  });

  test("lets a page that reloads for five seconds take its stream up again", async () => {
    const { stream, id } = await arrive("reloading");
    stream.cut();
    await new Promise((done) => setTimeout(done, 5_000));
    service.send(
      `<message from='${prosody.serviceDomain}' to='reloading@${prosody.domain}/raw' type='headline'><subject>while you were away</subject></message>`,
    );
    const resumed = await signInRaw(prosody, { logon: "reloading", password: "demo", resume: { id, h: 0 } });
    await resumed.waitFor(/<resumed/);
    await resumed.waitFor(/while you were away/);
    expect(service.received.join("")).not.toMatch(/<presence(?=[^>]*from='reloading@)(?=[^>]*type='unavailable')/);
  });
});
