/** How the build makes the service worker and the web app manifest: options for vite-plugin-pwa, used by vite.config.ts. */
import type { VitePWAOptions } from 'vite-plugin-pwa';

const icon = (size: number, purpose: 'any' | 'maskable') => ({
  src: `icons/${purpose}-${size}.png`,
  sizes: `${size}x${size}`,
  type: 'image/png',
  purpose,
});

export const offlineBuild: Partial<VitePWAOptions> = {
  strategies: 'injectManifest',
  srcDir: 'src/offline',
  filename: 'service-worker.ts',
  injectRegister: false,
  injectManifest: {
    globPatterns: ['**/*.{html,js,mjs,css,svg,png,json,wasm,woff2}'],
    // Weights are kept by their hash (src/weights/store.ts), and again in no precache.
    globIgnores: ['weights/**', 'service-worker.js'],
    // The largest of ONNX Runtime's builds.
    maximumFileSizeToCacheInBytes: 32 * 1024 * 1024,
  },
  manifest: {
    id: './',
    name: 'Interleaf',
    short_name: 'Interleaf',
    description: 'Illustrated stories, told on your own machine.',
    lang: 'en',
    start_url: './',
    scope: './',
    display: 'standalone',
    background_color: '#faf6ee',
    theme_color: '#faf6ee',
    icons: [icon(192, 'any'), icon(512, 'any'), icon(512, 'maskable')],
  },
};
