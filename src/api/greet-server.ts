import type { IncomingMessage } from "node:http";
import { type RawData, WebSocket } from "ws";
import { z } from "zod";
import { inputError, type SimgateError } from "../core/errors.ts";
import { SUBPROTOCOLS } from "../viewer/live-messages.ts";

/** How long a server may take to say who it is. */
const DEADLINE_MS = 5000;

const serverInfo = z.object({
  op: z.literal("serverInfo"),
  name: z.string().catch("a Foxglove WebSocket server"),
  capabilities: z.array(z.string()).catch([]),
});
export type Greeting = z.output<typeof serverInfo>;

/** Connects, hears who is there, and leaves. @throws SimgateError `input`: nobody, or nobody who speaks the protocol */
export function greetServer(url: URL): Promise<Greeting> {
  const where = shown(url);
  const socket = new WebSocket(url, [...SUBPROTOCOLS], { perMessageDeflate: false });
  let isOpen = false;
  return new Promise<Greeting>((resolve, reject) => {
    const fail = (what: string, details: SimgateError["details"] = {}): void =>
      reject(inputError(what, { where, ...details }));
    const timer = setTimeout(
      () =>
        isOpen
          ? fail("the server does not say what it is", {
              expected: `a serverInfo of the Foxglove WebSocket protocol within ${DEADLINE_MS / 1000} s`,
            })
          : fail("the server does not answer", { expected: `an answer within ${DEADLINE_MS / 1000} s` }),
      DEADLINE_MS,
    );
    const settle = (): void => clearTimeout(timer);
    socket.on("open", () => (isOpen = true));
    socket.on("message", (data: RawData, isBinary: boolean) => {
      const info = isBinary ? undefined : parsed((data as Buffer).toString("utf8"));
      if (info === undefined) return;
      settle();
      resolve(info);
    });
    socket.on("unexpected-response", (_request: unknown, response: IncomingMessage) => {
      void refusalText(response).then((got) => {
        settle();
        if (response.statusCode === 401) {
          fail("the server wants a token", {
            hint: "give the whole address that it printed, ?token=… and all",
          });
        } else {
          fail("the server does not take a Foxglove WebSocket connection", {
            expected: `sub-protocol ${SUBPROTOCOLS.join(" or ")}`,
            got,
          });
        }
      });
    });
    socket.on("error", (thrown: NodeJS.ErrnoException) => {
      settle();
      if (/subprotocol/i.test(thrown.message)) {
        fail("the server speaks another protocol", {
          expected: `sub-protocol ${SUBPROTOCOLS.join(" or ")}`,
          got: thrown.message,
        });
      } else {
        fail("no server can be reached there", {
          got: thrown.message === "" ? (thrown.code ?? "an error") : thrown.message,
          hint: "is it running, and is this its port?",
        });
      }
    });
    socket.on("close", (code: number) => {
      settle();
      fail("the server hung up", { got: `close code ${code}` });
    });
  }).finally(() => socket.terminate());
}

/** Without the token. */
export function shown(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname === "/" ? "" : url.pathname}`;
}

function parsed(text: string): Greeting | undefined {
  try {
    return serverInfo.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** `426 Upgrade Required`, and the beginning of what it says. */
async function refusalText(response: IncomingMessage): Promise<string> {
  let text = "";
  try {
    for await (const chunk of response) {
      text += String(chunk);
      if (text.length > 200) break;
    }
  } catch {
    // What came so far is enough.
  }
  const said = text.trim().split("\n")[0]!.slice(0, 200);
  return `HTTP ${response.statusCode ?? "?"}${said === "" || said.startsWith("<") ? "" : `: ${said}`}`;
}
