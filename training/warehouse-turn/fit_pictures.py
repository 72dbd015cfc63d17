"""The eye and the painter, learned from drawn pictures and where things are in them."""

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, smooth_l1_loss

from camera import Camera
from eye import Eye
from pictures import HEIGHT, IMAGE, MARK_M, MARKS, PIXEL_M, VIEW, WIDTH, Painter
from scenario import AT, MANIFEST

CAMERA = Camera(MANIFEST["images"][IMAGE], AT)
SCENES = 12000
EYE_UPDATES, EYE_BATCH, EYE_RATE = 1600, 64, 4e-3
PAINTER_UPDATES, PAINTER_BATCH, PAINTER_RATE = 1400, 24, 1e-2
NEAR_WEIGHT, NEAR_FORKLIFT_M, NEAR_PERSON_M = 10, 0.9, 0.5  # of pixels where something moves: most of the hall is empty


def draw_scenes(pool, seed, count=SCENES):
    """Rows and their pictures, one in eight as an episode begins, the others apart by five centimetres or hundredths of a radian."""
    rng = np.random.default_rng(seed)
    step, lane = pool.lived()
    rows = pool.observed[step + 1, lane]
    moving = [rows[:, AT[c]] for c in ("position", "yaw", "person_visible")]
    moving.append(rows[:, AT["person_position"]] * rows[:, AT["person_visible"]])
    _, kept = np.unique(np.round(np.concatenate(moving, 1) / 0.05), axis=0, return_index=True)
    first = rng.integers(0, pool.observed.shape[1], count // 8)
    rows = np.concatenate([pool.observed[0, first], rows[rng.permutation(kept)[: count - len(first)]]])
    return rows, CAMERA.draw(rows)


class Scenes:
    """Rows and pictures as networks take them."""

    def __init__(self, rows, drawn):
        self.rows, self.drawn = rows, drawn
        self.place, self.person, self.shown = (
            torch.tensor(np.concatenate([rows[:, AT[c]] for c in channels], 1), dtype=torch.float32)
            for channels in (("position", "yaw"), ("person_position",), ("person_visible",))
        )

    def some(self, seed, update, count):
        return np.random.default_rng([seed, update]).integers(0, len(self.rows), count)

    def pictures(self, at):
        """(n, 3, height, width), 0 … 1."""
        return torch.from_numpy(self.drawn[at]).permute(0, 3, 1, 2).float() / 255

    def marks(self, at):
        """Where the eye should see what it looks for: (n, marks, 2), m from the middle of the picture."""
        place, yaw = self.place[at, :2], self.place[at, 2:]
        ahead = MARK_M * torch.cat([torch.cos(yaw), torch.sin(yaw)], 1)
        return torch.stack([self.person[at], place + ahead, place - ahead], 1) - torch.tensor(VIEW["centre"])


def fit_eye(scenes, parts, seed):
    torch.manual_seed(seed)
    eye = Eye(len(MARKS), HEIGHT, WIDTH, PIXEL_M)

    def loss(update):
        at = scenes.some(seed, update, EYE_BATCH)
        places, sight = eye(scenes.pictures(at))
        visible = torch.cat([scenes.shown[at], torch.ones(EYE_BATCH, 2)], 1)
        off = smooth_l1_loss(2 * places / PIXEL_M, 2 * scenes.marks(at) / PIXEL_M, reduction="none", beta=0.05).sum(-1)
        return (off * visible).mean() + binary_cross_entropy_with_logits(sight, visible)

    seconds = parts.fit("eye", eye, loss, EYE_UPDATES, EYE_RATE)
    return eye.eval().requires_grad_(False), seconds


def fit_painter(scenes, parts, seed):
    torch.manual_seed(seed)
    painter = Painter()

    def loss(update):
        at = scenes.some(seed, update, PAINTER_BATCH)
        painted = painter(scenes.place[at], scenes.person[at], scenes.shown[at])
        error = ((painted - scenes.pictures(at)) ** 2).mean(1).flatten(1)
        far = (painter.pixels - scenes.place[at, None, :2]).norm(dim=-1)
        to_person = (painter.pixels - scenes.person[at, None]).norm(dim=-1)
        near = (far < NEAR_FORKLIFT_M) | ((to_person < NEAR_PERSON_M) & (scenes.shown[at] > 0.5))
        return 100 * ((1 + NEAR_WEIGHT * near) * error).mean()

    seconds = parts.fit("painter", painter, loss, PAINTER_UPDATES, PAINTER_RATE)
    return painter.eval().requires_grad_(False), seconds


def looks(eye, painter, scenes):
    """How good they are on scenes they were not fitted on."""
    at = np.arange(len(scenes.rows))
    with torch.no_grad():
        pictures, visible = scenes.pictures(at), scenes.shown[:, 0].numpy() > 0.5
        places, sight = eye(pictures)
        off = (places - scenes.marks(at)).norm(dim=-1).numpy()
        axle = (places[:, 1:].mean(1) - scenes.marks(at)[:, 1:].mean(1)).norm(dim=-1).numpy()
        error = painter(scenes.place, scenes.person, scenes.shown) - pictures
        return {
            "personMedianM": number(np.median(off[visible, 0])),
            "person99M": number(np.quantile(off[visible, 0], 0.99)),
            "sightMistakes": number(((sight[:, 0].numpy() > 0) != visible).mean()),
            "axleMedianM": number(np.median(axle)),
            "axle99M": number(np.quantile(axle, 0.99)),
            "painterPsnr": round(float(-10 * torch.log10((error**2).mean())), 1),
        }


def number(value):
    return float(f"{value:.2g}")
