import { escapeText } from "./html/markup.ts";
import { AXES, AXIS_TITLES, type AxisResult, type ExamResult, type PolicyResult } from "./result.ts";

interface TestCase {
  readonly name: string;
  readonly classname: string;
  readonly failure?: { readonly type: string; readonly message: string };
  readonly skipped?: string;
  readonly output: string;
}

/**
 * `junit.xml`: a test case an axis and a policy, so that a build server shows where the exam failed. Cases fail only
 * where the verdict does: an axis below its threshold, or without enough evidence; and, when task validity is what
 * failed, each policy whose success rate in the candidate lies apart from truth's.
 */
export function junitXml(result: ExamResult): string {
  const axes = AXES.map((name) => axisCase(AXIS_TITLES[name], result.axes[name]));
  const taskFailed = result.axes.taskValidity.status === "fail";
  const policies = result.policies.map((policy) => policyCase(policy, taskFailed));
  const title = `${result.scenario.name}: ${result.candidate.name} against ${result.truth.name}`;
  const all = [...axes, ...policies];
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="simgate exam" ${totals(all)}>\n` +
    `  <testsuite name="${attribute(title)}" ${totals(all)}>\n` +
    `    <properties>\n` +
    `      <property name="verdict" value="${result.verdict.status}"/>\n` +
    `      <property name="claim" value="${result.verdict.claim ?? "none"}"/>\n` +
    `      <property name="sentence" value="${attribute(result.verdict.sentence)}"/>\n` +
    `    </properties>\n` +
    all.map(testCase).join("") +
    `  </testsuite>\n</testsuites>\n`
  );
}

function axisCase(name: string, axis: AxisResult): TestCase {
  const score = axis.score === null ? "no score" : `score ${axis.score}`;
  const interval = axis.interval === null ? "" : ` [${axis.interval.join(", ")}]`;
  const threshold = axis.threshold === null ? "" : `, threshold ${axis.threshold}`;
  const base = {
    name,
    classname: "axes",
    output: `${score}${interval}, n ${axis.n}${threshold}. ${axis.reason}`,
  };
  if (axis.status === "pass") return base;
  if (axis.status === "not-applicable" || axis.status === "undefined")
    return { ...base, skipped: axis.reason };
  return { ...base, failure: { type: axis.status, message: axis.reason } };
}

function policyCase(policy: PolicyResult, taskFailed: boolean): TestCase {
  const { truth, candidate, confusion } = policy;
  const output =
    `truth ${truth.successes}/${truth.trials}, candidate ${candidate.successes}/${candidate.trials}; ` +
    `${confusion.tp} both pass, ${confusion.fp} wrong passes, ${confusion.fn} wrong fails, ${confusion.tn} both fail; ` +
    `faults ${truth.faults} in truth, ${candidate.faults} in the candidate`;
  const base = { name: policy.policy, classname: "policies", output };
  const [a, b] = [truth.interval, candidate.interval];
  if (a === null || b === null) return { ...base, skipped: "no valid rollout in one of the worlds" };
  if (!taskFailed || (a[0] <= b[1] && b[0] <= a[1])) return base;
  const message = b[0] > a[1] ? "succeeds more often than in truth" : "succeeds less often than in truth";
  return { ...base, failure: { type: b[0] > a[1] ? "optimistic" : "pessimistic", message } };
}

function testCase({ name, classname, failure, skipped, output }: TestCase): string {
  let xml = `    <testcase name="${attribute(name)}" classname="${classname}" time="0">\n`;
  if (failure !== undefined) {
    xml += `      <failure type="${failure.type}" message="${attribute(failure.message)}"/>\n`;
  }
  if (skipped !== undefined) xml += `      <skipped message="${attribute(skipped)}"/>\n`;
  return `${xml}      <system-out>${escapeText(printable(output))}</system-out>\n    </testcase>\n`;
}

function totals(cases: readonly TestCase[]): string {
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  const skipped = cases.filter(({ skipped }) => skipped !== undefined).length;
  return `tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
}

function attribute(text: string): string {
  return escapeText(printable(text)).replaceAll("\n", "&#10;");
}

/** XML 1.0 has no place for most control characters, escaped or not. */
function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");
}
