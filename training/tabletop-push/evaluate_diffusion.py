"""What the exported denoiser dreams: the same sampler as simgate's, on recorded actions, against the pictures of truth."""

import numpy as np
import onnxruntime

from denoiser import CONTEXT, MEMORY, SIGMA_DATA
from fit_diffusion import CAMERA

SECONDS = {"1 step": 1, "0.5 s": 10, "2 s": 40}
LANES = 64


class Dreamer:
    """The ONNX file, sampled by Euler's method between the noise levels of Karras et al. 2022."""

    def __init__(self, model, sampler):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(model, options)
        high, low = sampler["sigmaMax"] ** (1 / 7), sampler["sigmaMin"] ** (1 / 7)
        self.sigmas = np.append((high + np.linspace(0, 1, sampler["steps"]) * (low - high)) ** 7, 0)

    def next(self, frames, actions, parameters, rng):
        """frames (b, context, 3, h, w), −1 … 1 → the picture after them, rounded to 256 values a colour."""
        x = self.sigmas[0] * rng.standard_normal(frames[:, 0].shape)
        given = {"frames": frames.reshape(len(x), -1, *x.shape[2:]), "actions": actions, "parameters": parameters}
        given = {name: value.astype(np.float32) for name, value in given.items()}
        for sigma, then in zip(self.sigmas, self.sigmas[1:]):
            square = sigma**2 + SIGMA_DATA**2
            noisy = {"noisy": (x / square**0.5).astype(np.float32), "level": np.full(len(x), np.log(sigma) / 4, np.float32)}
            painted = self.session.run(["painted"], given | noisy)[0]
            denoised = SIGMA_DATA**2 / square * x + sigma * SIGMA_DATA / square**0.5 * painted
            x = x + (then - sigma) / sigma * (x - denoised)
        return np.round((np.clip(x, -1, 1) + 1) * 127.5) / 127.5 - 1


def dream(dreamer, episodes, steps, seed):
    """From the first picture of each lane, `steps` pictures of its own: (steps + 1, lanes, 3, h, w)."""
    rng = np.random.default_rng(seed)
    pictures = [drawn(episodes.observed[0, :LANES])]
    parameters = episodes.parameters[:LANES]
    for step in range(steps):
        frames = np.stack([pictures[max(0, step + 1 - back)] for back in CONTEXT], 1)
        done = [episodes.actions[k, :LANES] * (k >= 0) for k in range(step + 1 - MEMORY, step + 1)]
        pictures.append(dreamer.next(frames, np.stack(done, 1), parameters, rng))
    return np.stack(pictures)


def drawn(rows):
    return CAMERA.draw(rows).transpose(0, 3, 1, 2) / 127.5 - 1


def looks(dreamer, episodes, seed):
    """PSNR (dB) of the dreams against truth's pictures, beside that of a picture that never changes."""
    steps = max(SECONDS.values())
    dreamt = dream(dreamer, episodes, steps, seed)
    psnr = lambda off: round(float(-10 * np.log10((off**2 / 4).mean())), 1)
    report = {}
    for name, step in SECONDS.items():
        truth = drawn(episodes.observed[step, :LANES])
        report[name] = {"dream": psnr(dreamt[step] - truth), "still": psnr(dreamt[0] - truth)}
    return report
