import { describe, expect, it } from "vitest";
import { applyChanges, type MjcfChange, withMemory } from "../../../src/world/mujoco/mjcf.ts";
import { xmlTags } from "../../../src/world/mujoco/xml-tags.ts";

const change = (element: string, name: string | undefined, attribute: string, value: string): MjcfChange =>
  name === undefined ? { element, attribute, value } : { element, name, attribute, value };
const edit = (xml: string, ...changes: MjcfChange[]) => applyChanges(xml, changes, "robot.xml");

const ROBOT = `<?xml version="1.0"?>
<!-- <geom name="arm" mass="9"/> -->
<mujoco model="a > b">
  <default><joint damping='1'/><default class="soft"><geom solref="0.1 1"/></default></default>
  <worldbody>
    <body name="arm">
      <inertial pos="0 0 0" mass="1"/>
      <joint name="elbow" type="hinge"/>
      <geom name = 'arm'
            mass="2" user='"quoted"'/>
    </body>
  </worldbody>
</mujoco>
`;

describe("MJCF edits", () => {
  it("change the attribute of the named element and nothing else", () => {
    expect(edit(ROBOT, change("geom", "arm", "mass", "3"))).toBe(ROBOT.replace('mass="2"', 'mass="3"'));
  });

  it("add an attribute that is not there", () => {
    expect(edit(ROBOT, change("joint", "elbow", "damping", "0.5"))).toBe(
      ROBOT.replace('<joint name="elbow"', '<joint damping="0.5" name="elbow"'),
    );
  });

  it("find an element without a name by its body's", () => {
    expect(edit(ROBOT, change("inertial", "arm", "mass", "7"))).toBe(ROBOT.replace('mass="1"', 'mass="7"'));
  });

  it("find the only element of its kind without a name, classes of defaults aside", () => {
    expect(edit(ROBOT, change("geom", undefined, "mass", "4"))).toBe(ROBOT.replace('mass="2"', 'mass="4"'));
  });

  it("add a section that is missing, and only a section", () => {
    expect(edit(ROBOT, change("option", undefined, "gravity", "0 0 0"))).toBe(
      ROBOT.replace("</mujoco>", '<option gravity="0 0 0"/></mujoco>'),
    );
    expect(() => edit(ROBOT, change("contact", undefined, "x", "1"))).toThrow(
      /robot\.xml: the MJCF has no <contact>/,
    );
  });

  it("escape what XML reserves", () => {
    expect(edit("<mujoco/>", change("mujoco", undefined, "model", `a<b & "c"`))).toBe(
      '<mujoco model="a&lt;b &amp; &quot;c&quot;"/>',
    );
  });

  it("suggest the element that was meant", () => {
    expect(() => edit(ROBOT, change("joint", "elbwo", "damping", "1"))).toThrow(
      /<joint> named "elbwo"[^]*did you mean "elbow"/,
    );
    expect(() => edit(ROBOT, change("gem", "arm", "mass", "1"))).toThrow(/did you mean "geom"/);
  });

  it("ask which of several elements is meant", () => {
    const two = '<mujoco><geom name="a"/><geom name="b"/></mujoco>';
    expect(() => edit(two, change("geom", undefined, "mass", "1"))).toThrow(
      /2 elements <geom>[^]*say which with name: a, b/,
    );
  });
});

describe("MJCF memory", () => {
  it("is limited where the file does not say", () => {
    expect(withMemory("<mujoco></mujoco>", 4, "a.xml")).toBe('<mujoco><size memory="4M"/></mujoco>');
    expect(withMemory('<mujoco><size nkey="2"/></mujoco>', 4, "a.xml")).toContain(
      '<size memory="4M" nkey="2"/>',
    );
  });

  it("stays as the file says", () => {
    for (const size of ['<size memory="1M"/>', '<size njmax="200" nconmax="50"/>']) {
      const xml = `<mujoco>${size}</mujoco>`;
      expect(withMemory(xml, 4, "a.xml")).toBe(xml);
    }
  });
});

describe("XML tags", () => {
  it("know their place, attributes and parents", () => {
    const xml = `<a x="1>2"><!-- </a> --><b y='"'/><![CDATA[<c>]]><d>text</d></a>`;
    const tags = xmlTags(xml, "f");
    expect(tags.map(({ name, parent }) => [name, parent?.name])).toEqual([
      ["a", undefined],
      ["b", "a"],
      ["d", "a"],
    ]);
    expect(xml.slice(tags[2]!.start, tags[2]!.closeEnd)).toBe("<d>text</d>");
    expect(tags[0]!.attributes[0]!.value).toBe("1>2");
    expect(tags[1]!.attributes[0]!.value).toBe('"');
  });

  it.each([
    ["<a>", "f:1:1", "<a> is never closed"],
    ["<a>\n</b>", "f:2:1", "</b> closes <a>"],
    ["<a x=1/>", "f:1:6", "a.x is not quoted"],
    ["<a x/>", "f:1:5", "the tag <a> is malformed"],
    ["<!-- ", "f:1:1", '"<!--" is never closed'],
  ])("say where %j is broken", (xml, where, what) => {
    expect(() => xmlTags(xml, "f")).toThrow(new RegExp(`^${where}: .*${what}`));
  });
});
