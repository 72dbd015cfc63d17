import { defineConfig, type Plugin } from "vite";

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
  plugins: [preloaded("app")],
});

/** Has a chunk that every page imports fetched along with the page, and not only once the page asks for it. */
function preloaded(name: string): Plugin {
  return {
    name: "preloaded",
    transformIndexHtml: {
      order: "post",
      handler: (_, { bundle = {} }) =>
        Object.values(bundle)
          .filter((chunk) => chunk.type === "chunk" && chunk.name === name)
          .map(({ fileName }) => ({
            tag: "link",
            attrs: { rel: "modulepreload", href: `./${fileName}` },
            injectTo: "head",
          })),
    },
  };
}
