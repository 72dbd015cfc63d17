"""Recordings of the double pendulum: reading, splitting by trial, cutting into windows.

Angles in rad (0 = hanging, the elbow relative to the upper link), velocities in rad/s, torques in N m.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

# Whole trials only: no window of a held-out trial is ever trained on.
TRAIN = (
    "acrobot-ilqr_tvlqr_lqr-02",
    "acrobot-mcpilco-04",
    "acrobot-mcpilco-05",
    "pendubot-ilqr_tvlqr_lqr-02",
    "pendubot-mcpilco-04",
    "pendubot-mcpilco-05",
    "pendubot-sac_lqr-02",
    "pendubot-sac_lqr-05",
)
HELD_OUT = (
    "acrobot-ilqr_tvlqr_lqr-01",
    "acrobot-mcpilco-01",
    "acrobot-mcpilco-02",
    "acrobot-mcpilco-03",
    "pendubot-ilqr_tvlqr_lqr-01",
    "pendubot-ilqr_tvlqr_lqr-04",
    "pendubot-mcpilco-01",
    "pendubot-mcpilco-02",
    "pendubot-mcpilco-03",
    "pendubot-sac_lqr-01",
    "pendubot-sac_lqr-03",
)

COLUMNS = {
    "time": ("time",),
    "position": ("pos_meas1", "pos_meas2"),
    "velocity": ("vel_filt1", "vel_filt2"),
    "torque": ("tau_meas1", "tau_meas2"),
}


@dataclass(frozen=True)
class Trial:
    name: str
    time: np.ndarray  # [rows] s, strictly increasing
    position: np.ndarray  # [rows, 2] pos_meas
    velocity: np.ndarray  # [rows, 2] vel_filt
    torque: np.ndarray  # [rows, 2] tau_meas

    @property
    def group(self) -> str:
        """Robot and policy: `pendubot-sac_lqr`."""
        return self.name.rsplit("-", 1)[0]

    def position_at(self, time: np.ndarray) -> np.ndarray:
        """Cubic Hermite through positions and velocities."""
        row, span, fraction = self._segment(time)
        a, b = self.position[row], self.position[row + 1]
        va, vb = self.velocity[row] * span, self.velocity[row + 1] * span
        x = fraction
        return (
            (2 * x**3 - 3 * x**2 + 1) * a
            + (x**3 - 2 * x**2 + x) * va
            + (3 * x**2 - 2 * x**3) * b
            + (x**3 - x**2) * vb
        )

    def velocity_at(self, time: np.ndarray) -> np.ndarray:
        row, _, fraction = self._segment(time)
        return (1 - fraction) * self.velocity[row] + fraction * self.velocity[row + 1]

    def mean_torque(self, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Time-weighted mean of the zero-order-held torque; before the log nothing, after it the last value."""
        held = self.torque[:-1] * np.diff(self.time)[:, None]
        impulse = np.vstack([np.zeros(2), np.cumsum(held, axis=0)])

        def until(time: np.ndarray) -> np.ndarray:
            inside = np.stack([np.interp(time, self.time, impulse[:, j]) for j in (0, 1)], axis=-1)
            beyond = np.maximum(0, time - self.time[-1])[..., None]
            return inside + beyond * self.torque[-1]

        return (until(end) - until(begin)) / (end - begin)[..., None]

    def _segment(self, time: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        clipped = np.clip(time, self.time[0], self.time[-1])
        row = np.clip(np.searchsorted(self.time, clipped, side="right") - 1, 0, len(self.time) - 2)
        span = (self.time[row + 1] - self.time[row])[..., None]
        return row, span, (clipped - self.time[row])[..., None] / span


def trial_file(folder: Path, name: str) -> Path:
    """`<trial>.csv` in the folder, or the origin's own layout below it (its `leaderboard` folder)."""
    robot, policy, number = name.split("-")
    own = folder / f"{name}.csv"
    origin = folder / robot / "real_hardware_v2" / "src_data" / policy / f"experiment{number}" / "trajectory.csv"
    for file in (own, origin):
        if file.exists():
            return file
    raise SystemExit(f"{name}: neither {own} nor {origin} exists")


def load_trial(folder: Path, name: str) -> Trial:
    file = trial_file(folder, name)
    with file.open() as stream:
        header = stream.readline().strip().split(",")
    table = np.loadtxt(file, delimiter=",", skiprows=1)
    pick = lambda key: table[:, [header.index(column) for column in COLUMNS[key]]]
    return Trial(name, pick("time")[:, 0], pick("position"), pick("velocity"), pick("torque"))


@dataclass(frozen=True)
class Windows:
    """Stretches of recordings on a grid of control periods that begins at a recorded sample."""

    trial: list[str]  # [n]
    context: np.ndarray  # [n, past, 6] position, velocity, torque before the start, oldest first
    position: np.ndarray  # [n, steps + 1, 2]
    velocity: np.ndarray  # [n, steps + 1, 2]
    torque: np.ndarray  # [n, steps, 2] mean over each control period
    valid: np.ndarray  # [n, steps + 1] False beyond the end of the log


def window_starts(trial: Trial, stride: float, shortest: float) -> np.ndarray:
    """Rows of the first recorded sample at or after each multiple of `stride` that leaves `shortest` s of log."""
    rows, at = [], 0.0
    while True:
        row = int(np.searchsorted(trial.time, at - 1e-9))
        if row >= len(trial.time) or trial.time[row] + shortest > trial.time[-1] + 1e-9:
            return np.array(rows, dtype=int)
        rows.append(row)
        at += stride


def cut_windows(trial: Trial, rows: np.ndarray, period: float, steps: int, past: int) -> Windows:
    start = trial.time[rows][:, None]
    grid = start + period * np.arange(-past, steps + 1)
    position, velocity = trial.position_at(grid), trial.velocity_at(grid)
    torque = trial.mean_torque(grid[:, :-1], grid[:, 1:])
    # What lies before the log repeats its first sample, with no torque.
    torque[grid[:, :-1] < trial.time[0] - 1e-9] = 0
    context = np.concatenate([position[:, :past], velocity[:, :past], torque[:, :past]], axis=-1)
    return Windows(
        [trial.name] * len(rows),
        context,
        position[:, past:],
        velocity[:, past:],
        torque[:, past:],
        grid[:, past:] <= trial.time[-1] + 1e-9,
    )


def join_windows(parts: list[Windows]) -> Windows:
    return Windows(
        [name for part in parts for name in part.trial],
        *(np.concatenate([getattr(part, key) for part in parts]) for key in list(Windows.__dataclass_fields__)[1:]),
    )


def wrap(angle: np.ndarray) -> np.ndarray:
    return (angle + np.pi) % (2 * np.pi) - np.pi
