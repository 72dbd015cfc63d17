import { expect, it } from "vitest";
import { isLoopback } from "../../src/core/loopback.ts";

it.each(["127.0.0.1", "127.12.0.9", "localhost", "LOCALHOST", "::1", "[::1]"])("%s is this machine", (host) =>
  expect(isLoopback(host)).toBe(true),
);

it.each(["0.0.0.0", "::", "10.0.0.1", "127.0.0.1.example.org", "localhost.example.org", ""])(
  "%s may be another",
  (host) => expect(isLoopback(host)).toBe(false),
);
