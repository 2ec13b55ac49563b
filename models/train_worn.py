#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Teaches the linear models of lib/check/worn_model.h.

    gradphoto-worn-training PHOTOS.lst TRAIN --draw 30 --seed 1     # London and Canada portraits, drawn on
    gradphoto-worn-training REAL.lst REAL                          # photos to be measured, as they came
    models/train_worn.py --train TRAIN --measure REAL --labels lfw_labels.csv --write lib/check/assets

Only TRAIN teaches; REAL is told about. Needs numpy. Logistic regression with an L2 penalty, classes of equal weight,
by L-BFGS from zero: the same input gives the same weights.
"""
import argparse
import csv
import os

import numpy as np

SIZE = 8 * 8 * 8  # kWornFeatures of lib/check/worn_model.h.
MODELS = ("headgear", "covered")  # In the order of the rows.


def read(prefixes):
    rows, features = [], []
    for prefix in prefixes:
        with open(prefix + ".csv", newline="") as table:
            part = list(csv.DictReader(table))
        values = np.fromfile(prefix + ".f16", np.float16).reshape(len(part), 2 * SIZE)
        rows += part
        features.append(values)
    return rows, np.concatenate(features)


def columns(name):
    return slice(SIZE * MODELS.index(name), SIZE * (MODELS.index(name) + 1))


def minimize(loss, x, steps):
    """L-BFGS with backtracking."""
    value, gradient = loss(x)
    pairs = []
    for _ in range(steps):
        q, alphas = gradient.copy(), []
        for s, y, rho in reversed(pairs):
            a = rho * s.dot(q)
            alphas.append(a)
            q -= a * y
        if pairs:
            s, y, _ = pairs[-1]
            q *= s.dot(y) / y.dot(y)
        for (s, y, rho), a in zip(pairs, reversed(alphas)):
            q += s * (a - rho * y.dot(q))
        step = 1.0 if pairs else 1 / max(1e-9, np.linalg.norm(gradient))
        while True:
            moved = x - step * q
            new_value, new_gradient = loss(moved)
            if new_value <= value - 1e-4 * step * gradient.dot(q) or step < 1e-8:
                break
            step /= 2
        s, y = moved - x, new_gradient - gradient
        if s.dot(y) > 1e-12:
            pairs = (pairs + [(s, y, 1 / s.dot(y))])[-10:]
        if value - new_value < 1e-7 * abs(value):
            return moved
        x, value, gradient = moved, new_value, new_gradient
    return x


def teach(features, truth, penalty):
    mean = features.mean(0, dtype=np.float64).astype(np.float32)
    scale = features.std(0, dtype=np.float64).astype(np.float32) + 0.05
    x = (features.astype(np.float32) - mean) / scale
    t = truth.astype(np.float32)
    share = np.where(t == 1, 0.5 / t.sum(), 0.5 / (1 - t).sum()).astype(np.float32)

    def loss(w):
        w32 = w.astype(np.float32)
        z = x @ w32[:-1] + w32[-1]
        error = np.logaddexp(0, np.where(t == 1, -z, z))
        p = 1 / (1 + np.exp(-np.clip(z, -30, 30)))
        d = share * (p - t)
        gradient = np.append(x.T @ d + penalty * w32[:-1], d.sum())
        return float(share @ error + penalty / 2 * w32[:-1] @ w32[:-1]), gradient.astype(np.float64)

    w = minimize(loss, np.zeros(x.shape[1] + 1), 300)
    weights = w[:-1] / scale
    return weights, w[-1] - weights @ mean


def groups(rows, labels):
    """Of each photo: its set, whether it shows headgear, whether a mask; None where nobody knows or it is not frontal."""
    for row in rows:
        folder, file = row["photo"].split("/")[-2:]
        frontal = float(row["pupils_px"]) >= 20 and abs(float(row["yaw_deg"])) < 25
        if folder == "masks":
            yield "masks", None, True if float(row["pupils_px"]) >= 25 and frontal else None
        elif folder == "lfw":
            worn = labels.get(file, "unsure")
            bare = worn in ("bare", "dark_glasses")
            yield "lfw", None if not frontal or not (bare or "hat" in worn) else "hat" in worn, False if frontal and bare else None
        else:
            yield folder, False if frontal else None, False if frontal else None


def report(name, rows, logits, labels):
    index = 1 if name == "headgear" else 2
    known = [(g[0], g[index], z) for g, z in zip(groups(rows, labels), logits) if g[index] is not None]
    sets = sorted({g for g, truth, _ in known if not truth})
    found = np.array([z for _, truth, z in known if truth])
    bare = {g: np.array([z for s, truth, z in known if s == g and not truth]) for g in sets}
    for rate in (0.005, 0.01, 0.02, 0.05):
        limit = max(np.quantile(z, 1 - rate) for z in bare.values() if len(z) >= 50)
        print(f"  {name}: limit {limit:6.2f}: found {100 * (found > limit).mean():5.1f} % of {len(found)}; bare",
              ", ".join(f"{g} {100 * (z > limit).mean():.1f} % of {len(z)}" for g, z in bare.items()))
    lfw = np.quantile(bare["lfw"], [0.98, 0.99])
    print(f"  {name}: at 2 and 1 % of LFW {100 * (found > lfw[0]).mean():.1f} and {100 * (found > lfw[1]).mean():.1f} %")


def write(folder, name, weights, bias):
    unit = np.abs(weights).max() / 9999
    numbers = np.rint(weights / unit).astype(int)
    lines = [" ".join(map(str, numbers[i:i + 64])) for i in range(0, len(numbers), 64)]
    with open(os.path.join(folder, name + ".txt"), "w") as out:
        out.write("# SPDX-License-Identifier: CC-BY-4.0\n"
                  "# Made by models/train_worn.py from the Face Research Lab London Set and the Canada set of webmorphR.stim\n"
                  "# (DeBruine and Jones, CC BY 4.0) with drawn hair, headgear and masks. Bias, unit, weights.\n"
                  f"{bias:.6g} {unit:.8g}\n" + "\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", nargs="+", required=True, help="prefixes of gradphoto-worn-training --draw")
    parser.add_argument("--measure", nargs="+", default=[], help="prefixes without drawings")
    parser.add_argument("--labels", help="file,worn of the LFW photos")
    parser.add_argument("--write", help="folder for headgear.txt and covered.txt")
    parser.add_argument("--only", choices=MODELS)
    parser.add_argument("--penalty", type=float, default=0.3)
    parser.add_argument("--london-and-canada-apart", action="store_true", help="teach on one, measure the other")
    options = parser.parse_args()
    labels = {}
    if options.labels:
        with open(options.labels, newline="") as table:
            labels = {row["file"]: row["worn"] for row in csv.DictReader(table)}
    rows, features = read(options.train)
    real_rows, real = read(options.measure) if options.measure else ([], None)
    canada = np.array(["/canada/" in row["photo"] for row in rows])
    for name in [options.only] if options.only else MODELS:
        truth = np.array([row["headgear" if name == "headgear" else "cover"] == "1" for row in rows])
        part = features[:, columns(name)]
        if options.london_and_canada_apart:
            for train in (canada, ~canada):
                weights, bias = teach(part[train], truth[train], options.penalty)
                z = part[~train].astype(np.float32) @ weights + bias
                limit = np.quantile(z[~truth[~train]], 0.99)
                print(f"  {name}, taught on {'Canada' if train is canada else 'London'}: at 1 % of the other's bare heads "
                      f"{100 * (z[truth[~train]] > limit).mean():.1f} % of {truth[~train].sum()} drawn ones")
        weights, bias = teach(part, truth, options.penalty)
        z = part.astype(np.float32) @ weights + bias
        print(f"  {name}: taught on {len(truth)}, {100 * ((z > 0) == truth).mean():.1f} % right")
        if real is not None:
            report(name, real_rows, real[:, columns(name)].astype(np.float32) @ weights + bias, labels)
        if options.write:
            write(options.write, name, weights, bias)


if __name__ == "__main__":
    main()
