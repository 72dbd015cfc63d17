import { z } from "zod";

const common = {
  unit: z.string().describe("of the expression, coherent SI: J, m, N m s, 1"),
  tolerance: z
    .number()
    .positive()
    .describe("in the unit: a larger departure breaks it; wide enough for what integration loses"),
};

/** A quantity that physics keeps, or lets go one way only; judged on every step of the candidate's rollouts. */
export const invariantSchema = z.union([
  z.strictObject({
    conserved: z
      .string()
      .describe(
        "expression of observation channels and parameters whose value stays what it was at the start",
      ),
    ...common,
  }),
  z.strictObject({
    monotone: z
      .string()
      .describe("expression of observation channels and parameters whose value goes one way only"),
    direction: z.enum(["increasing", "decreasing"]).default("increasing"),
    ...common,
  }),
]);
