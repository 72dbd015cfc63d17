import { describe, expect, it } from "vitest";
import { encodePng } from "../../src/core/png.ts";
import { decodePicture } from "../../src/record/picture-file.ts";

/** Written by Pillow 12.3. */
const RGB =
  "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAGElEQVR4nGP4z8DAAMFcInInUoz+//8PADwZB5XvwsbYAAAAAElFTkSuQmCC";
const RGBA =
  "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAYAAACddGYaAAAAIklEQVR4nGP8z8DQwPifgYGB8T8DE7eIHMOJVCOG//8ZGABa6wcdPOUhCgAAAABJRU5ErkJggg==";
const PALETTE =
  "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACBAMAAABvWnspAAAAElBMVEX///8A/wDIZDIKFB7/AAAAAP8STycHAAAADklEQVR4nGN05GcwYgAAAfEAhLB+fWEAAAAASUVORK5CYII=";
const GREY =
  "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAAAAAC4HznGAAAAEElEQVR4nGNkMDJimHbiPwAGhwLD7bQTrAAAAABJRU5ErkJggg==";
const ONE_BIT =
  "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACAQAAAAC1D1u3AAAADElEQVR4nGNwYFgAAAFkAOGROt8sAAAAAElFTkSuQmCC";
const GREY_16 =
  "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABEAAAAABuG5crAAAAD0lEQVR4nGNgYPBl+P8fAAQ4AkxRdtw1AAAAAElFTkSuQmCC";
const JPEG =
  "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/2wBDAQICAgICAgUDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgr/wAARCAAQABADASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDweiiiv5jP9ID/2Q==";
const PROGRESSIVE =
  "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/2wBDAQICAgICAgUDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgr/wgARCAAQABADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAb/xAAVAQEBAAAAAAAAAAAAAAAAAAAHCP/aAAwDAQACEAMQAAABgwY0h//EABQQAQAAAAAAAAAAAAAAAAAAACD/2gAIAQEAAQUCH//EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQMBAT8Bf//EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQIBAT8Bf//EABQQAQAAAAAAAAAAAAAAAAAAACD/2gAIAQEABj8CH//EABQQAQAAAAAAAAAAAAAAAAAAACD/2gAIAQEAAT8hH//aAAwDAQACAAMAAAAQA//EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQMBAT8Qf//EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQIBAT8Qf//EABQQAQAAAAAAAAAAAAAAAAAAACD/2gAIAQEAAT8QH//Z";

const COLOURS = [255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30, 200, 100, 50, 255, 255, 255];

const decode = (base64: string) => decodePicture(Buffer.from(base64, "base64"), "picture");
const greys = (values: readonly number[]): number[] => values.flatMap((value) => [value, value, value]);

describe("a picture file", () => {
  it("is a PNG of colours, with or without transparency, or of a palette", () => {
    for (const png of [RGB, RGBA, PALETTE]) {
      const { width, height, rgb } = decode(png);
      expect([width, height]).toEqual([3, 2]);
      expect(Array.from(rgb)).toEqual(COLOURS);
    }
  });

  it("is a PNG of greys, of 1, 8 or 16 bits", () => {
    expect(Array.from(decode(GREY).rgb)).toEqual(greys([0, 50, 100, 150, 200, 255]));
    expect(Array.from(decode(ONE_BIT).rgb)).toEqual(greys([0, 255, 0, 255, 0, 255]));
    expect(Array.from(decode(GREY_16).rgb)).toEqual(greys([0, 77, 255]));
  });

  it("is a JPEG, baseline or progressive, near what it was made from: libjpeg reads [199, 60, 29]", () => {
    for (const jpeg of [JPEG, PROGRESSIVE]) {
      const { width, height, rgb } = decode(jpeg);
      expect([width, height]).toEqual([16, 16]);
      [199, 60, 29].forEach((value, c) => expect(Math.abs(rgb[3 * 51 + c]! - value)).toBeLessThanOrEqual(2));
    }
  });

  it("comes back from PNG as it was, in the same bytes each time", () => {
    const rgb = Uint8Array.from({ length: 3 * 7 * 5 }, (_, i) => (i * 37) % 256);
    const png = encodePng({ width: 7, height: 5, rgb });
    expect(decodePicture(png, "picture")).toEqual({ width: 7, height: 5, rgb });
    expect(encodePng({ width: 7, height: 5, rgb })).toEqual(png);
  });

  it("says what it is where it is neither, or is cut off", () => {
    expect(() => decodePicture(Buffer.from("hello"), "a.png")).toThrow(/a\.png.*neither a PNG nor a JPEG/s);
    expect(() => decodePicture(new Uint8Array(0), "a.png")).toThrow(/an empty file/);
    for (const whole of [RGB, JPEG]) {
      const cut = Buffer.from(whole, "base64").subarray(0, 40);
      expect(() => decodePicture(cut, "a.png")).toThrow(/cannot be decoded/);
    }
  });
});
