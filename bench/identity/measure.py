#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How often gradphoto-identity errs on drawn specimens, and what it costs; prints the tables of docs/IDENTITY.md.

  measure.py --bin DIR --fonts DIR --portraits DIR [--seeds 1,2] [--per-kind N] [--misses DIR] WORKDIR

Draws the specimens of the seeds (specimens.py) and has the tool read them three times: with the roster of their
holders; with one in which each card meets another holder's name and number; and with one in which a single character
of the name and a single digit of the number differ, check digit fitting. Cost is CPU time of the tool on one photo at
a time, starting it taken off.

What WORKDIR already holds is not made again: drawings and readings of an interrupted run are gone on with.
"""

import argparse
import collections
import csv
import dataclasses
import json
import os
import pathlib
import random
import re
import subprocess
import sys

import cv2
import numpy as np

import people
import specimens

MISMATCH = {"CARD_NUMBER_MISMATCH", "CARD_NAME_MISMATCH", "CARD_SWAPPED"}
RETAKE = {"CARD_NOT_FOUND", "CARD_GLARE", "CARD_CUT", "CARD_TOO_SMALL", "CARD_BLURRED", "CARD_COVERED"}
NO_VERDICT = {"CARD_COPY"}  # A warning.
HARD = {"glare", "cut", "far", "blur2"}  # Numbers may fail here.
GONE = 0.5  # Of a character: a name with one that has lost more is not in the photo.
OTHER_CARDS = set(specimens.TITLES)
EXIT_CODES = (0, 1, 3)  # 3: a file the tool could not read counts as not found.


@dataclasses.dataclass
class Run:
    records: dict  # By file name.
    photos: int
    cpu_s: float
    peak_mb: float


def verdict_of(record):
    codes = {finding["code"] for finding in record.get("findings", [])} - NO_VERDICT
    if codes & MISMATCH:
        return "mismatch"
    if codes & RETAKE:
        return "retake"
    return "review" if codes else "match"


def codes_of(record):
    return sorted(finding["code"] for finding in record.get("findings", []))


def sides_of(record):
    return record.get("identity", {}).get("cards", [])


def side_of(record, side):
    return next((one for one in sides_of(record) if one["side"] == side), {})


def printed_sides(truth):
    return sorted(card["side"] for card in truth["cards"])


def is_resident(truth):
    return truth["kind"] not in OTHER_CARDS


def another_digit(number, rng):
    """One digit of the order changed, and the check digit with it."""
    digit = rng.choice([d for d in "0123456789" if d != number[15]])
    first17 = number[:15] + digit + number[16]
    return first17 + people.check_digit(first17)


def another_character(name, rng):
    places = [i for i in range(len(name)) if name[i] != "·"]
    place = rng.choice(places)
    character = rng.choice([c for c in people.GIVEN if c != name[place]])
    return name[:place] + character + name[place + 1 :]


def right_roster(truths):
    return [(truth["student_number"], truth["name"], truth["number"]) for truth in truths]


def others_roster(truths):
    """Each card meets the next holder's name and number."""
    rows = []
    for truth, other in zip(truths, truths[1:] + truths[:1]):
        rows.append((truth["student_number"], other["name"], other["number"]))
    return rows


def near_roster(truths):
    rng = random.Random("near")
    rows = []
    for truth in truths:
        name, number = another_character(truth["name"], rng), another_digit(truth["number"], rng)
        rows.append((truth["student_number"], name, number))
    return rows


def write_roster(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["student_number", "name", "id_number"])
        writer.writerows(rows)


def run_tool(args, folder, name, truths, rows):
    """The tool over these photos, in one process; CPU and peak memory are the process's own."""
    out, usage_file = folder / f"{name}.ndjson", folder / f"{name}.usage.json"
    if not usage_file.exists():
        roster = folder / f"{name}.csv"
        write_roster(roster, rows)
        command = [args.bin / "gradphoto-identity", "--json", "--full-ids", "--quiet", "--jobs", "1"]
        command += ["--today", args.today, "--roster", roster]
        command += [folder / truth["file"] for truth in truths]
        with open(out, "wb") as stdout:
            process = subprocess.Popen(command, stdout=stdout)
            _, status, usage = os.wait4(process.pid, 0)
        if os.waitstatus_to_exitcode(status) not in EXIT_CODES:
            sys.exit(
                f"{command[0]}: failed with status {os.waitstatus_to_exitcode(status)} ({out} has what it printed)"
            )
        cpu_s, peak_mb = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
        usage_file.write_text(json.dumps({"cpu_s": cpu_s, "peak_mb": peak_mb}))
    records = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    by_file = {pathlib.Path(record["photo"]).name: record for record in records}
    usage = json.loads(usage_file.read_text())
    missing = [truth["file"] for truth in truths if truth["file"] not in by_file]
    if missing:
        sys.exit(f"{out}: no record of {missing[0]}; delete {usage_file} to read the photos again")
    return Run(by_file, len(truths), usage["cpu_s"], usage["peak_mb"])


