#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Drives gradphoto-batch --watch as a collection point does: photos are dropped, copied slowly, replaced, renamed and
deleted, folders come and go, the roster changes, and the watcher is killed at any moment and started again. In the end
its books must be those of one batch over the final folder.

  driver.py --bin BIN [--kills N] [--seed N] [--students N]
"""
import argparse
import csv
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
DAY = "2021-10-05"
PHOTOS = [path.read_bytes() for folder in ("photos", "portraits/photos")
          for path in sorted((SOURCE / "samples" / folder).rglob("*")) if path.suffix.lower() in (".jpg", ".jpeg")]
GOOD = (SOURCE / "samples/portraits/photos/20220401.jpg").read_bytes()  # Accepted.


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def equal(actual, expected, what):
    check(actual == expected, f"{what}: got {actual!r}, expected {expected!r}")


def wait_for(condition, what, seconds=120):  # A loaded machine takes its time.
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError(f"{what}, not within {seconds} s")


def photo_of(number, picture=None):
    """A picture in a file of its own: a comment behind the first marker makes it differ."""
    picture = PHOTOS[number % len(PHOTOS)] if picture is None else picture
    comment = f"photo {number}".encode()
    return picture[:2] + b"\xff\xfe" + (2 + len(comment)).to_bytes(2, "big") + comment + picture[2:]


def replace(path, text):
    """As editors save: written beside it, then renamed."""
    new = path.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.rename(path)


class Point:
    """A collection point: a job, its folders, and the watcher."""

    def __init__(self, bin_dir, work, students, ledger):
        self.bin, self.work, self.ledger = bin_dir, work, ledger
        self.photos, self.out = work / "photos", work / "out"
        self.students = [f"2022{number:04}" for number in range(students)]
        self.made = 0
        self.watcher = None
        for name in ("甲班", "乙班"):
            (self.photos / name).mkdir(parents=True)
        (work / "references").mkdir()
        for number in self.students[:6]:
            (work / "references" / f"{number}.jpg").write_bytes(GOOD)
        self.write_roster()
        for name in ("out", "fresh"):
            (work / f"{name}.yaml").write_text(
                f"roster: roster.csv\nphotos: [photos]\nreferences: references\noutput: {name}\nstandard: cet\n"
                "language: zh\nname_template: \"{student_number}\"\n"
                + (f"ledger: {name}-books/ledger.sqlite\npack: false\n" if ledger else ""))

    def write_roster(self):
        new = self.work / "roster.new"
        with open(new, "w", newline="", encoding="utf-8-sig") as file:
            writer = csv.writer(file)
            writer.writerow(["学号", "姓名", "班级"])
            writer.writerows([number, f"考生{number[4:]}号", "甲班" if int(number) % 2 else "乙班"] for number in self.students)
        new.rename(self.work / "roster.csv")

    def path(self, number):
        return self.photos / ("甲班" if int(number) % 2 else "乙班") / f"{number}.jpg"

    def new_photo(self, picture=None):
        self.made += 1
        return photo_of(self.made, picture)

    def drop(self, path, data):
        """As a camera's program does: written beside it, then renamed in."""
        hidden = path.parent / f".{path.name}.part"
        hidden.write_bytes(data)
        hidden.rename(path)

    def start(self):
        self.watcher = subprocess.Popen([self.bin / "gradphoto-batch", "out.yaml", "--watch", "--today", DAY],
                                        cwd=self.work, stdout=subprocess.PIPE, stderr=open(self.work / "log", "ab"))

    def open(self):
        self.start()
        wait_for(lambda: (self.out / "live/state.js").exists(), "the page\n" + self.log())

    def kill(self):
        self.watcher.send_signal(signal.SIGKILL)
        # SIGUSR1 ends a process that has not come to its main function yet.
        check(-self.watcher.wait() in (signal.SIGKILL, signal.SIGUSR1), "the watcher ran until it was killed\n" + self.log())
        self.watcher.stdout.close()

    def end(self):
        self.watcher.send_signal(signal.SIGTERM)
        summary, _ = self.watcher.communicate(timeout=60)
        check(self.watcher.returncode in (0, 1, 3), f"the end: exit {self.watcher.returncode}\n" + self.log())
        return json.loads(summary.splitlines()[-1])

    def log(self):
        return (self.work / "log").read_text()[-3000:]

    def answer(self, path):
        file = self.out / "answers" / f"{path.relative_to(self.photos)}.txt"
        return file.read_text() if file.exists() else ""

    def wait_answer(self, path, other_than=""):
        wait_for(lambda: self.answer(path) not in ("", other_than), f"no answer to {path.name}\n{self.log()}")
        return self.answer(path)

    def state(self):
        text = (self.out / "live/state.js").read_text()
        check(text.startswith("gradphotoState(") and text.endswith(");\n"), "a whole state")
        return json.loads(text[len("gradphotoState("):-len(");\n")])

    def run(self, *arguments, expect=(0, 1, 3)):
        done = subprocess.run([self.bin / arguments[0], *arguments[1:]], cwd=self.work, capture_output=True, text=True)
        check(done.returncode in expect, f"{arguments}: exit {done.returncode}\n{done.stderr}")
        return done

    def check_books(self, what):
        """Against one batch over the folder as it is now."""
        for folder in ("fresh", "fresh-books"):
            shutil.rmtree(self.work / folder, ignore_errors=True)
            (self.work / folder).mkdir(mode=0o700)
        key = "out-books/mask.key" if self.ledger else "out/mask.key"
        shutil.copy(self.work / key, self.work / key.replace("out", "fresh"))  # Or the tags would differ.
        self.run("gradphoto-batch", "fresh.yaml", "--today", DAY)
        for place in ("batch.ndjson", "upload", "report"):
            equal(self.tree("out", place), self.tree("fresh", place), f"{what}: {place}")
        check(not list(self.out.glob("unfinished*")), f"{what}: the journal is gone")
        if self.ledger:
            equal(self.books("out"), self.books("fresh"), f"{what}: the ledger")
            self.run("gradphoto-ledger", "verify", "--ledger", "out-books/ledger.sqlite")
        there = {f"{path.relative_to(self.photos)}.txt" for path in self.photos.rglob("*") if path.is_file()}
        told = {str(path.relative_to(self.out / "answers")) for path in (self.out / "answers").rglob("*")
                if path.is_file()}
        equal(told, there, f"{what}: a line for each photo")
        for path in self.out.rglob("*"):
            equal(oct(path.stat().st_mode & 0o077), "0o0", f"{what}: only the owner reads {path.name}")

    def tree(self, out, place):
        root = self.work / out / place
        files = [root] if root.is_file() else sorted(path for path in root.rglob("*") if path.is_file())
        found = {}
        for path in files:
            data = path.read_bytes()
            if path.suffix in (".ndjson", ".html"):
                data = data.replace(f"{out}/standardized".encode(), b"standardized")
            found[str(path.relative_to(self.work / out))] = data if path.suffix == ".ndjson" else hash(data)
        return found

    def books(self, out):
        """Photos are booked in the order in which they come: compare per student."""
        return {table: sorted(self.run("gradphoto-ledger", "export", "--table", table, "--json", "--ledger",
                                       f"{out}-books/ledger.sqlite", "--today", DAY).stdout.replace(f"/{out}/", "/")
                              .splitlines()) for table in ("students", "events")}


