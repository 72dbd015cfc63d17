/**
 * The JavaScript file a worker thread can load. Node cannot start a thread from TypeScript, so a module of `src/`
 * (as under vitest) is answered with its build in `dist/`: `npm run build` first. Other modules are answered as they are.
 */
export function workerEntry(module: URL): URL {
  const here = import.meta.url;
  if (!here.endsWith(".ts")) return module;
  const source = new URL("../", here).href;
  if (!module.href.startsWith(source)) return module;
  const built = module.href.slice(source.length).replace(/\.ts$/, ".js");
  return new URL(built, new URL("../../dist/", here));
}
