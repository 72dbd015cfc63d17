import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";
import { inputError, messageOf, type SimgateError } from "../core/errors.ts";
import type { Picture } from "../core/picture.ts";

const PROBE_TIMEOUT_MS = 10_000;
/** Longest wait for the next bytes of ffmpeg. */
const FRAME_TIMEOUT_MS = 30_000;

const probed = z.object({
  streams: z.tuple([
    z.object({
      width: z.int().positive(),
      height: z.int().positive(),
      r_frame_rate: z.string(),
      side_data_list: z.array(z.object({ rotation: z.number().optional() })).optional(),
    }),
  ]),
});

export interface Video {
  readonly periodSec?: number;
  frames(signal?: AbortSignal): AsyncIterable<{ readonly where: string; readonly picture: Picture }>;
}

/** @throws SimgateError `input` where ffmpeg is not installed, or finds no pictures in the file. */
export async function openVideo(file: string): Promise<Video> {
  const args = ["-v", "error", "-select_streams", "v:0", "-show_streams", "-of", "json", file];
  const { stdout } = await promisify(execFile)("ffprobe", args, { timeout: PROBE_TIMEOUT_MS }).catch(
    (thrown: unknown) => {
      throw noVideo(file, thrown);
    },
  );
  const parsed = probed.safeParse(JSON.parse(stdout));
  if (!parsed.success) throw inputError("there are no pictures in the video", { where: file });
  const [stream] = parsed.data.streams;
  // ffmpeg turns the pictures as the file says.
  const turned = (stream.side_data_list ?? []).some(({ rotation = 0 }) => rotation % 180 !== 0);
  const [width, height] = turned ? [stream.height, stream.width] : [stream.width, stream.height];
  const [frames = 0, seconds = 0] = stream.r_frame_rate.split("/").map(Number);
  return {
    ...(frames > 0 && seconds > 0 ? { periodSec: seconds / frames } : {}),
    frames: (signal) => decoded(file, width, height, signal),
  };
}

async function* decoded(
  file: string,
  width: number,
  height: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ where: string; picture: Picture }> {
  const args = ["-v", "error", "-nostdin", "-i", file, "-map", "0:v:0", "-fps_mode", "passthrough"];
  const ffmpeg = spawn("ffmpeg", [...args, "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"], {
    stdio: ["ignore", "pipe", "pipe"],
    ...(signal === undefined ? {} : { signal }),
  });
  let complaint = "";
  ffmpeg.stderr.on("data", (bytes: Buffer) => (complaint = (complaint + bytes.toString()).slice(-2000)));
  const ended = new Promise<number | null>((resolve, reject) => {
    ffmpeg.once("error", reject);
    ffmpeg.once("close", resolve);
  });
  // Where the reader below throws first, nobody else waits for it.
  ended.catch(() => undefined);
  let alarm = setTimeout(() => ffmpeg.kill(), FRAME_TIMEOUT_MS);
  try {
    const size = 3 * width * height;
    let rgb = new Uint8Array(size);
    let filled = 0;
    let index = 0;
    for await (const bytes of ffmpeg.stdout as AsyncIterable<Buffer>) {
      clearTimeout(alarm);
      for (let from = 0; from < bytes.length;) {
        const taken = Math.min(size - filled, bytes.length - from);
        rgb.set(bytes.subarray(from, from + taken), filled);
        filled += taken;
        from += taken;
        if (filled < size) continue;
        yield { where: `${file}, frame ${index++}`, picture: { width, height, rgb } };
        rgb = new Uint8Array(size);
        filled = 0;
      }
      alarm = setTimeout(() => ffmpeg.kill(), FRAME_TIMEOUT_MS);
    }
    const code = await ended;
    if (code !== 0 || filled > 0) {
      throw inputError("ffmpeg cannot decode the video", {
        where: `${file}, frame ${index}`,
        got: complaint.trim() || (code === null ? "nothing for a long time" : `exit code ${code}`),
      });
    }
  } finally {
    clearTimeout(alarm);
    ffmpeg.kill();
  }
}

function noVideo(file: string, thrown: unknown): SimgateError {
  if ((thrown as { code?: unknown }).code === "ENOENT") {
    return inputError("a video is read through ffmpeg, which is not installed", {
      where: file,
      hint: "Debian/Ubuntu: apt-get install ffmpeg; or give a folder of PNG or JPEG frames",
    });
  }
  const { stderr } = thrown as { stderr?: string };
  return inputError("ffmpeg cannot read the video", {
    where: file,
    got: stderr?.trim() || messageOf(thrown),
  });
}
