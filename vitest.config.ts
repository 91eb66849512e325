import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Every file boots its own Postgres; two cores.
    maxWorkers: 2,
    // A hang is to be found, a slow machine is not: nothing here is a measurement.
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
