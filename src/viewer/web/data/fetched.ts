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

type Request = RequestInit & { readonly timeoutMs: number };

/**
 * A good answer of the server.
 * @throws ServerProblem for any other, or none within the time given, its body included
 */
export async function fetched(url: URL, { timeoutMs, ...request }: Request): Promise<Response> {
  return goodAnswer(url, request, AbortSignal.timeout(timeoutMs));
}

/** The same of an answer that may be long: within the time given it only has to begin. */
export async function begun(url: URL, { timeoutMs, ...request }: Request): Promise<Response> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutMs);
  try {
    return await goodAnswer(url, request, deadline.signal);
  } finally {
    clearTimeout(timer);
  }
}

async function goodAnswer(
  url: URL,
  { signal, ...request }: RequestInit,
  deadline: AbortSignal,
): Promise<Response> {
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
