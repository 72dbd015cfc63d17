import { defineConfig } from "vite";

/** The viewer's page: `src/viewer/web` → `dist/viewer/web`, from where the viewer's server serves it. */
export default defineConfig({
  root: "src/viewer/web",
  base: "./",
  build: {
    outDir: "../../../dist/viewer/web",
    emptyOutDir: true,
    target: "es2022",
    chunkSizeWarningLimit: 900,
  },
});
