import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clientFinal, clientFirst, prepare, type ScramMechanism } from "../../../src/client/scram.ts";
import { serverFinal } from "../../support/scram-server.ts";

/** The examples of the RFCs. */
const EXAMPLES = [
  {
    rfc: "RFC 5802 §5",
    mechanism: "SCRAM-SHA-1",
    nonce: "fyko+d2lbbFgONRv9qkxdawL",
    first: "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
    serverFirst: "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
    final: "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
    serverFinal: "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
  },
  {
    rfc: "RFC 7677 §3",
    mechanism: "SCRAM-SHA-256",
    nonce: "rOprNGfwEbeRWgbNEkqO",
    first: "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
    serverFirst: "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
    final: "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
    serverFinal: "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
  },
] as const;

describe.each(EXAMPLES)("the example of $rfc", ({ mechanism, nonce, first, serverFirst, final, serverFinal }) => {
  const answer = (secret: Parameters<typeof clientFinal>[1]["secret"], challenge: string = serverFirst) =>
    clientFinal(mechanism, { username: "user", nonce, secret, serverFirst: challenge });

  it("is written as printed", async () => {
    expect(clientFirst("user", nonce)).toBe(first);
    const { message, verify } = await answer({ password: "pencil" });
    expect(message).toBe(final);
    expect(() => verify(serverFinal)).not.toThrow();
  });

  it("comes out the same with the keys instead of the password", async () => {
    const { keys } = await answer({ password: "pencil" });
    const { message } = await answer({ keys: JSON.parse(JSON.stringify(keys)) });
    expect(message).toBe(final);
  });

  it.each(["v=AAAA", "v=", "", "x=1"])("does not believe a server that ends with '%s'", async (last) => {
    const { verify } = await answer({ password: "pencil" });
    expect(() => verify(last)).toThrow(expect.objectContaining({ condition: "server-not-verified" }));
  });

  it.each([
    ["another nonce", serverFirst.replace(nonce, "somebody-elses"), "server-not-verified"],
    ["our nonce and nothing more", `r=${nonce},s=QSXCR+Q6sek8bf92,i=4096`, "server-not-verified"],
    ["an extension we do not know", `m=1,${serverFirst}`, "server-not-verified"],
    ["no salt", serverFirst.replace(/s=[^,]+/, "s="), "server-not-verified"],
    ["a salt that is not base64", serverFirst.replace(/s=[^,]+/, "s=%%%"), "server-not-verified"],
    ["too few iterations", serverFirst.replace("i=4096", "i=4095"), "mechanism-too-weak"],
    ["iterations that would keep us busy", serverFirst.replace("i=4096", "i=1000001"), "mechanism-too-weak"],
    ["iterations that are no number", serverFirst.replace("i=4096", "i=many"), "mechanism-too-weak"],
  ])("gives nothing to a server with %s", async (_, challenge, condition) => {
    await expect(answer({ password: "pencil" }, challenge)).rejects.toMatchObject({ name: "AuthenticationError", condition });
  });

  it("wants the password again when the server's salt is another", async () => {
    const { keys } = await answer({ password: "pencil" });
    const changed = serverFirst.replace(/s=[^,]+/, "s=AAAAAAAAAAAAAAAA");
    await expect(answer({ keys }, changed)).rejects.toMatchObject({ condition: "credentials-expired" });
  });
});

describe("with any name, password and salt", () => {
  it("convinces a server and is convinced by it", async () => {
    const printable = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).filter((text) => {
      try {
        return prepare(text) !== "";
      } catch {
        return false;
      }
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<ScramMechanism>("SCRAM-SHA-1", "SCRAM-SHA-256"),
        printable,
        printable,
        fc.uint8Array({ minLength: 1, maxLength: 24 }),
        async (mechanism, username, password, salt) => {
          const first = `r=clientserver,s=${Buffer.from(salt).toString("base64")},i=4096`;
          const { message, verify } = await clientFinal(mechanism, { username, nonce: "client", secret: { password }, serverFirst: first });
          const stored = { mechanism, password: prepare(password), salt: Buffer.from(salt), iterations: 4096 };
          const bare = clientFirst(username, "client").slice("n,,".length);
          verify(serverFinal(stored, bare, first, message));
        },
      ),
      { numRuns: 25 },
    );
  });

  it("escapes what would end the name", () => {
    expect(clientFirst("a=b,c", "r")).toBe("n,,n=a=3Db=2Cc,r=r");
  });
});

// RFC 4013 §3
describe("preparing names and passwords", () => {
  it.each([
    ["I\u00ADX", "IX"],
    ["user", "user"],
    ["USER", "USER"],
    ["\u00AA", "a"],
    ["\u2168", "IX"],
    ["a\u00A0b\u3000c", "a b c"],
    ["e\u0301", "é"],
  ])("turns %j into %j", (given, expected) => {
    expect(prepare(given)).toBe(expected);
  });

  it("refuses control characters", () => {
    expect(() => prepare("\u0007")).toThrow(expect.objectContaining({ condition: "malformed-request" }));
  });
});
