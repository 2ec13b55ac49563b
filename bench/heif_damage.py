#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""heif_damage.py CHECK PHOTO...: how many damaged HEIC files the program gradphoto-check finds.

Each photo is coded by heif-enc (libheif-examples) at quality 60 and must be read as it is. Then bits of its coded data
are turned over one at a time, 400 in all, the same ones in every run. A flip is visible when more than 0.5 % of the
pixels of what heif-convert makes of it change by more than 24 grey levels. Found: TRUNCATED or UNREADABLE.
"""
import argparse
import collections
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import cv2
import numpy as np

FLIPS = 400
VISIBLE_LEVELS, VISIBLE_SHARE = 24, 0.005
FOUND = {"TRUNCATED", "UNREADABLE"}


def boxes(data):
    """Type, first and last byte of the contents of each box of the file (ISO/IEC 14496-12)."""
    at = 0
    while at + 8 <= len(data):
        size, header = int.from_bytes(data[at : at + 4], "big"), 8
        if size == 1:
            size, header = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        size = size or len(data) - at
        yield data[at + 4 : at + 8], at + header, at + size
        at += size


def decoded(file, scratch):
    picture = scratch / "decoded.png"
    picture.unlink(missing_ok=True)
    subprocess.run(["heif-convert", file, picture], capture_output=True, check=False)
    return cv2.imread(str(picture)) if picture.exists() else None


def is_visible(sound, damaged):
    if damaged is None or damaged.shape != sound.shape:
        return True
    return bool((cv2.absdiff(sound, damaged).max(axis=2) > VISIBLE_LEVELS).mean() > VISIBLE_SHARE)


def codes_of(check, files):
    listed = "\n".join(map(str, files)) + "\n"
    command = [check, "--json", "--quiet", "--source", "--files-from", "-"]
    run = subprocess.run(command, input=listed.encode(), stdout=subprocess.PIPE, check=False)
    records = [json.loads(line) for line in run.stdout.splitlines()]
    if len(records) != len(files):
        sys.exit(f"{check}: {len(records)} records of {len(files)} files")
    return [{finding["code"] for finding in record["findings"]} for record in records]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("check", metavar="CHECK")
    parser.add_argument("photos", nargs="+", type=pathlib.Path, metavar="PHOTO")
    args = parser.parse_args()
    rng = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        sound, flips, visible = [], [], []
        for number, photo in enumerate(args.photos):
            file = scratch / f"{number}.heic"
            subprocess.run(["heif-enc", "-q", "60", photo, "-o", file], capture_output=True, check=True)
            sound.append(file)
            data, picture = file.read_bytes(), decoded(file, scratch)
            first, last = next((first, last) for kind, first, last in boxes(data) if kind == b"mdat")
            for flip in range(FLIPS * number // len(args.photos), FLIPS * (number + 1) // len(args.photos)):
                damaged = bytearray(data)
                damaged[rng.randrange(first, last)] ^= 1 << rng.randrange(8)
                flips.append(scratch / f"flip-{flip}.heic")
                flips[-1].write_bytes(damaged)
                visible.append(is_visible(picture, decoded(flips[-1], scratch)))
        refused = sum(bool(codes & FOUND) for codes in codes_of(args.check, sound))
        print(f"sound: {refused} of {len(sound)} refused")
        counts = collections.Counter(zip(visible, (bool(codes & FOUND) for codes in codes_of(args.check, flips))))
        print(f"visible: {counts[True, True]} of {counts[True, True] + counts[True, False]} found")
        print(f"others: {counts[False, True]} of {counts[False, True] + counts[False, False]} found")


if __name__ == "__main__":
    main()
