import type { TestCase, TestModule } from "vitest/node";
import type { Reporter } from "vitest/reporters";

/** Ends the run with one plain line of counts, tells why each skipped test was skipped, and fails where none says why. */
export default class ReasonedSkips implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const skipped = tests.filter((test) => test.result().state === "skipped");
    const reasons = new Map<string, number>();
    const silent: string[] = [];
    for (const test of skipped) {
      const reason = noteOf(test);
      if (reason === undefined) silent.push(test.fullName);
      else reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    for (const [reason, count] of reasons) console.log(`skipped ${count}: ${reason}`);
    for (const name of silent) console.log(`skipped without a reason, which is a failure: ${name}`);
    if (silent.length > 0) process.exitCode = 1;
    const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
    console.log(
      `${count("passed")} passed, ${count("failed") + silent.length} failed, ${skipped.length} skipped`,
    );
  }
}

function noteOf(test: TestCase): string | undefined {
  const result = test.result();
  return result.state === "skipped" ? result.note : undefined;
}
