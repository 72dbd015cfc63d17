"""Stands in for your robot: writes logs/trial-1.csv … trial-8.csv as a motor driver might, 100 samples a second.

The arm here is not quite the one in pendulum.xml: the tip is heavier and the bearing rougher, as it goes with robots.
"""

import csv
from pathlib import Path

import numpy as np

INERTIA, WEIGHT, VISCOUS, DRY = 0.0425, 1.38, 0.06, 0.06  # kg m², N m, N m s, N m
COMMAND_SEC, LOG_SEC, STEP_SEC, TRIAL_SEC = 0.02, 0.01, 0.001, 10.0


def acceleration(angle, speed, torque):
    friction = VISCOUS * speed + DRY * np.tanh(speed / 0.02)
    return (torque - WEIGHT * np.sin(angle) - friction) / INERTIA


def record(file, rng):
    angle, speed, torque, goal, rows = rng.uniform(-0.6, 0.6), rng.uniform(-1, 1), 0.0, 0.0, []
    per_command, per_log = round(COMMAND_SEC / STEP_SEC), round(LOG_SEC / STEP_SEC)
    for step in range(round(TRIAL_SEC / STEP_SEC)):
        if step % round(0.8 / STEP_SEC) == 0:
            goal = rng.uniform(-1.6, 1.6)  # somewhere new to go, now and then
        if step % per_command == 0:
            wish = WEIGHT * np.sin(goal) + 3 * (goal - angle) - 0.25 * speed + 0.3 * rng.standard_normal()
            torque = float(np.clip(wish, -2, 2))
        if step % per_log == 0:
            rows.append([step, *np.round([np.degrees(angle), np.degrees(speed), torque], 4)])
        speed += STEP_SEC * acceleration(angle, speed, torque)
        angle += STEP_SEC * speed
    with file.open("w", newline="") as out:
        csv.writer(out).writerows([["stamp_ms", "angle_deg", "speed_dps", "torque_nm"], *rows])


if __name__ == "__main__":
    Path("logs").mkdir(exist_ok=True)
    for trial in range(1, 9):
        record(Path(f"logs/trial-{trial}.csv"), np.random.default_rng(trial))
