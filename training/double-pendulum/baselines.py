"""What the learned world is measured against, on the same windows: position [n, steps, 2] each."""

from pathlib import Path

import numpy as np

from data import Trial, Windows, cut_windows, join_windows, wrap
from model import GRAVITY, PERIOD_SEC, PUBLISHED

SLIDING_FRICTION = (0.16 * np.pi / 2, 0.12 * np.pi / 2)  # N m: the published cf · atan(100 v) at speed


def persistence(w: Windows) -> np.ndarray:
    return np.repeat(w.position[:, :1], w.torque.shape[1], axis=1)


def constant_velocity(w: Windows) -> np.ndarray:
    time = PERIOD_SEC * np.arange(1, w.torque.shape[1] + 1)
    return w.position[:, :1] + w.velocity[:, :1] * time[None, :, None]


def analytic(w: Windows, step: float = 0.002) -> np.ndarray:
    """The published plant, its smooth friction law included, by Runge-Kutta 4."""
    q, v, out = w.position[:, 0], w.velocity[:, 0], []
    for k in range(w.torque.shape[1]):
        u = w.torque[:, k]
        for _ in range(round(PERIOD_SEC / step)):
            a = _acceleration(q, v, u)
            b = _acceleration(q + step / 2 * v, v + step / 2 * a, u)
            c = _acceleration(q + step / 2 * v + step**2 / 4 * a, v + step / 2 * b, u)
            d = _acceleration(q + step * v + step**2 / 2 * b, v + step * c, u)
            q, v = q + step * v + step**2 / 6 * (a + b + c), v + step / 6 * (a + 2 * b + 2 * c + d)
        out.append(q)
    return np.stack(out, axis=1)


def _acceleration(q: np.ndarray, v: np.ndarray, u: np.ndarray) -> np.ndarray:
    p = PUBLISHED
    rotor, gear = p["rotor"], p["gear"]
    coupling = p["m2"] * p["l1"] * p["r2"]
    sine, cosine = np.sin(q[:, 1]), np.cos(q[:, 1])
    m11 = p["i1"] + p["i2"] + p["m2"] * p["l1"] ** 2 + 2 * coupling * cosine + (gear**2 + 1) * rotor
    m12 = p["i2"] + coupling * cosine - gear * rotor
    m22 = p["i2"] + gear**2 * rotor
    friction = np.array(p["viscous"]) * v + np.array(p["coulomb"]) * np.arctan(100 * v)
    lower = p["m2"] * p["r2"] * GRAVITY * np.sin(q.sum(axis=1))
    upper = (p["m1"] * p["r1"] + p["m2"] * p["l1"]) * GRAVITY * np.sin(q[:, 0])
    f1 = u[:, 0] - friction[:, 0] - upper - lower + coupling * sine * v[:, 1] * (2 * v[:, 0] + v[:, 1])
    f2 = u[:, 1] - friction[:, 1] - lower - coupling * sine * v[:, 0] ** 2
    determinant = m11 * m22 - m12**2
    return np.stack([(m22 * f1 - m12 * f2) / determinant, (m11 * f2 - m12 * f1) / determinant], axis=-1)


class Linear:
    """Ridge regression of one control period: change of position and velocity from position, velocity, torque."""

    def __init__(self, trials: list[Trial], ridge: float = 1e-3) -> None:
        w = join_windows([cut_windows(t, np.searchsorted(t.time, np.arange(0, t.time[-1] - 0.02, PERIOD_SEC)), PERIOD_SEC, 1, 0) for t in trials])  # fmt: skip
        x = self._features(w.position[:, 0], w.velocity[:, 0], w.torque[:, 0])
        y = np.concatenate([w.position[:, 1] - w.position[:, 0], w.velocity[:, 1] - w.velocity[:, 0]], axis=1)
        self.weights = np.linalg.solve(x.T @ x + ridge * len(x) * np.eye(x.shape[1]), x.T @ y)

    def __call__(self, w: Windows) -> np.ndarray:
        q, v, out = w.position[:, 0], w.velocity[:, 0], []
        for k in range(w.torque.shape[1]):
            change = self._features(q, v, w.torque[:, k]) @ self.weights
            q, v = q + change[:, :2], v + change[:, 2:]
            out.append(q)
        return np.stack(out, axis=1)

    @staticmethod
    def _features(q: np.ndarray, v: np.ndarray, u: np.ndarray) -> np.ndarray:
        return np.concatenate([wrap(q), v, u, np.ones((len(q), 1))], axis=1)


def mujoco_world(model_file: Path, friction: bool):
    """The scenario's `ideal` or `friction` world in native MuJoCo. @returns None where MuJoCo is not installed."""
    try:
        import mujoco
    except ImportError:
        return None
    model = mujoco.MjModel.from_xml_path(str(model_file))
    if friction:
        model.dof_frictionloss[:] = SLIDING_FRICTION
        model.dof_damping[:] = PUBLISHED["viscous"]
        model.dof_armature[0] = PUBLISHED["gear"] ** 2 * PUBLISHED["rotor"]
        model.tendon_armature[0] = PUBLISHED["rotor"]
    data = mujoco.MjData(model)
    substeps = round(PERIOD_SEC / model.opt.timestep)

    def rollout(w: Windows) -> np.ndarray:
        out = np.empty((len(w.position), w.torque.shape[1], 2))
        for lane in range(len(out)):
            mujoco.mj_resetData(model, data)
            data.qpos[:], data.qvel[:] = w.position[lane, 0], w.velocity[lane, 0]
            for k in range(out.shape[1]):
                data.ctrl[:] = w.torque[lane, k]
                for _ in range(substeps):
                    mujoco.mj_step(model, data)
                out[lane, k] = data.qpos
        return out

    return rollout
