"""What the racks do to beams, clearance and sight depends on places, and on nothing else: learned once, for both worlds."""

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, smooth_l1_loss

from networks import BEAMS, Hall, to_person
from scenario import AT

BATCH, LEARNING_RATE = 1024, 3e-3


def fit_hall(pool, updates, seed):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    step, lane = pool.lived()
    rows = pool.true[step + 1, lane]
    # Where forklifts stand still they stand for long: one sample of a centimetre is enough.
    places = np.concatenate([rows[:, AT[c]] for c in ("position", "yaw", "person_position")], 1)
    _, kept = np.unique(np.round(places, 2), axis=0, return_index=True)
    channels = ("position", "yaw", "person_position", "scan", "clearance", "person_visible")
    data = [torch.tensor(rows[kept][:, AT[c]], dtype=torch.float32) for c in channels]

    hall = Hall()
    optimiser = torch.optim.Adam(hall.parameters(), LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, LEARNING_RATE, total_steps=updates, pct_start=0.1, final_div_factor=1e3
    )
    for _ in range(updates):
        drawn = torch.from_numpy(rng.integers(0, len(kept), BATCH))
        loss = sum(losses(hall, [d[drawn] for d in data]))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return hall.requires_grad_(False), quality(hall, data)


def losses(hall, batch):
    position, yaw, person, scan, clearance, visible = batch
    racks = racks_met(position, yaw, person, scan)
    # Near things matter more than far ones: errors count relative to the distance.
    beams = (smooth_l1_loss(torch.log(hall.beams(position, yaw)), torch.log(scan), reduction="none") * racks).mean()
    gap = smooth_l1_loss(10 * hall.clearance(position, yaw), 10 * clearance)
    return 5 * beams, 0.3 * gap, binary_cross_entropy_with_logits(hall.sees(position, person), visible)


def racks_met(position, yaw, person, scan):
    """Beams that the person does not stop."""
    return (scan + 0.05 < to_person(position, yaw, person)).float()


def quality(hall, data):
    some = torch.arange(0, len(data[0]), max(1, len(data[0]) // 20000))
    position, yaw, person, scan, clearance, visible = (d[some] for d in data)
    with torch.no_grad():
        off = (hall.beams(position, yaw) - scan).abs()[racks_met(position, yaw, person, scan) > 0]
        return {
            "beams": BEAMS,
            "beamMedianErrorM": number(off.median()),
            "beamWithin0.25m": number((off < 0.25).float().mean()),
            "clearanceMedianErrorM": number((hall.clearance(position, yaw) - clearance).abs().median()),
            "sightMistakes": number(((hall.sees(position, person) > 0).float() != visible).float().mean()),
        }


def number(value):
    return float(f"{float(value):.3g}")