def something_happens(point, dice):
    """One of the things that happen at a collection point; with a ledger only arrivals, for a retake is an attempt of its
    own in the watcher's ledger, which a batch over the final folder has never seen."""
    missing = [number for number in point.students if not point.path(number).exists()]
    there = [number for number in point.students if point.path(number).exists()]
    choice = dice.choice(["drop", "slow", "several"] if point.ledger else
                         ["drop", "drop", "slow", "several", "retake", "delete", "rename", "orphan", "roster"])
    if choice in ("drop", "slow", "several") and missing:
        for number in missing[:3] if choice == "several" else [dice.choice(missing)]:
            data = point.new_photo()
            if choice == "drop":
                point.drop(point.path(number), data)
            else:
                with open(point.path(number), "wb") as file:
                    file.write(data[:len(data) // 2])
                    file.flush()
                    time.sleep(0.05)
                    file.write(data[len(data) // 2:])
    elif choice == "retake" and there:
        point.path(dice.choice(there)).write_bytes(point.new_photo())
    elif choice == "delete" and len(there) > 4:
        point.path(dice.choice(there)).unlink()
    elif choice == "orphan":
        point.drop(point.photos / f"IMG_{dice.randrange(9)}.jpg", point.new_photo())
    elif choice == "rename":
        orphans = sorted(point.photos.glob("IMG_*.jpg"))
        if orphans and missing:
            orphans[0].rename(point.path(dice.choice(missing)))
    elif choice == "roster" and len(point.students) < 60:
        point.students.append(f"2022{len(point.students):04}")
        point.write_roster()


def play_kills(point, kills, dice):
    """Killed again and again while things happen, now and then while it packs; in the end the books are a batch's."""
    for number in range(kills):
        point.start()
        for _ in range(dice.randrange(1, 4)):
            something_happens(point, dice)
            time.sleep(dice.random() * 0.4)
        if number % 3 == 2:  # Into pack and report.
            point.watcher.send_signal(signal.SIGUSR1) if (point.out / "live/state.js").exists() else None
        time.sleep(dice.random() * 2)
        point.kill()
        something_happens(point, dice)
    point.start()
    for path in point.photos.rglob("*.jpg"):
        point.wait_answer(path)
    time.sleep(2.5)  # What lies there from the start is whole after two seconds.
    point.end()
    point.check_books(f"after {kills} kills{' with a ledger' if point.ledger else ''}")


def play_cases(point):
    """What the watcher has to stand, one thing after the other."""
    a, b, c, d, e = (point.path(number) for number in point.students[6:11])
    point.open()
    second = subprocess.run([point.bin / "gradphoto-batch", "out.yaml", "--today", DAY], cwd=point.work,
                            capture_output=True, text=True)
    equal(second.returncode, 5, "a batch beside the watcher")
    check(f"gradphoto-batch --watch, process {point.watcher.pid}" in second.stderr, f"who holds it: {second.stderr}")

    # A photo that is still being copied, however slowly, is not judged.
    data = point.new_photo(GOOD)
    with open(a, "wb") as file:
        file.write(data[:len(data) // 2])
        file.flush()
        time.sleep(3)
        equal(point.answer(a), "", "half of a photo")
        file.write(data[len(data) // 2:])
    good = point.wait_answer(a)
    check("通过" in good and f"考生{a.stem[4:]}号" in good, f"the answer to a good photo: {good}")

    # Two cameras write at once; a folder that is made later; one that is moved in as a whole.
    writers = [threading.Thread(target=point.drop, args=(path, point.new_photo())) for path in (b, c)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    later = point.photos / "later" / "deep"
    later.mkdir(parents=True)
    point.drop(later / f"{d.stem}.jpg", point.new_photo(GOOD))
    moved = point.work / "moved"
    moved.mkdir()
    (moved / f"{e.stem}.jpg").write_bytes(point.new_photo(GOOD))
    moved.rename(point.photos / "moved")
    for path in (b, c, later / d.name, point.photos / "moved" / e.name):
        point.wait_answer(path)
    state = point.state()
    check(state["photos"][0]["picture"] and (point.out / "live" / state["photos"][0]["picture"]).exists(), "a picture")

    # Somebody else's number on it, then the right one: the line goes with the file.
    wrong = point.photos / "IMG_0001.jpg"
    point.drop(wrong, point.new_photo(GOOD))
    orphan = point.wait_answer(wrong)
    check("通过" not in orphan, f"a photo of nobody: {orphan}")
    right = point.path(point.students[11])
    wrong.rename(right)
    check("通过" in point.wait_answer(right), "the photo under its right name")
    wait_for(lambda: point.answer(wrong) == "", "the line of the old name is gone")

    # A retake over the first photo, a second photo beside it, and its deletion.
    a.write_bytes(point.new_photo(PHOTOS[0]))
    check(point.wait_answer(a, good) != good, "a retake is judged anew")
    beside = a.with_name(f"{a.stem}-2.jpg")
    before = point.answer(a)
    point.drop(beside, point.new_photo(GOOD))
    both = point.wait_answer(a, before)
    equal(point.answer(beside), both, "two photos of one student")
    beside.unlink()
    equal(point.wait_answer(a, both), before, "one of them is gone")
    wait_for(lambda: point.answer(beside) == "", "the line of the second is gone")

    # The share goes away and comes back; nothing is lost, and the page says so meanwhile.
    known = sorted(str(path) for path in (point.out / "answers").rglob("*.txt"))
    point.photos.rename(point.work / "away")
    wait_for(lambda: point.state()["trouble"], "the page tells that the folder is gone")
    point.photos.mkdir()  # What is left of a mount.
    time.sleep(1)
    point.photos.rmdir()
    (point.work / "away").rename(point.photos)
    wait_for(lambda: not point.state()["trouble"], "the folder is back")
    equal(sorted(str(path) for path in (point.out / "answers").rglob("*.txt")), known, "lines after that")
    again = point.path(point.students[12])
    point.drop(again, point.new_photo(GOOD))
    point.wait_answer(again)

    # A roster that is only half there is not read: nobody is struck off.
    text = (point.work / "roster.csv").read_bytes()
    with open(point.work / "roster.csv", "wb") as file:
        file.write(text[:len(text) // 2])
        file.flush()
        late = point.path(point.students[-1])
        point.drop(late, point.new_photo(GOOD))
        check("通过" in point.wait_answer(late), "a photo while the roster is saved")
        file.write(text[len(text) // 2:])

    # Pack and report when they are asked for, and the station goes on.
    point.watcher.send_signal(signal.SIGUSR1)
    wait_for(lambda: (point.out / "upload/SHA256SUMS").exists(), "pack on SIGUSR1\n" + point.log())
    a.unlink()
    wait_for(lambda: point.answer(a) == "", "the line of a deleted photo is gone")
    summary = point.end()
    check(summary["outcomes"]["accepted"] >= 4, f"the summary: {summary}")
    check(point.state()["ended"], "the page tells that the station ended")
    point.check_books("after the cases")
    # Nobody's number in full on the page.
    numbers = [number.encode() for number in point.students]
    for path in (point.out / "live").iterdir():
        check(path.suffix == ".jpg" or not any(number in path.read_bytes() for number in numbers),
              f"{path.name} shows a number")


def play_cards(point):
    """Identity cards come while the station watches: the answer to a photo follows them."""
    cards, samples = point.work / "id-cards", SOURCE / "samples"
    cards.mkdir()
    shutil.copy(samples / "roster.csv", point.work)
    for name in ("out", "fresh"):
        (point.work / f"{name}.yaml").write_text(
            f"roster: roster.csv\nphotos: [photos]\nid_cards: id-cards\nidentity: require\noutput: {name}\n"
            "standard: cet\nlanguage: zh\nname_template: \"{student_number}\"\n")
    front, back = ((samples / "id-cards" / f"20220102-{side}.jpg").read_bytes() for side in ("正面", "反面"))
    point.open()
    photo = point.photos / "20220102.png"
    point.drop(photo, (samples / "photos/城东教学点/20220102.png").read_bytes())
    without = point.wait_answer(photo)
    check("身份证" in without and "通过" not in without, f"no card yet: {without}")
    point.drop(cards / "20220102-1.jpg", front)
    point.drop(cards / "20220102-2.jpg", back)
    verified = point.wait_answer(photo, without)
    check("身份证" not in verified, f"both sides: {verified}")

    # The card of somebody else under this name, and then the right one again.
    point.drop(cards / "20220102-1.jpg", (samples / "id-cards/20220103_身份证.jpg").read_bytes())
    other = point.wait_answer(photo, verified)
    check("通过" not in other, f"somebody else's card: {other}")
    point.drop(cards / "20220102-1.jpg", front)
    equal(point.wait_answer(photo, other), verified, "the right card again")
    point.end()
    point.check_books("after the cards")


def play_lists(point):
    """The cashier's list and the mapping change while the station watches: the answers follow them."""
    replace(point.work / "mapping.csv", "照片,学号,姓名,确认\n")
    replace(point.work / "paid.csv", "学号,缴费情况\n")
    with open(point.work / "out.yaml", "a") as job:
        job.write("mapping: mapping.csv\npayments: paid.csv\n")
    unpaid, other = point.students[7], point.students[8]
    roster = (point.work / "roster.csv").read_text("utf-8-sig").splitlines()
    replace(point.work / "roster.csv", "\n".join(
        f"{line},{'是否缴费' if i == 0 else '否' if unpaid in line else '是'}" for i, line in enumerate(roster)))
    point.open()
    photo, nameless = point.path(unpaid), point.photos / "IMG_0007.jpg"
    point.drop(photo, point.new_photo(GOOD))
    held = point.wait_answer(photo)
    check("未缴费" in held and "可以离开" not in held, f"not paid: {held}")
    replace(point.work / "paid.csv", f"学号,缴费情况\n{unpaid},已缴费\n")
    paid = point.wait_answer(photo, held)
    check("可以离开" in paid, f"paid: {paid}")
    point.drop(nameless, point.new_photo(GOOD))
    nobody = point.wait_answer(nameless)
    check("可以离开" not in nobody, f"a photo of nobody: {nobody}")
    replace(point.work / "mapping.csv", f"照片,学号,姓名,确认\nIMG_0007.jpg,{other},,是\n")
    linked = point.wait_answer(nameless, nobody)
    check("可以离开" in linked and f"考生{other[4:]}号" in linked, f"linked by hand: {linked}")
    point.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--kills", type=int, default=3, help="with a ledger, and as many without")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--students", type=int, default=24)
    options = parser.parse_args()
    os.environ["TZ"] = "UTC"
    told = []
    for what, ledger in (("cases", False), ("cards", False), ("lists", True), ("kills", False), ("kills with a ledger", True)):
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="gradphoto-watch-") as name:
            point = Point(options.bin.resolve(), pathlib.Path(name).resolve(), options.students, ledger)
            try:
                play = {"cases": play_cases, "cards": play_cards, "lists": play_lists}.get(what)
                if play:
                    play(point)
                else:
                    play_kills(point, options.kills, random.Random(options.seed))
            finally:
                if point.watcher and point.watcher.poll() is None:
                    point.watcher.kill()
                    point.watcher.communicate()
        told.append(f"{what} {time.monotonic() - begun:.1f} s")
    print("driver: ok; " + ", ".join(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
