import { defineConfig } from "vitest/config";

/** Legacy decorators as in web/tsconfig.json: Lit's documented form for TypeScript. */
const decorators = { oxc: { decorator: { legacy: true } } } as const;

/**
 * The projects run one after the other: unit tests side by side, all others a file at a time, because each file brings servers
 * and browsers of its own.
 */
export default defineConfig({
  test: {
    // Several servers, browsers and databases share the machine with the tests.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        ...decorators,
        test: { name: "unit", sequence: { groupOrder: 0 }, include: ["test/unit/**/*.ts", "test/vectors/**/*.ts"], testTimeout: 15_000 },
      },
      {
        ...decorators,
        test: {
          name: "interop",
          sequence: { groupOrder: 1 },
          include: ["test/interop/**/*.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        ...decorators,
        test: {
          name: "web",
          sequence: { groupOrder: 2 },
          include: ["test/web/**/*.ts"],
          testTimeout: 60_000,
          // A busy machine paints late; a second says nothing about the page.
          expect: { poll: { timeout: 10_000 } },
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        ...decorators,
        test: {
          name: "e2e",
          sequence: { groupOrder: 3 },
          include: ["test/e2e/**/*.ts"],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          expect: { poll: { timeout: 15_000 } },
          fileParallelism: false,
        },
      },
    ],
  },
});
