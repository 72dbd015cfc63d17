import { CholeskyDecomposition, inverse, Matrix } from "ml-matrix";
import { inputError } from "../core/errors.ts";

export type MatrixRows = readonly (readonly number[])[];

/** x[k+1] = a x[k] + b u[k], cost Σ xᵀ q x + uᵀ r u. n states, m actions. */
export interface RegulatorProblem {
  /** n × n. */
  readonly a: MatrixRows;
  /** n × m. */
  readonly b: MatrixRows;
  /** n × n, symmetric, positive semidefinite. */
  readonly q: MatrixRows;
  /** m × m, symmetric, positive definite. */
  readonly r: MatrixRows;
}

const MAX_DOUBLINGS = 60;

/**
 * Stabilising solution P of the discrete algebraic Riccati equation
 * P = aᵀ P a − aᵀ P b (r + bᵀ P b)⁻¹ bᵀ P a + q, by the structure-preserving doubling algorithm (Chu, Fan, Lin & Wang
 * 2004), which converges quadratically. @throws SimgateError `input` if (a, b) cannot be stabilised.
 */
export function solveRiccati({ a, b, q, r }: RegulatorProblem): Matrix {
  const n = a.length;
  let step = toMatrix(a);
  const input = toMatrix(b);
  let g = symmetric(input.mmul(solve(toMatrix(r), input.transpose())));
  let p = toMatrix(q);
  const identity = Matrix.eye(n);
  for (let doubling = 0; doubling < MAX_DOUBLINGS; doubling++) {
    const w = inverse(Matrix.add(identity, g.mmul(p)));
    const before = p;
    p = symmetric(Matrix.add(p, step.transpose().mmul(p).mmul(w).mmul(step)));
    g = symmetric(Matrix.add(g, step.mmul(w).mmul(g).mmul(step.transpose())));
    step = step.mmul(w).mmul(step);
    const change = Matrix.sub(p, before).norm();
    if (!Number.isFinite(change)) break;
    if (change <= 1e-15 * p.norm()) return p;
  }
  throw inputError("no feedback gain stabilises this model", {
    hint: "the actions cannot reach some state that drifts away (nor weigh it): check the equilibrium and the actions named",
  });
}

/** The gain k of u = −k x that minimises the cost: (r + bᵀ P b)⁻¹ bᵀ P a. m × n. */
export function regulatorGain(problem: RegulatorProblem): number[][] {
  const p = solveRiccati(problem);
  const a = toMatrix(problem.a);
  const b = toMatrix(problem.b);
  const bp = b.transpose().mmul(p);
  return solve(symmetric(Matrix.add(toMatrix(problem.r), bp.mmul(b))), bp.mmul(a)).to2DArray();
}

function toMatrix(rows: MatrixRows): Matrix {
  return new Matrix(rows.map((row) => [...row]));
}

function symmetric(matrix: Matrix): Matrix {
  return Matrix.add(matrix, matrix.transpose()).mul(0.5);
}

/** left⁻¹ right for a symmetric positive definite left. */
function solve(left: Matrix, right: Matrix): Matrix {
  return new CholeskyDecomposition(left).solve(right);
}
