import { defineConfig } from 'vite';

/** Built by `npm run build` into `dist/portal`, which the API serves; every page's script is a file of its own. */
export default defineConfig({
  root: 'client/portal',
  base: '/portal/',
  build: {
    outDir: process.env.ROLLCALL_PORTAL_OUT ?? '../../dist/portal',
    emptyOutDir: true,
    target: 'es2022',
    // The policy of the pages allows no data: addresses for fonts and scripts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    // Libraries say "use client" for servers that render; here nothing but clients do.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
});
