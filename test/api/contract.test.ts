import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { composeContract } from "../../src/api/contract.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const TABLE = resolve(import.meta.dirname, "../../scenarios/tabletop-push");
const LOOKS = join(TABLE, "policies/from-pictures.policy.yaml");

describe("the contract of an exam", () => {
  it("calls a card that is given by its path after its file, unless the scenario has something of that name", async () => {
    const folder = await temporaryFolder();
    const copied = async (as: string): Promise<string> => {
      const text = await readFile(join(TABLE, "models/gru.world.yaml"), "utf8");
      await writeFile(join(folder, as), text);
      return join(folder, as);
    };
    await copyFile(join(TABLE, "models/gru.onnx"), join(folder, "gru.onnx"));
    const namesWith = async (world: string): Promise<string[]> => {
      const contract = await composeContract({
        scenario: TABLE,
        world,
        policies: ["careful", LOOKS],
        starts: 1,
      });
      return [contract.candidate.name, ...contract.policies.map(({ name }) => name)];
    };
    expect(await namesWith(await copied("mine.world.yaml"))).toEqual(["mine", "careful", "from-pictures"]);
    const same = await copied("gru.world.yaml");
    expect(await namesWith(same)).toEqual([same, "careful", "from-pictures"]);
  });

  it("calls two cards of one file name by their paths", async () => {
    const folder = await temporaryFolder();
    const other = join(folder, "from-pictures.policy.yaml");
    await copyFile(LOOKS, other);
    await copyFile(join(TABLE, "policies/from-pictures.onnx"), join(folder, "from-pictures.onnx"));
    const { policies } = await composeContract({
      ...{ scenario: TABLE, world: "gru", policies: [LOOKS, other], starts: 1 },
    });
    expect(policies.map(({ name }) => name)).toEqual([LOOKS, other]);
  });
});
