/** The build of the page of a shared session: one script and one style sheet, which `spoor export --format html` puts into a file with the data. */
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss()],
  publicDir: false,
  build: {
    outDir: '../dist/share',
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    cssCodeSplit: false,
    reportCompressedSize: false,
    rolldownOptions: { input: 'src/share/main.tsx', output: { codeSplitting: false, entryFileNames: 'share.js', assetFileNames: 'share[extname]' } },
  },
});