def group_of(truth):
    """Photos that cost alike."""
    if truth["side"] == "none":
        return truth["what"]
    return truth["side"] if is_resident(truth) else "another card"


def draw(args, seed):
    folder = args.work / f"{seed}"
    truth_file = folder / "truth.jsonl"
    if not truth_file.exists():
        # In a process of its own: the kernel counts a parent's memory as the peak of the child that it becomes.
        command = [sys.executable, specimens.__file__, folder, "--fonts", args.fonts, "--portraits", args.portraits]
        command += ["--seed", str(seed), "--per-kind", str(args.per_kind), "--kinds", ",".join(args.kinds)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return [json.loads(line) for line in truth_file.read_text(encoding="utf-8").splitlines()]


def start_cost(args):
    """Of starting the tool, from a photo that shows nothing."""
    folder = args.work / "start"
    folder.mkdir(exist_ok=True)
    cv2.imwrite(str(folder / "blank.png"), np.full((64, 64, 3), 128, np.uint8))
    blank = {"file": "blank.png", "student_number": "1"}
    return run_tool(args, folder, "start", [blank], [("1", "张三", "110000200001010018")]).cpu_s


class Readings:
    """What the tool said of all specimens."""

    def __init__(self, args):
        self.truths, self.right, self.others, self.near = [], {}, {}, {}
        self.costs = collections.defaultdict(list)  # Group -> runs.
        self.start_s = start_cost(args)
        self.peak_mb = 0
        for seed in args.seeds:
            self.read_seed(args, seed)

    def read_seed(self, args, seed):
        folder, truths = args.work / f"{seed}", draw(args, seed)
        groups = collections.defaultdict(list)
        for truth in truths:
            truth["path"] = str(folder / truth["file"])
            groups[group_of(truth)].append(truth)
        for group, members in groups.items():
            run = run_tool(args, folder, f"right-{group}", members, right_roster(truths))
            self.right.update(run.records)
            self.costs[group].append(run)
            self.peak_mb = max(self.peak_mb, run.peak_mb)
        fronts = [truth for truth in truths if is_resident(truth) and "front" in printed_sides(truth)]
        if fronts:
            self.others.update(run_tool(args, folder, "others", fronts, others_roster(fronts)).records)
            self.near.update(run_tool(args, folder, "near", fronts, near_roster(fronts)).records)
        self.truths += truths

    def cpu_s(self, group):
        runs = self.costs[group]
        return (sum(run.cpu_s for run in runs) - self.start_s * len(runs)) / sum(run.photos for run in runs)


def until_of(truth):
    end = truth["validity"].split("-")[1]
    return "long-term" if end == "长期" else end.replace(".", "-")


def same_name(read, printed):
    return re.sub("[.．•・‧:：,，]", "·", read.replace(" ", "")) == printed


def judge(truth, readings, today):
    """What of this photo is right: a dict of booleans, and of fits."""
    record = readings.right[truth["file"]]
    front, back = side_of(record, "front"), side_of(record, "back")
    found = sorted(side["side"] for side in sides_of(record))
    said = {"found": found, "verdict": verdict_of(record), "codes": codes_of(record)}
    if not is_resident(truth):
        return said
    said["sides"] = found == printed_sides(truth)
    if "front" in printed_sides(truth):
        said["number"] = front.get("id_number", {}).get("text") == truth["number"]
        said["name"] = same_name(front.get("name", {}).get("text", ""), truth["name"])
        said["number_fit"] = front.get("id_number", {}).get("verdict", "none")
        said["name_fit"] = front.get("name", {}).get("verdict", "none")
    if "back" in printed_sides(truth):
        said["until"] = back.get("valid_until") == until_of(truth)
        said["validity"] = said["until"] and back["clear"]
        said["expired"] = until_of(truth) < today
    return said


def share(values):
    values = list(values)
    return f"{sum(map(bool, values))}/{len(values)}" if values else ""


def share_of(rows, key):
    return share(row[key] for row in rows if key in row)


def kind_table(truths, said):
    lines = [
        "| kind | sides | number | name | validity (its end) | match · review · retake · mismatch |",
        "|---|---|---|---|---|---|",
    ]
    for kind in specimens.KINDS:
        rows = [said[truth["file"]] for truth in truths if truth["kind"] == kind]
        if not rows:
            continue
        cells = [share_of(rows, key) for key in ("sides", "number", "name")]
        ends = share_of(rows, "until")
        cells.append(f"{share_of(rows, 'validity')} ({ends})" if ends else "")
        verdicts = collections.Counter(row["verdict"] for row in rows)
        cells.append(" · ".join(str(verdicts[name]) for name in ("match", "review", "retake", "mismatch")))
        lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    return lines


def fits(rows, key):
    counts = collections.Counter(row[key] for row in rows if key in row)
    text = ", ".join(str(counts[name]) for name in ("match", "mismatch", "review"))
    return f"{text}, no front found {counts['none']}" if counts["none"] else text


def side_figures(truths, said):
    cards = [truth for truth in truths if is_resident(truth)]
    shown = found = false = 0
    for truth in cards:
        printed, here = collections.Counter(printed_sides(truth)), collections.Counter(said[truth["file"]]["found"])
        shown, found = shown + printed.total(), found + (printed & here).total()
        false += (here - printed).total()
    return f"{found} of {shown}; {false} where there is none"


def is_copy(truth):
    return truth["kind"] in ("grey", "screenshot") or truth.get("grey", False)


def wrong_figures(records):
    names, numbers, verdicts = collections.Counter(), collections.Counter(), collections.Counter()
    for record in records.values():
        front = side_of(record, "front")
        names[front.get("name", {}).get("verdict", "none")] += 1
        numbers[front.get("id_number", {}).get("verdict", "none")] += 1
        verdicts[verdict_of(record)] += 1

    def text(counts):
        return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))

    return f"name: {text(names)}; number: {text(numbers)}; photo: {text(verdicts)}"


