"""Do the worlds decide as truth decides? Success of every policy in truth and in each world, from the same starts."""

import numpy as np

from rollout import outcomes


def decisions(truth_world, worlds, acts, starts, seed):
    """Success rates of every policy in truth, and each world's agreement with it over policies × starts."""
    truth = {name: outcomes(truth_world, act, starts, seed) for name, act in acts.items()}
    report = {"truth": {name: rate(won) for name, won in truth.items()}}
    for world_name, world in worlds.items():
        guess = {name: outcomes(world, act, starts, seed) for name, act in acts.items()}
        report[world_name] = agreement(np.concatenate([*truth.values()]), np.concatenate([*guess.values()])) | {
            "policies": {n: {"success": rate(guess[n])} | false_rates(truth[n], guess[n]) for n in acts}
        }
    return report


def rate(flags):
    return round(float(flags.mean()), 4) if len(flags) else None


def false_rates(truth, guess):
    return {"falsePassRate": rate(guess[~truth]), "falseFailRate": rate(~guess[truth])}


def agreement(truth, guess):
    youden = guess[truth].mean() + (~guess[~truth]).mean() - 1
    return {"youdenJ": round(max(0.0, float(youden)), 4)} | false_rates(truth, guess)
