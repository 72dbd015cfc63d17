import type { MjModel } from "@mujoco/mujoco";

/**
 * Where a compiled model differs from the base model: 32-bit words of its buffer, and fields outside the buffer.
 * Plain data. Patches that touch the same places share `indices` and `slots`.
 */
export interface ModelPatch {
  /** What the patch was made from; equal keys, equal patches. */
  readonly key: string;
  readonly indices: Uint32Array;
  readonly words: Int32Array;
  /** Which fields, as positions in the list that {@link fieldSlots} makes. */
  readonly slots: Uint32Array;
  readonly values: Float64Array;
  /** Of the patched model, s. */
  readonly timestepSec: number;
}

interface FieldSlot {
  readonly group: FieldGroup;
  readonly field: string;
  /** Component of an array field; −1 for a number or flag. */
  readonly component: number;
}

/** What of a model lies outside its buffer. */
type FieldGroup = "model" | "opt" | "stat";
const GROUPS: readonly FieldGroup[] = ["model", "opt", "stat"];
type Fields = Record<string, number | boolean | Float64Array>;
type FieldGroups = Readonly<Record<FieldGroup, Fields>>;

/** One compiled model that stands for many: all that differ from it only in numbers, one patch each. */
export class PatchedModel {
  readonly model: MjModel;
  readonly #groups: FieldGroups;
  readonly #slots: readonly FieldSlot[];
  readonly #baseWords: Int32Array;
  readonly #baseValues: Float64Array;
  readonly #tail: Uint8Array;
  #words: Int32Array;
  #current: ModelPatch;
  /** The patch made last; the next one often touches the same places. */
  #last: ModelPatch;

  /** @param model is deleted with this. */
  constructor(model: MjModel) {
    this.model = model;
    this.#groups = groupsOf(model);
    this.#slots = fieldSlots(this.#groups);
    this.#words = wordsOf(model);
    this.#baseWords = this.#words.slice();
    this.#tail = tailOf(model).slice();
    this.#baseValues = Float64Array.from(this.#slots, (slot) => read(this.#groups, slot));
    this.#current = this.unchanged("");
    this.#last = this.#current;
  }

  /** The patch that changes nothing. */
  unchanged(key: string): ModelPatch {
    const [indices, slots] = [new Uint32Array(0), new Uint32Array(0)];
    const { timestep: timestepSec } = this.model.opt;
    return { key, indices, words: new Int32Array(0), slots, values: new Float64Array(0), timestepSec };
  }

