#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a batch takes, in one run and as ratios, on a workload that this makes: portraits of 2, 5 and 12 megapixels.

  bench/batch.py --bin BIN [--count 6] [--megapixels 2 5 12]

Prints for each size: CPU milliseconds a photo of gradphoto-standardize (the start taken off), of vipsthumbnail to 480x640
where it is installed, and their ratio; gradphoto-bench's table with the floor; then of the batch: photos/s with -j1 and
with all cores, peak memory for a few and for many photos, a second night in which nothing changed. Photos: the London set
where GRADPHOTO_DATA or ../shared/data has it, else samples/portraits; enlarged by cubic interpolation, JPEG quality 92.
"""
import argparse
import os
import pathlib
import resource
import shutil
import subprocess
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[1]


def sources():
    for data in (os.environ.get("GRADPHOTO_DATA"), SOURCE / "../shared/data"):
        photos = sorted(pathlib.Path(data).glob("london/neutral/*.jpg")) if data else []
        if photos:
            return photos
    return sorted((SOURCE / "samples/portraits/photos").glob("*.jpg"))


def make_photos(folder, megapixels, count):
    import cv2
    folder.mkdir()
    made = []
    portraits = sources()
    for i in range(count):
        picture = cv2.imread(str(portraits[i % len(portraits)]))
        scale = (megapixels * 1e6 / (picture.shape[0] * picture.shape[1])) ** 0.5
        size = (round(picture.shape[1] * scale), round(picture.shape[0] * scale))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
        made.append(folder / f"{i:03}.jpg")
        cv2.imwrite(str(made[-1]), picture, [cv2.IMWRITE_JPEG_QUALITY, 92])
    return made


def cpu_of(command, **kwargs):
    """CPU and wall seconds of a command and its children, and its standard output."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    out = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False, **kwargs).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.monotonic() - begun, out


def standardize(bin_dir, photos, work):
    """CPU ms a photo, from the difference between all of them and one, so that the start is no part of it."""
    def run(some):
        return cpu_of([bin_dir / "gradphoto-standardize", "-q", "-j1", "--overwrite", "-o", work / "std", *some])[0]
    one, all_of_them = run(photos[:1]), run(photos)
    return 1000 * (all_of_them - one) / (len(photos) - 1), 1000 * one


def single_photos(bin_dir, sizes, count, work):
    for megapixels in sizes:
        photos = make_photos(work / f"{megapixels}mp", megapixels, count)
        ours, one = standardize(bin_dir, photos, work)
        line = f"{megapixels} MP: gradphoto-standardize {ours:.0f} ms CPU a photo; one photo from command to answer {one:.0f} ms"
        if shutil.which("vipsthumbnail"):
            vips = 1000 * cpu_of(["vipsthumbnail", "-s", "480x640", "-o", str(work / "%s.v.jpg"), *map(str, photos)],
                                 env={**os.environ, "VIPS_CONCURRENCY": "1"})[0] / len(photos)
            line += f"; vipsthumbnail {vips:.0f} ms, ratio {ours / vips:.1f}"
        print(line, flush=True)
        print(cpu_of([bin_dir / "gradphoto-bench", *photos])[2].decode(), flush=True)


def make_job(work, photos, name):
    folder = work / name
    (folder / "photos").mkdir(parents=True)
    rows = ["学号,姓名,班级"]
    portraits = sources()
    for i in range(photos):
        data = portraits[i % len(portraits)].read_bytes() + str(i).encode()  # No two are one file.
        (folder / f"photos/2022{i:05}.jpg").write_bytes(data)
        rows.append(f"2022{i:05},学生{i}人,{i % 40}班")
    (folder / "roster.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "job.yaml").write_text("roster: roster.csv\nphotos: [photos]\noutput: out\nledger: ledger.sqlite\n"
                                     "name_template: \"{student_number}\"\n", encoding="utf-8")
    return folder


def peak_mb(command, **kwargs):
    program = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, " \
              "stderr=subprocess.DEVNULL); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    return int(subprocess.run(["/usr/bin/python3", "-c", program, *command], stdout=subprocess.PIPE, check=True, **kwargs).stdout) / 1024


def batches(bin_dir, few, many, work):
    program = bin_dir / "gradphoto-batch"
    speeds = {}
    for jobs in (1, os.cpu_count()):
        folder = make_job(work, few, f"j{jobs}")
        cpu, wall, _ = cpu_of([program, "job.yaml", "-q", "-j", str(jobs)], cwd=folder)
        speeds[jobs] = few / wall
        print(f"batch of {few}, -j{jobs}: {few / wall:.2f} photos/s, {1000 * cpu / few:.0f} ms CPU a photo", flush=True)
    print(f"all cores against one: {speeds[os.cpu_count()] / speeds[1]:.2f}")
    nights = {}
    for count in (few, many):
        folder = make_job(work, count, f"n{count}")
        most = peak_mb([program, "job.yaml", "-q"], cwd=folder)
        nights[count] = min(cpu_of([program, "job.yaml", "-q"], cwd=folder)[0] for _ in range(2))
        print(f"batch of {count}: peak memory {most:.0f} MiB; second night {nights[count]:.2f} s CPU", flush=True)
    print(f"a photo more in the second night: {1000 * (nights[many] - nights[few]) / (many - few):.2f} ms CPU")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--count", type=int, default=6, help="photos of each size")
    parser.add_argument("--megapixels", type=int, nargs="+", default=[2, 5, 12])
    parser.add_argument("--few", type=int, default=40)
    parser.add_argument("--many", type=int, default=400)
    options = parser.parse_args()
    bin_dir = options.bin.resolve()
    with tempfile.TemporaryDirectory() as name:
        single_photos(bin_dir, options.megapixels, options.count, pathlib.Path(name))
        batches(bin_dir, options.few, options.many, pathlib.Path(name))


if __name__ == "__main__":
    main()
