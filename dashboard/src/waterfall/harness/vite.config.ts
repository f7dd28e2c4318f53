/** The build of the harness alone, for tests and for looking at the waterfall: `vite dashboard/src/waterfall/harness`. */
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// oxlint-disable-next-line import/no-default-export -- Vite asks for one.
export default defineConfig({ root: import.meta.dirname, plugins: [react(), tailwindcss()], build: { target: 'es2023', assetsInlineLimit: 0, reportCompressedSize: false } });
