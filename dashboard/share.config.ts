/** The build of the page of a shared session: one script and one style sheet, which `spoor export --format html` puts into a file with the data. */
import { join } from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const share = join(import.meta.dirname, 'src', 'share');

export default defineConfig({
  root: import.meta.dirname,
  plugins: [ownStylesOnly(), react(), tailwindcss()],
  publicDir: false,
  // A file that is sent around should be small, and has no server to ask and no page to lead to.
  resolve: { alias: { '@tanstack/react-router': join(share, 'no-router.tsx'), '@tanstack/react-query': join(share, 'no-query.ts') } },
  build: {
    // One file, which a page holds whole.
    chunkSizeWarningLimit: 700,
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

/** Has the style sheet hold what this page uses, not what all pages use. */
function ownStylesOnly(): Plugin {
  const sources = ['share', 'components', 'pages/session', 'viewers', 'waterfall', 'shell/theme.ts'].map((path) => ` @source './${path}';`).join('');
  return {
    name: 'own-styles-only',
    enforce: 'pre',
    transform: (code, id) => (id.endsWith('/theme.css') ? code.replace("@import 'tailwindcss';", `@import 'tailwindcss' source(none);${sources}`) : undefined),
  };
}
