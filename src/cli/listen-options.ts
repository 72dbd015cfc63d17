import { type Command, InvalidArgumentError } from "commander";
import type { ListenOptions } from "../api/view.ts";
import { nameList, wholeNumber } from "./options.ts";

export interface ListenFlags {
  readonly host?: string;
  readonly port?: number;
  readonly token?: string;
  readonly allowOrigin?: readonly string[];
  readonly open?: true;
}

/** Where the viewer listens, and who may come. */
export function withListenOptions(command: Command): Command {
  return command
    .option("--host <address>", "where the viewer listens (default: this machine only; others need a token)")
    .option("--port <n>", "port of the viewer (default: 8765, or the next that is free)", portNumber)
    .option(
      "--token <text>",
      "what a client of another machine must know (default: one is made up)",
      tokenText,
    )
    .option("--allow-origin <urls>", "pages of other origins that may connect, separated by commas", nameList)
    .option("--open", "open the viewer in the browser");
}

export function listenOptions({ host, port, token, allowOrigin }: ListenFlags): ListenOptions {
  return {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(token === undefined ? {} : { token }),
    ...(allowOrigin === undefined ? {} : { allowOrigins: allowOrigin }),
  };
}

function portNumber(text: string): number {
  const port = wholeNumber(text);
  if (port > 65535) throw new InvalidArgumentError("expected a port, 0 … 65535");
  return port;
}

function tokenText(text: string): string {
  if (!/^[\w.~-]{8,200}$/.test(text)) {
    throw new InvalidArgumentError("expected 8 letters, digits, - _ . ~ or more");
  }
  return text;
}
