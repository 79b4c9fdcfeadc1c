import { defineConfig } from 'vite';

// The server embeds dist/ and answers /graphiql, /mail and /people with the pages of these names and /assets/* with the rest.
export default defineConfig({
  build: {
    rolldownOptions: {
      input: ['graphiql.html', 'mail.html', 'people.html'],
      // `"use client"` in a dependency speaks to server rendering, which there is none of.
      onLog(level, log, report) {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
    // Monaco alone is past the default warning at 500 kB; only staff load this page.
    chunkSizeWarningLimit: 4096,
  },
  worker: { format: 'es' },
});
