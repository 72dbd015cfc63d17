import { spawn } from "node:child_process";
import type { Viewer } from "../api/view.ts";

/** Says where the viewer is, and keeps it until it is told to stop. */
export async function showViewer(
  viewer: Viewer,
  signal: AbortSignal,
  {
    json = false,
    open = false,
  }: { readonly json?: boolean | undefined; readonly open?: boolean | undefined },
): Promise<void> {
  process.stdout.write(
    json
      ? `${JSON.stringify({ url: viewer.url, port: viewer.port, title: viewer.title })}\n`
      : `${viewer.title}\n${viewer.url}   (Ctrl-C ends it)\n`,
  );
  if (open) openInBrowser(viewer.url);
  await untilStopped(viewer, signal);
}

/** Says where something that is about to happen can be watched. */
export function sayLive({ url }: Viewer, open = false): void {
  process.stderr.write(`live at ${url}\n`);
  if (open) openInBrowser(url);
}

/** Keeps a viewer that was watched live, now that it shows what came of it. */
export async function keepViewer(viewer: Viewer, signal: AbortSignal): Promise<void> {
  process.stderr.write(`${viewer.title}: open at ${viewer.url}   (Ctrl-C ends it)\n`);
  await untilStopped(viewer, signal);
}

async function untilStopped(viewer: Viewer, signal: AbortSignal): Promise<void> {
  try {
    await stopped(signal);
  } finally {
    await viewer.close();
  }
}

function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

function openInBrowser(url: string): void {
  const [command, ...before] =
    process.platform === "darwin"
      ? ["open"]
      : process.platform === "win32"
        ? ["cmd", "/c", "start", ""]
        : ["xdg-open"];
  const child = spawn(command, [...before, url], { stdio: "ignore", detached: true });
  child.on("error", () => process.stderr.write("no browser could be opened: open the address yourself\n"));
  child.unref();
}