  /** What turns the base model into `other`, or what no patch can mend: a size or a name that differs. */
  diff(other: MjModel, key: string): ModelPatch | { readonly differs: string } {
    const groups = groupsOf(other);
    const slots: number[] = [];
    const values: number[] = [];
    for (const [i, slot] of this.#slots.entries()) {
      const ours = this.#baseValues[i]!;
      const theirs = read(groups, slot);
      if (Object.is(ours, theirs)) continue;
      if (slot.group === "model" && !slot.field.startsWith("flg_")) {
        return { differs: `${slot.field} becomes ${theirs}, was ${ours}` };
      }
      slots.push(i);
      values.push(theirs);
    }
    const words = wordsOf(other);
    if (tailOf(other).some((byte, i) => byte !== this.#tail[i])) return { differs: "a name" };
    const indices: number[] = [];
    // Both halves of a double, so that patches of the same parameter touch the same places whatever its value.
    for (let i = 0; i < words.length; i += 2) {
      const half = i + 1 < words.length ? 2 : 1;
      const differs =
        words[i] !== this.#baseWords[i] || (half === 2 && words[i + 1] !== this.#baseWords[i + 1]);
      if (differs) indices.push(...[i, i + 1].slice(0, half));
    }
    const last = this.#last;
    this.#last = {
      key,
      indices: sameItems(last.indices, indices) ? last.indices : Uint32Array.from(indices),
      words: Int32Array.from(indices, (i) => words[i]!),
      slots: sameItems(last.slots, slots) ? last.slots : Uint32Array.from(slots),
      values: Float64Array.from(values),
      timestepSec: other.opt.timestep,
    };
    return this.#last;
  }

  /** Makes the model be the patched one. @returns false if it already was. */
  switchTo(patch: ModelPatch): boolean {
    const { indices, slots } = this.#current;
    if (patch === this.#current) return false;
    if (this.#words.length === 0) this.#words = wordsOf(this.model);
    if (patch.indices !== indices) {
      for (const index of indices) this.#words[index] = this.#baseWords[index]!;
    }
    for (let i = 0; i < patch.indices.length; i++) this.#words[patch.indices[i]!] = patch.words[i]!;
    if (patch.slots !== slots) {
      for (const slot of slots) write(this.#groups, this.#slots[slot]!, this.#baseValues[slot]!);
    }
    for (let i = 0; i < patch.slots.length; i++) {
      write(this.#groups, this.#slots[patch.slots[i]!]!, patch.values[i]!);
    }
    this.#current = patch;
    return true;
  }

  delete(): void {
    this.model.delete();
  }
}

/** The model's buffer as words; dies when the memory of WebAssembly grows. */
function wordsOf(model: MjModel): Int32Array {
  const bytes = model.buffer as Uint8Array;
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
}

/** The bytes after the last whole word: characters of names, where the buffer's arrays end. */
function tailOf(model: MjModel): Uint8Array {
  const bytes = model.buffer as Uint8Array;
  return bytes.subarray(bytes.byteLength & ~3);
}

function groupsOf(model: MjModel): FieldGroups {
  return { model, opt: model.opt, stat: model.stat } as unknown as FieldGroups;
}

/** Of the statistics, the solver reads this one (its tolerance is scaled by it); the others, like `vis`, serve rendering. */
const PHYSICAL_STATISTIC = "meaninertia";

/** Arrays of the model itself lie in its buffer, and its `signature` is a hash of its structure: they are left out. */
function fieldSlots(groups: FieldGroups): FieldSlot[] {
  return GROUPS.flatMap((group) => {
    const prototype = Object.getPrototypeOf(groups[group]) as object;
    return Object.entries(Object.getOwnPropertyDescriptors(prototype)).flatMap(([field, property]) => {
      if (!("get" in property) || (group === "stat" && field !== PHYSICAL_STATISTIC)) return [];
      const value = tryRead(groups[group], field);
      if (typeof value === "number" || typeof value === "boolean") return [{ group, field, component: -1 }];
      if (group === "model" || !(value instanceof Float64Array)) return [];
      return Array.from(value, (_, component) => ({ group, field, component }));
    });
  });
}

/** Fields that cannot be read, by the prototype that has them: found out once. */
const UNREADABLE = new WeakMap<object, Set<string>>();

/**
 * The bindings throw on arrays of bool. A throw passes the frames of WebAssembly without giving their stack back, so
 * each field may do it once and no more: a hundred worlds opened one after the other would otherwise run over its end.
 */
function tryRead(source: Fields, field: string): unknown {
  const prototype = Object.getPrototypeOf(source) as object;
  const unreadable = UNREADABLE.get(prototype) ?? new Set();
  UNREADABLE.set(prototype, unreadable);
  if (unreadable.has(field)) return undefined;
  try {
    return source[field];
  } catch {
    unreadable.add(field);
    return undefined;
  }
}

function read(groups: FieldGroups, { group, field, component }: FieldSlot): number {
  const value = groups[group][field]!;
  return typeof value === "object" ? value[component]! : Number(value);
}

function write(groups: FieldGroups, { group, field, component }: FieldSlot, value: number): void {
  const target = groups[group];
  if (component >= 0) (target[field] as Float64Array)[component] = value;
  else target[field] = field.startsWith("flg_") ? value === 1 : value;
}

function sameItems<T>(a: ArrayLike<T>, b: ArrayLike<T>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
