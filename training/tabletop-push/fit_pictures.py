"""The eye and the painter, learned from drawn pictures and where things are in them."""

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, smooth_l1_loss

from camera import Camera
from eye import Eye
from pictures import HEIGHT, IMAGE, PIXEL_M, THINGS, WIDTH, Painter
from scenario import AT, MANIFEST, PUCKS

CAMERA = Camera(MANIFEST["images"][IMAGE], AT)
VISIBLE = [AT[f"{puck}_visible"].start for puck in PUCKS]
EYE_UPDATES, EYE_BATCH, EYE_RATE = 1600, 128, 4e-3
SHARP_UPDATES, SHARP_RATE = 1500, 1.5e-3
PAINTER_UPDATES, PAINTER_BATCH, PAINTER_RATE = 700, 48, 2e-2
MOVING_WEIGHT = 10  # of pixels that differ from the empty table: there are forty times as many others


def pictures_of(rows):
    """Pictures of observation rows as networks take them: (n, 3, height, width), 0 … 1."""
    return torch.from_numpy(CAMERA.draw(rows)).permute(0, 3, 1, 2).float() / 255


def scenes(pool):
    """Rows in which something is somewhere else than in all others, to half a centimetre."""
    step, lane = pool.lived()
    rows = pool.observed[step + 1, lane]
    places = np.concatenate([rows[:, AT[f"{thing}_position"]] for thing in ("pusher", *PUCKS)], 1)
    _, kept = np.unique(np.round(np.concatenate([places, rows[:, VISIBLE]], 1) / 0.005), axis=0, return_index=True)
    return rows[kept]


def places_of(rows, things):
    return torch.tensor(np.stack([rows[:, AT[f"{thing}_position"]] for thing in things], 1), dtype=torch.float32)


def fit_eye(rows, painter, parts, seed):
    """On drawn pictures first; then half on painted ones, so that what is looked at again and again stays in place."""
    torch.manual_seed(seed)
    eye = Eye(len(PUCKS), HEIGHT, WIDTH, PIXEL_M)

    def errors(pictures, drawn, beta):
        places, sight = eye(pictures)
        visible = torch.tensor(drawn[:, VISIBLE], dtype=torch.float32)
        off = smooth_l1_loss(100 * places, 100 * places_of(drawn, PUCKS), reduction="none", beta=beta).sum(-1)
        return (off * visible).mean() + binary_cross_entropy_with_logits(sight, visible)

    def some(update, count):
        return rows[np.random.default_rng([seed, update]).integers(0, len(rows), count)]

    def coarse(update):
        drawn = some(update, EYE_BATCH)
        return errors(pictures_of(drawn), drawn, 0.1)

    def sharp(update):
        drawn, half = some(EYE_UPDATES + update, EYE_BATCH), EYE_BATCH // 2
        with torch.no_grad():
            painted = torch.round(255 * paint(painter, drawn[half:])) / 255
        return errors(torch.cat([pictures_of(drawn[:half]), painted]), drawn, 0.02)

    seconds = parts.fit("eye", eye, coarse, EYE_UPDATES, EYE_RATE)
    seconds += parts.fit("eye-sharp", eye, sharp, SHARP_UPDATES, SHARP_RATE)
    return eye.eval().requires_grad_(False), round(seconds, 1)


def paint(painter, rows):
    shown = torch.tensor(rows[:, VISIBLE], dtype=torch.float32)
    return painter(places_of(rows, THINGS), torch.cat([shown, torch.ones(len(rows), 1)], 1))


def fit_painter(rows, parts, seed):
    torch.manual_seed(seed)
    painter = Painter()
    empty = pictures_of(np.zeros((1, rows.shape[1])))

    def loss(update):
        drawn = rows[np.random.default_rng([seed, update]).integers(0, len(rows), PAINTER_BATCH)]
        wanted = pictures_of(drawn)
        painted = paint(painter, drawn)
        weight = 1 + MOVING_WEIGHT * ((wanted - empty).abs().amax(1, keepdim=True) > 0.02)
        return 100 * (weight * (painted - wanted) ** 2).mean()

    seconds = parts.fit("painter", painter, loss, PAINTER_UPDATES, PAINTER_RATE)
    return painter.eval().requires_grad_(False), seconds


def looks(eye, painter, rows):
    """How good they are on rows they were not fitted on."""
    with torch.no_grad():
        visible = rows[:, VISIBLE] > 0.5
        places, sight = eye(pictures_of(rows))
        off = (places - places_of(rows, PUCKS)).norm(dim=-1).numpy()[visible]
        painted = paint(painter, rows)
        again = (eye(painted)[0] - places_of(rows, PUCKS)).norm(dim=-1).numpy()[visible]
        error = painted - pictures_of(rows)
        return {
            "eyeMedianM": float(f"{np.median(off):.2g}"),
            "eye99M": float(f"{np.quantile(off, 0.99):.2g}"),
            "eyeOnPaintedMedianM": float(f"{np.median(again):.2g}"),
            "sightMistakes": float(f"{((sight.numpy() > 0) != visible).mean():.2g}"),
            "painterPsnr": round(float(-10 * torch.log10((error**2).mean())), 1),
        }