def figures(readings, said):
    truths = readings.truths
    rows = list(said.values())
    fronts = [truth for truth in truths if "number" in said[truth["file"]]]
    easy = [said[truth["file"]]["number"] for truth in fronts if truth["kind"] not in HARD]
    usual = [said[truth["file"]]["name"] for truth in fronts if truth["kind"] != "rare"]
    usual_easy = [said[truth["file"]]["name"] for truth in fronts if truth["kind"] not in HARD | {"rare"}]
    usual_there = [
        said[truth["file"]]["name"] for truth in fronts if truth["kind"] != "rare" and truth["name_gone"] < GONE
    ]

    def told(code, is_meant):  # Of how many that are meant, and of how many others.
        with_code = [is_meant(truth) for truth in truths if code in said[truth["file"]]["codes"]]
        return f"{sum(with_code)} of {sum(map(is_meant, truths))}; {with_code.count(False)}"

    fields = [
        ("sides found, each as the side it is", side_figures(truths, said)),
        ("numbers read; outside glare, cut, far, strong blur", f"{share_of(rows, 'number')}; {share(easy)}"),
        ("names read, outside rare; outside glare, cut, far, strong blur too", f"{share(usual)}; {share(usual_easy)}"),
        ("names read, outside rare, of those that are in the photo", share(usual_there)),
        ("number, right student: match, mismatch, review", fits(rows, "number_fit")),
        ("name, right student: match, mismatch, review", fits(rows, "name_fit")),
        ("validity read; its end", f"{share_of(rows, 'validity')}; {share_of(rows, 'until')}"),
        ("another holder's name and number", wrong_figures(readings.others)),
        ("one character and one digit differ", wrong_figures(readings.near)),
        ("tampered birth date told; said of others", told("CARD_INCONSISTENT", lambda t: t["kind"] == "tampered")),
        ("expired card told; said of others", told("CARD_EXPIRED", lambda t: said[t["file"]].get("expired", False))),
        ("copy told; said of others", told("CARD_COPY", is_copy)),
        ("card of another kind told; said of others", told("CARD_OTHER_KIND", lambda t: not is_resident(t))),
    ]
    return ["| what | figure |", "|---|---|"] + [f"| {what} | {figure} |" for what, figure in fields]


