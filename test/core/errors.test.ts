import { describe, expect, it } from "vitest";
import {
  SimgateError,
  didYouMean,
  inputError,
  messageOf,
  nearest,
  runtimeError,
  throwIfAborted,
} from "../../src/core/errors.ts";

describe("an error", () => {
  it("says what, where, expected, got and what to do, in this order", () => {
    const cause = new Error("inner");
    const error = inputError("the policy gives 2 values", {
      where: 'scenario cartpole, action "force"',
      expected: "1 value",
      got: "2 values",
      hint: "select one",
      cause,
    });
    expect(error.message).toBe(
      'scenario cartpole, action "force": the policy gives 2 values\n  expected: 1 value\n  got:      2 values\n  to do:    select one',
    );
    expect(error.code).toBe("input");
    expect(error.cause).toBe(cause);
    expect(runtimeError("x").code).toBe("runtime");
    expect(messageOf("plain")).toBe("plain");
  });

  it("of a stopped caller is a SimgateError like any other", () => {
    expect(() => throwIfAborted(undefined)).not.toThrow();
    expect(() => throwIfAborted(AbortSignal.abort())).toThrow(SimgateError);
  });
});

describe("the nearest known name", () => {
  const known = ["periodSec", "horizonSec", "seed"];
  it.each([
    ["periodsec", "periodSec"],
    ["peroidSec", "periodSec"],
    ["horizon_sec", "horizonSec"],
    ["sed", "seed"],
    ["quaternion", undefined],
  ])("of %s is %s", (name, expected) => {
    expect(nearest(name, known)).toBe(expected);
  });

  it("comes with the list of all", () => {
    expect(didYouMean("seeed", known)).toBe('did you mean "seed"? Known: periodSec, horizonSec, seed');
    expect(didYouMean("zzzzzz", [])).toBe("known: none is declared");
  });
});
