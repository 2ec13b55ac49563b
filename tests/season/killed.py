# SPDX-License-Identifier: Apache-2.0
"""A purge after a batch was killed (SIGKILL), at several moments and without the run being gone on with: of the students
and their photos nothing is left in what the tools made. Called by season.py."""
import csv
import re
import signal
import sqlite3
import subprocess
import time

DAY = "2021-10-05"


def booked(ledger):
    try:
        books = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)
        try:
            return books.execute("SELECT count(*) FROM attempts").fetchone()[0]
        finally:
            books.close()
    except sqlite3.OperationalError:
        return 0


def kill_when(office, job, is_moment, check, what):
    batch = subprocess.Popen([office.bin / "gradphoto-batch", job, "--today", DAY], cwd=office.work,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 240
    while not is_moment() and batch.poll() is None and time.monotonic() < end:
        time.sleep(0.003)
    batch.send_signal(signal.SIGKILL)
    check(batch.wait() == -signal.SIGKILL, f"the batch was killed: {what}")


def play(office, copy_samples, write_job, check, equal):
    for index, what in enumerate(["the first photo is booked", "six are", "the pack is begun"]):
        name = f"dead{index}"
        ledger, out = office.work / f"{name}.sqlite", office.work / f"{name}-out"
        copy_samples(office, name)
        job = write_job(office, name, ledger.name, threads=1, pack="true")
        moments = [lambda: booked(ledger) >= 1, lambda: booked(ledger) >= 6,
                   lambda: any(out.glob("upload*/**/*"))]
        kill_when(office, job, moments[index], check, what)
        left_behind = [path for path in out.rglob("*") if path.is_file()]
        check(left_behind, f"there is something to purge: {what}")

        with open(office.work / f"{name}-roster.csv", encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        numbers = {row[column] for row in rows for column in ("学号", "身份证号") if len(row.get(column) or "") >= 8}
        keys = "\n".join(sorted({row["学号"] for row in rows if row["学号"]})) + "\n"
        office.run("ledger", "purge", "--keys-from", "-", "--force", "--yes", "--ledger", ledger, stdin=keys, day=DAY)

        equal(booked(ledger), 0, f"attempts in the ledger after the purge: {what}")
        pattern = re.compile("|".join(map(re.escape, sorted(numbers))).encode())
        made = [path for path in [*out.rglob("*"), *office.work.glob(f"{name}.sqlite*")] if path.is_file()]
        for path in made:
            check(path.suffix.lower() not in (".jpg", ".png", ".tmp", ".zip"), f"{path.name} is left: {what}")
            check(not pattern.search(str(path.relative_to(office.work)).encode()), f"a file is named after a student: {what}")
            check(not pattern.search(path.read_bytes()), f"{path.name} names a student: {what}")
