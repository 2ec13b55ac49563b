#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""enlargement.py CHECK PHOTO...: what the program gradphoto-check finds of photos that were enlarged before they came.

Each photo's own verdict says how many pixels of the finished picture (480 wide) it has. It is reduced to 1/1.4, 1/2 or
1/3 of that (in turns, at most the factor), half of them saved as JPEG 92 there, enlarged by each factor and kernel, and
saved as PNG or as JPEG of each quality. Found: UPSCALED; called: UPSCALED, SOURCE_TOO_SMALL, or BLURRED for review or
worse, which say that the detail is missing. Prints the rates by factor, kernel and quality, and what is said of the photos as
they came and saved again.
"""
import argparse
import json
import pathlib
import subprocess
import tempfile
from collections import defaultdict

import cv2
import numpy as np

FACTORS = (1.5, 1.6, 1.75, 1.9, 2, 2.25, 2.5, 2.67, 3, 3.5, 4, 4.5, 5, 6, 6.78, 7.3, 8)
KERNELS = ("linear", "catmull-rom", "lanczos3", "cubic75", "sharpened")
LOST = (1.4, 2, 3)  # Px of the finished picture for each true one.


def kernel_at(kernel, x):
    x = np.abs(x)
    if kernel == "linear":
        return np.maximum(0, 1 - x)
    if kernel == "lanczos3":
        return np.where(x < 3, np.sinc(x) * np.sinc(x / 3), 0)
    a = -0.75 if kernel == "cubic75" else -0.5
    near = (a + 2) * x**3 - (a + 3) * x**2 + 1
    far = a * x**3 - 5 * a * x**2 + 8 * a * x - 4 * a
    return np.where(x < 1, near, np.where(x < 2, far, 0))


def weights(length, enlarged, kernel):
    """Rows: pixels of the enlarged picture; columns: those of the small one; pixel centres at halves."""
    centre = (np.arange(enlarged) + 0.5) * length / enlarged - 0.5
    w = kernel_at(kernel, centre[:, None] - np.arange(length)[None, :])
    return (w / w.sum(axis=1, keepdims=True)).astype(np.float32)


def enlarge(small, factor, kernel):
    height, width = (round(side * factor) for side in small.shape[:2])
    down, across = weights(small.shape[0], height, kernel), weights(small.shape[1], width, kernel)
    large = np.dstack([down @ small[..., c].astype(np.float32) @ across.T for c in range(3)])
    if kernel == "sharpened":  # As a viewer's unsharp mask does.
        large += 0.8 * (large - cv2.GaussianBlur(large, (0, 0), factor / 2))
    return np.clip(np.round(large), 0, 255).astype(np.uint8)


def save(picture, place, name, quality):
    file = place / (f"{name}.png" if quality is None else f"{name}.jpg")
    cv2.imwrite(str(file), picture, [] if quality is None else [cv2.IMWRITE_JPEG_QUALITY, quality])


def verdicts(check, paths):
    """File name -> record."""
    run = subprocess.run([check, "--json", "--source", "-q", *map(str, paths)], capture_output=True, text=True)
    if run.returncode not in (0, 1, 3):
        raise SystemExit(run.stderr)
    return {pathlib.Path(r["photo"]).stem: r for r in map(json.loads, run.stdout.splitlines())}


def said(record):
    """Whether UPSCALED, and whether anything, says that the detail is missing."""
    worst = {f["code"]: f["severity"] for f in record["findings"]}
    upscaled = worst.get("UPSCALED") in ("warn", "review", "reject")
    return upscaled, upscaled or worst.get("BLURRED") in ("review", "reject") or "SOURCE_TOO_SMALL" in worst


class Table:
    def __init__(self):
        self.cells = defaultdict(lambda: [0, 0, 0])

    def add(self, keys, record):
        found, called = said(record)
        for key in keys:
            cell = self.cells[key]
            cell[0] += found
            cell[1] += called
            cell[2] += 1

    def show(self):
        for key, (found, called, n) in self.cells.items():
            print(f"{key:34} n {n:4}  found {found:4} {100 * found / n:5.1f} %  called {called:4} {100 * called / n:5.1f} %")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("check")
    parser.add_argument("photos", nargs="+", type=pathlib.Path)
    parser.add_argument("--factors", type=float, nargs="+", default=FACTORS)
    parser.add_argument("--qualities", type=int, nargs="+", default=(0, 95, 85, 75), help="0: PNG")
    parser.add_argument("--clean", action="store_true", help="only the photos as they came and saved again")
    options = parser.parse_args()
    qualities = [q or None for q in options.qualities]
    table = Table()
    own = verdicts(options.check, options.photos)
    usable = [(p, own[p.stem]["crop"]["scale"]) for p in options.photos if own[p.stem].get("crop")]
    with tempfile.TemporaryDirectory() as temporary:
        place = pathlib.Path(temporary)
        for path, _ in usable:
            table.add([f"real {path.parent.name}, as it came"], own[path.stem])
        for quality in filter(None, qualities):
            for path, _ in usable:
                save(cv2.imread(str(path)), place, path.stem, quality)
            for stem, record in verdicts(options.check, [place]).items():
                table.add([f"real, JPEG {quality}"], record)
            for file in place.iterdir():
                file.unlink()
        for factor in [] if options.clean else options.factors:
            for i, (path, scale) in enumerate(usable):
                lost = LOST[i % 3] if LOST[i % 3] <= factor else LOST[0]
                if scale / lost > 1:
                    continue
                small = cv2.resize(cv2.imread(str(path)), None, fx=scale / lost, fy=scale / lost, interpolation=cv2.INTER_AREA)
                if i // 3 % 2:
                    small = cv2.imdecode(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 92])[1], cv2.IMREAD_COLOR)
                for kernel in KERNELS:
                    large = enlarge(small, factor, kernel)
                    for quality in qualities:
                        save(large, place, f"{i}+{kernel}+{quality or 'PNG'}", quality)
            for stem, record in verdicts(options.check, [place]).items():
                _, kernel, quality = stem.split("+")
                table.add(["all", f"factor {factor:g}", f"kernel {kernel}", f"quality {quality}",
                           f"factor {factor:g}, quality {quality}"], record)
            for file in place.iterdir():
                file.unlink()
    table.show()


if __name__ == "__main__":
    main()
