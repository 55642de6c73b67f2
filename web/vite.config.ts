// Build, dev server and unit tests of the dashboard.
// Not for: serving (the Rust binary does that). Invariant: nothing inline in the output, so that the CSP can forbid it.
import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const server = process.env.CERTCTL_SERVER ?? 'https://127.0.0.1:8443';

// The server trusts a change only from its own origin: the proxy speaks as it.
const proxy = Object.fromEntries(
  ['/api', '/readyz'].map((path) => [
    path,
    { target: server, changeOrigin: true, secure: false, headers: { origin: server } },
  ]),
);

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    // Beside it a kept file marks the folder, so that cargo can watch it before there is a build.
    outDir: 'dist/app',
    emptyOutDir: true,
    manifest: true,
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // By itself each part that two pages share becomes a file: more than fifty for one page, and a slow browser takes longer
        // to fetch and link so many than to run them.
        codeSplitting: {
          groups: [
            { name: 'shell', tags: ['$initial'], priority: 1 },
            { name: 'part', minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: 3000 },
          ],
        },
        chunkFileNames: ({ name }) => `assets/${name.startsWith('part~') ? 'part' : '[name]'}-[hash].js`,
      },
    },
  },
  server: {
    port: 5173,
    proxy,
  },
  preview: { proxy },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['./src/test/setup.ts'],
    restoreMocks: true,
    // A slow machine is no fault; what is there at once costs nothing.
    testTimeout: 30_000,
  },
});
