import type { Problem } from "../../session.ts";

/** What the server answered instead of what was asked for: a sentence, and what to do about it. */
export class ServerProblem extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.name = "ServerProblem";
    this.hint = hint;
  }
}

/**
 * A good answer of the server.
 * @throws ServerProblem for any other, or none within the time given
 */
export async function fetched(
  url: URL,
  { timeoutMs, signal, ...request }: RequestInit & { readonly timeoutMs: number },
): Promise<Response> {
  const deadline = AbortSignal.timeout(timeoutMs);
  let response: Response;
  try {
    response = await fetch(url, {
      ...request,
      signal: signal == null ? deadline : AbortSignal.any([signal, deadline]),
    });
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new ServerProblem(
      deadline.aborted ? "the server does not answer" : "the server cannot be reached",
      "is simgate view still running?",
    );
  }
  if (response.ok) return response;
  const problem = await response.json().then(
    (json: unknown) => (json as Problem).error,
    () => undefined,
  );
  throw new ServerProblem(problem?.what ?? `the server answers ${response.status}`, problem?.hint);
}
