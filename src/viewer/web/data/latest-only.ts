/** Asks one question at a time, and after it the newest of those that came meanwhile. */
export function latestOnly<Q>(ask: (question: Q) => Promise<void>): (question: Q) => void {
  let waiting: { readonly question: Q } | undefined;
  let isAsking = false;
  const next = async (): Promise<void> => {
    isAsking = true;
    while (waiting !== undefined) {
      const { question } = waiting;
      waiting = undefined;
      await ask(question);
    }
    isAsking = false;
  };
  return (question) => {
    waiting = { question };
    if (!isAsking) void next();
  };
}