def cost_lines(readings):
    lines = ["| a photo of | photos | CPU s, mean |", "|---|---|---|"]
    for group, runs in sorted(readings.costs.items()):
        lines.append(f"| {group} | {sum(run.photos for run in runs)} | {readings.cpu_s(group):.2f} |")
    return lines + ["", f"Starting: {readings.start_s:.2f} s CPU. Peak memory: {readings.peak_mb:.0f} MB."]


def is_miss(row):
    whole = all(row.get(key, True) for key in ("sides", "number", "name", "until"))
    return not whole or row["verdict"] == "mismatch"


def draw_miss(truth, row, record, faces, folder):
    """The photo with the true outline, and beside it what is printed and what was read."""
    photo = cv2.imread(truth["path"])
    for card in truth["cards"]:
        cv2.polylines(photo, [np.int32(card["quad"])], True, (0, 200, 0), max(2, photo.shape[1] // 400))
    scale = 900 / max(photo.shape[:2])
    photo = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    picture = specimens.Image.new("RGB", (max(photo.shape[1], 900), photo.shape[0] + 120), (255, 255, 255))
    picture.paste(specimens.Image.fromarray(photo[..., ::-1].copy()), (0, 120))
    front, back = side_of(record, "front"), side_of(record, "back")
    read = [
        front.get("name", {}).get("text"),
        front.get("id_number", {}).get("text"),
        back.get("valid_until"),
        front.get("quality"),
    ]
    lines = [
        f"{truth['file']} {truth['kind']} {truth['side']}  {row['verdict']} {' '.join(row['codes'])}",
        f"printed {truth['name']} {truth['number']} {truth['validity']} name gone {truth.get('name_gone', 0):.0%}",
        "read " + " ".join(map(str, read)),
    ]
    for i, line in enumerate(lines):
        drawing = specimens.ImageDraw.Draw(picture)
        drawing.text((8, 8 + 36 * i), line, font=faces.pixels("sans", 18), fill=(0, 0, 0))
    picture.save(folder / f"{truth['kind']}-{truth['student_number']}.png")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=pathlib.Path, metavar="WORKDIR")
    parser.add_argument("--bin", type=pathlib.Path, required=True, metavar="DIR")
    parser.add_argument("--fonts", required=True, metavar="DIR")
    parser.add_argument("--portraits", required=True, metavar="DIR")
    parser.add_argument("--seeds", type=lambda text: [int(seed) for seed in text.split(",")], default=[1, 2])
    parser.add_argument("--per-kind", type=int, default=5, metavar="N")
    parser.add_argument("--kinds", type=lambda text: text.split(","), default=specimens.KINDS)
    parser.add_argument("--today", default="2026-06-01", help="the day on which cards are valid or not")
    parser.add_argument("--misses", type=pathlib.Path, metavar="DIR", help="write a picture of each miss there")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    args.work.mkdir(parents=True, exist_ok=True)
    readings = Readings(args)
    report(args, readings)


def report(args, readings):
    said = {truth["file"]: judge(truth, readings, args.today) for truth in readings.truths}
    misses = [truth for truth in readings.truths if is_miss(said[truth["file"]])]
    if args.misses:
        faces = specimens.Faces(args.fonts)
        args.misses.mkdir(parents=True, exist_ok=True)
        for truth in misses:
            draw_miss(truth, said[truth["file"]], readings.right[truth["file"]], faces, args.misses)
    tables = [figures(readings, said), kind_table(readings.truths, said), cost_lines(readings)]
    print(len(readings.truths), "photos\n")
    print("\n\n".join("\n".join(table) for table in tables))
    print("\nMisses:")
    for truth in misses:
        row = said[truth["file"]]
        print(
            " ",
            truth["file"],
            truth["kind"],
            *[key for key in ("sides", "number", "name", "until") if not row.get(key, True)],
            *row["codes"],
        )


if __name__ == "__main__":
    main()
