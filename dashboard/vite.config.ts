/** The build of the dashboard: static files that the server gives out from `dist/dashboard/`. */
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `spoor serve` listens, for `vite` in development: it answers what the pages ask. */
const SERVER = 'http://127.0.0.1:4318';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss()],
  build: {
    outDir: '../dist/dashboard',
    emptyOutDir: true,
    target: 'es2023',
    // A policy without inline scripts and data: URLs for code has no room for them.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': SERVER } },
});
