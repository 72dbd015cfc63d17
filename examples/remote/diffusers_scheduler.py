"""DDIM with the interface of diffusers' scheduler of that name, for machines where diffusers is not installed.

Song, Meng & Ermon 2021, without added noise (eta = 0). What is not here, diffusers has: `pip install diffusers`.
"""

from types import SimpleNamespace

import numpy as np
import torch


class DDIMScheduler:
    init_noise_sigma = 1.0

    def __init__(self, num_train_timesteps=1000, beta_start=1e-4, beta_end=0.02, prediction_type="epsilon",
                 timestep_spacing="leading"):
        self.config = SimpleNamespace(
            num_train_timesteps=num_train_timesteps, prediction_type=prediction_type, timestep_spacing=timestep_spacing
        )
        betas = torch.linspace(beta_start, beta_end, num_train_timesteps, dtype=torch.float32)
        self.alphas_cumprod = torch.cumprod(1.0 - betas, dim=0)

    def set_timesteps(self, num_inference_steps, device=None):
        self.num_inference_steps = num_inference_steps
        count = self.config.num_train_timesteps
        if self.config.timestep_spacing == "trailing":
            steps = np.round(np.arange(count, 0, -count / num_inference_steps)).astype(np.int64) - 1
        else:
            steps = (np.arange(num_inference_steps) * (count // num_inference_steps))[::-1].astype(np.int64)
        self.timesteps = torch.from_numpy(steps.copy()).to(device)

    def scale_model_input(self, sample, timestep=None):
        return sample

    def add_noise(self, original_samples, noise, timesteps):
        alpha = self.alphas_cumprod[timesteps].view(-1, *[1] * (original_samples.dim() - 1))
        return alpha.sqrt() * original_samples + (1 - alpha).sqrt() * noise

    def step(self, model_output, timestep, sample):
        before = int(timestep) - self.config.num_train_timesteps // self.num_inference_steps
        alpha = self.alphas_cumprod[int(timestep)]
        alpha_before = self.alphas_cumprod[before] if before >= 0 else torch.tensor(1.0)
        if self.config.prediction_type == "sample":
            original = model_output
            noise = (sample - alpha.sqrt() * original) / (1 - alpha).sqrt()
        else:
            noise = model_output
            original = (sample - (1 - alpha).sqrt() * noise) / alpha.sqrt()
        original = original.clamp(-1, 1)
        return SimpleNamespace(prev_sample=alpha_before.sqrt() * original + (1 - alpha_before).sqrt() * noise)
