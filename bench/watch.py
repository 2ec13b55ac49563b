#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a watcher takes: seconds from the rename of a photo to its answer on the page, beside gradphoto-check by hand on the
same photo; processor and memory when nothing comes; photos per second of a burst, beside a batch over the same folder.

  bench/watch.py --bin BIN --photos DIR [--count N] [--burst N] [--idle SECONDS]

DIR holds portraits that the standard accepts (chsi-2017; e.g. of 12 megapixels). They are their own references. Prints
one line for each figure.
"""
import argparse
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import tempfile
import time

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_s(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_mb(pid, what="VmRSS"):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split(what + ":")[1].split()[0]) / 1024


class Station:
    def __init__(self, bin_dir, sources, students, work):
        self.bin, self.sources, self.work = bin_dir, sources, work
        for name in ("photos", "references"):
            (work / name).mkdir(parents=True)
        (work / "roster.csv").write_text("学号,姓名\n" + "".join(f"2022{i:04},学生{i:04}人\n" for i in range(students)))
        for i in range(students):
            os.link(sources[i % len(sources)], work / "references" / f"2022{i:04}.jpg")
        for out in ("out", "batch"):
            (work / f"{out}.yaml").write_text(f"roster: roster.csv\nphotos: [photos]\nreferences: references\noutput: {out}\n"
                                              "name_template: \"{student_number}\"\n")
        self.watcher = subprocess.Popen([bin_dir / "gradphoto-batch", "out.yaml", "--watch", "-q"], cwd=work,
                                        stdout=subprocess.DEVNULL)
        while not (work / "out/live/state.js").exists():
            time.sleep(0.1)
        time.sleep(4)  # The nets are opened, and the references are whole after two seconds.

    def drop(self, i):
        hidden = self.work / "photos" / f".{i}"
        shutil.copy(self.sources[i % len(self.sources)], hidden)
        with open(hidden, "ab") as file:
            file.write(str(i).encode())  # No two are one file.
        hidden.rename(self.work / "photos" / f"2022{i:04}.jpg")

    def shows(self, i):
        return f"学生{i:04}人" in (self.work / "out/live/state.js").read_text().split('"classes"')[0].split('"photos"')[-1]

    def end(self):
        self.watcher.send_signal(signal.SIGTERM)
        self.watcher.wait(timeout=600)


def latency(station, count):
    took, used = [], []
    for i in range(count):
        before, begun = cpu_s(station.watcher.pid), time.monotonic()
        station.drop(i)
        begun = time.monotonic()
        while not station.shows(i):
            time.sleep(0.005)
        took.append(time.monotonic() - begun)
        time.sleep(0.3)
        used.append(cpu_s(station.watcher.pid) - before)
    by_hand, hand_cpu = [], []
    for i in range(min(count, 5)):
        before, begun = os.times(), time.monotonic()
        subprocess.run([station.bin / "gradphoto-check", "-q", station.work / "photos" / f"2022{i:04}.jpg"],
                       stdout=subprocess.DEVNULL)
        by_hand.append(time.monotonic() - begun)
        after = os.times()
        hand_cpu.append(after.children_user + after.children_system - before.children_user - before.children_system)
    print(f"rename to page: median {statistics.median(took):.2f} s, worst {max(took):.2f} s of {count}; processor "
          f"{statistics.median(used):.2f} s")
    print(f"gradphoto-check by hand: median {statistics.median(by_hand):.2f} s, processor {statistics.median(hand_cpu):.2f} s; "
          f"ratio {statistics.median(took) / statistics.median(by_hand):.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--photos", type=pathlib.Path, required=True)
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--burst", type=int, default=50)
    parser.add_argument("--idle", type=int, default=60)
    options = parser.parse_args()
    sources = sorted(options.photos.resolve().glob("*.jpg"))
    # Beside the photos: the references are hard links.
    with tempfile.TemporaryDirectory(dir=options.photos.resolve().parent) as name:
        station = Station(options.bin.resolve(), sources, options.count + options.burst, pathlib.Path(name))
        pid = station.watcher.pid
        latency(station, options.count)
        before = cpu_s(pid)
        time.sleep(options.idle)
        print(f"idle {options.idle} s: processor {cpu_s(pid) - before:.2f} s, memory {memory_mb(pid):.0f} MB, most so far "
              f"{memory_mb(pid, 'VmHWM'):.0f} MB")
        begun = time.monotonic()
        for i in range(options.count, options.count + options.burst):
            station.drop(i)
        answers = station.work / "out/answers"
        most = 0
        while len(list(answers.glob("*.txt"))) < options.count + options.burst:
            most = max(most, memory_mb(pid))
            time.sleep(0.2)
        took = time.monotonic() - begun
        print(f"burst of {options.burst}: {options.burst / took:.2f} photos/s, memory at most {most:.0f} MB")
        station.end()
        begun = time.monotonic()
        subprocess.run([station.bin / "gradphoto-batch", "batch.yaml", "-q"], cwd=station.work, stdout=subprocess.DEVNULL)
        print(f"a batch over the same: {(options.count + options.burst) / (time.monotonic() - begun):.2f} photos/s")


if __name__ == "__main__":
    main()
