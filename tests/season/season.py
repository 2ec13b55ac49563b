#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A graduation season of an office, played with the tools as a user runs them, day by day (--today).

500 students of the office side: their photos are made files, their records what the checks would have written. The 14
students of samples/ go through the real batch. Names, school code and numbers are invented; the identity numbers have
right check digits but begin with 110000 or 440000, codes of whole provinces, which no person's number carries.
"""
import argparse
import csv
import hashlib
import io
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile

import identity
import killed

SOURCE = pathlib.Path(__file__).resolve().parents[2]
TOOL = {"version": "season-test", "standard": "chsi-2017@1", "models": "made"}
BATCH_STANDARD = "cet"  # The free portraits are small.


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def equal(actual, expected, what):
    check(actual == expected, f"{what}: got {actual!r}, expected {expected!r}")


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def id_number(index):
    """An invented number with its check digit (GB 11643-1999)."""
    first17 = f"{'110000' if index % 2 else '440000'}{2000 + index % 4}{1 + index % 12:02}{1 + index % 28:02}{101 + index:03}"
    remainder = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(first17)) % 11
    return first17 + "10X98765432"[remainder]


class Office:
    def __init__(self, bin_dir, work):
        self.bin, self.work = bin_dir, work
        self.ledger = work / "ledger.sqlite"
        self.photos = work / "photos"
        self.made = work / "standardized"
        self.photos.mkdir()
        self.made.mkdir()

    def run(self, tool, *arguments, expect=0, stdin=None, day=None):
        command = [self.bin / f"gradphoto-{tool}", *map(str, arguments)]
        if day:
            command += ["--today", day]
        done = subprocess.run(command, cwd=self.work, input=stdin, capture_output=True, text=True, timeout=300)
        expected = expect if isinstance(expect, tuple) else (expect,)
        check(done.returncode in expected, f"{tool} {arguments}: exit {done.returncode}, expected {expected}\n"
                                           f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        check(not re.search(r"(110000|440000)\d{11}[\dX]", done.stderr), f"{tool} prints an identity number on stderr")
        self.stderr = done.stderr
        return done.stdout

    def book(self, *arguments, **options):
        """gradphoto-ledger with --json; the object it prints."""
        return json.loads(self.run("ledger", *arguments, "--ledger", self.ledger, "--json", **options))

    def states(self, day):
        """State by key, of every student."""
        listed = self.run("ledger", "export", "--json", "--full-ids", "--ledger", self.ledger, day=day)
        return {row["key"]: row for row in map(json.loads, listed.splitlines())}

    def decide(self, rows, day, expect=0):
        path = self.work / "decisions.csv"
        with open(path, "w", newline="", encoding="utf-8-sig") as file:
            writer = csv.writer(file)
            writer.writerow(["key", "photo_sha256", "decision", "reason_code", "note", "reviewer", "decided_at"])
            writer.writerows(rows)
        return self.book("import-decisions", path, day=day, expect=expect)

    def reply(self, rows, day, expect=0):
        """The portal's list, as its web page exports it: GBK, column bz."""
        path = self.work / "portal.csv"
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(["XH", "XM", "bz"])
        writer.writerows(rows)
        path.write_bytes(text.getvalue().encode("gbk"))
        return self.book("import-portal", path, day=day, expect=expect)


class Student:
    def __init__(self, index, group):
        self.index, self.kind = index, group
        self.number = f"20225{index:05}"
        self.key = f"99999-{self.number}"
        self.id = id_number(index)
        self.season = "spring-2022" if index % 2 else "summer-2022"
        self.paid, self.photo = True, None

    def row(self):
        return ["99999", self.number, f"考生{self.index:03}", self.id, f"第{self.index % 5 + 1}教学点", self.season,
                "是" if self.paid else "否"]


# How many students have which fate; together 500.
FATES = {"good": 290, "second-try": 60, "third-time": 30, "review": 40, "missing": 40, "unpaid": 20, "bad-id": 20}


def make_students():
    students = []
    for fate, count in FATES.items():
        students += [Student(len(students) + i, fate) for i in range(count)]
    equal(len(students), 500, "students")
    for student in students:
        student.paid = student.kind != "unpaid"
        if student.kind == "bad-id":
            student.id = student.id[:17] + ("1" if student.id[17] != "1" else "2")
    return students


def write_roster(office, students):
    with open(office.work / "roster.csv", "w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(["院校代码", "学号", "姓名", "身份证号", "函授站", "毕业季", "是否缴费"])
        writer.writerows(student.row() for student in students)


def hand_in(office, student, text):
    """A made photo; its bytes are what matters to the books."""
    data = f"made photo of {student.number}: {text}".encode()
    (office.photos / f"{student.number}.jpg").write_bytes(data)
    student.photo = sha256(data)
    return student.photo


def night(office, students, day, judge):
    """link, the checks (made up by `judge`: student -> outcome), import-records. Returns what was booked."""
    linked = office.run("link", "-q", "--roster", "roster.csv", "--photos", "photos", expect=(0, 1, 3))
    by_key = {student.key: student for student in students}
    lines = []
    for record in map(json.loads, linked.splitlines()):
        student = by_key[record["student"]["key"]]
        if record["outcome"] == "accepted" and record["photo"]:
            record["sha256"] = sha256((office.work / record["photo"]).read_bytes())
            record["tool"] = TOOL
            record["outcome"] = judge(student)
            if record["outcome"] == "rejected":
                record["findings"].append({"code": "HEAD_TILTED", "severity": "reject", "value": 9.5, "unit": "deg",
                                           "limit": [None, 8]})
            else:
                if record["outcome"] == "review":
                    record["findings"].append({"code": "BACKGROUND_UNEVEN", "severity": "review"})
                output = office.made / f"{student.number}.jpg"
                output.write_bytes(b"standardized " + record["sha256"].encode())
                record["output"], record["output_sha256"] = str(output), sha256(output.read_bytes())
        lines.append(json.dumps(record, ensure_ascii=False))
    (office.work / "night.ndjson").write_text("\n".join(lines) + "\n")
    return office.book("import-records", "night.ndjson", day=day, expect=(0, 3))


def count(rows):
    states = {}
    for row in rows:
        states[row["state"]] = states.get(row["state"], 0) + 1
    return states


def write_job(office, name, ledger, **more):
    text = f"""roster: {name}-roster.csv
photos: [{name}-photos]
references: references
output: {name}-out
standard: {BATCH_STANDARD}
name_template: "{{student_number}}"
ledger: {ledger}
max_failures: 3
deadlines:
  spring-2022: 2021-11-01
  summer-2022: 2022-03-01
"""
    text += "".join(f"{key}: {value}\n" for key, value in more.items())
    (office.work / f"{name}.yaml").write_text(text)
    return f"{name}.yaml"


def copy_samples(office, name):
    shutil.copytree(SOURCE / "samples" / "photos", office.work / f"{name}-photos")
    if not (office.work / "references").exists():
        shutil.copytree(SOURCE / "samples" / "references", office.work / "references")
    roster = (SOURCE / "samples" / "roster.csv").read_text(encoding="utf-8-sig")
    (office.work / f"{name}-roster.csv").write_text(roster.replace("2026年夏季", "summer-2022"), encoding="utf-8-sig")


def play_submission(office, students):
    """October: hand in, reject, retake; the same records twice change nothing."""
    for student in students:
        if student.kind != "missing":
            hand_in(office, student, "first")
    first = {"good": "accepted", "second-try": "rejected", "third-time": "rejected", "review": "review"}
    judge = lambda student: first[student.kind]
    day = "2021-10-05"
    result = night(office, students, day, judge)
    equal(result["booked"], 290 + 60 + 30 + 40, "booked the first night")
    equal(night(office, students, "2021-10-06", judge)["booked"], 0, "booked when nothing is new")
    rows = office.states(day)
    equal(len(rows), 500, "students in the ledger")
    equal(count(rows.values()), {"accepted": 290, "rejected": 90, "review": 40, "missing": 40, "held": 20,
                                 "blocked": 20}, "after the first night")
    listed = office.run("ledger", "status", "--list", "missing", "--ledger", office.ledger, day=day).splitlines()
    equal(len(listed), 40, "who is still missing")
    check("2022500" not in "".join(listed), "the list shows student numbers")

    # The cashier's list is empty again for those who have had a photo judged: they are not held twice.
    for student in students:
        if student.kind == "second-try":
            student.paid = False
            hand_in(office, student, "second")
        if student.kind == "third-time":
            hand_in(office, student, "second")
        if student.kind == "unpaid" and student.index % 2:
            student.paid = True
        if student.kind == "bad-id" and student.index % 4 == 0:
            student.id = id_number(student.index)  # The roster is corrected.
    write_roster(office, students)
    return rows


def play_retakes(office, students):
    # `link` holds unpaid rows; in the pipe the office clears those whose retake it is, as the batch does by itself.
    for student in students:
        if student.kind == "second-try":
            student.paid = True
    write_roster(office, students)
    second = {"good": "accepted", "second-try": "accepted", "third-time": "rejected", "review": "review",
              "unpaid": "accepted", "bad-id": "accepted"}
    night(office, students, "2021-10-10", lambda student: second[student.kind])
    third = [student for student in students if student.kind == "third-time"]
    for student in third:
        hand_in(office, student, "third")
    night(office, students, "2021-10-15", lambda student: second[student.kind])
    rows = office.states("2021-10-15")
    for student in third:
        equal((rows[student.key]["state"], rows[student.key]["failures"]), ("manual-review", "3"), student.number)
    corrected = sum(1 for s in students if s.kind == "bad-id" and s.index % 4 == 0)
    paid = sum(1 for s in students if s.kind == "unpaid" and s.index % 2)
    equal(count(rows.values()), {"accepted": 290 + 60 + corrected + paid, "manual-review": 30, "review": 40,
                                 "missing": 40, "held": 20 - paid, "blocked": 20 - corrected}, "after the retakes")
    # The cashier's list: only words that say "paid" count, whatever the roster says.
    held = [student for student in students if rows[student.key]["state"] == "held"][:3]
    numbers = {row["key"]: row["no"] for row in rows.values()}
    (office.work / "paid.csv").write_text("学号,缴费情况\n" + f"{held[0].number},已缴费\n@{numbers[held[1].key]},已缴200元\n"
                                          f"{held[2].number},待缴费\n", encoding="utf-8")
    result = office.book("import-payments", "paid.csv", day="2021-10-15")
    equal((result["booked"], result["unpaid_texts"], result["unknown_texts"]), (2, [{"text": "待缴费", "rows": 1}], []),
          "payments")
    (office.work / "paid.csv").write_text(f"学号,缴费情况\n{held[2].number},已退款\n", encoding="utf-8")
    result = office.book("import-payments", "paid.csv", day="2021-10-15", expect=1)
    equal((result["booked"], result["unknown_texts"]), (0, [{"text": "已退款", "rows": 1}]), "a word nobody knows")
    now = office.states("2021-10-15")
    equal([now[student.key]["state"] for student in held], ["missing", "missing", "held"], "after the cashier's list")
    return 350 + corrected + paid


def play_batch(office, students):
    """The sample photos through the real batch: rejection, three retakes, evidence, acceptance, lock."""
    copy_samples(office, "batch")
    job = write_job(office, "batch", "ledger.sqlite")
    sunset = office.work / "batch-photos" / "城西教学点" / "20220205.jpg"
    office.run("batch", job, expect=1, day="2021-10-16")
    check((office.work / "batch-out/upload/0001/photos/20220102.jpg").exists(), "the first delivery of the batch")
    # The 30 students of the office side who failed three times have their evidence now, too.
    cases = sorted((office.work / "batch-out/manual-review").iterdir())
    equal(len(cases), 30, "cases for manual review")
    for case in cases:
        equal(oct(case.stat().st_mode & 0o777), "0o700", "mode of an evidence folder")
        equal(sorted(path.name for path in case.iterdir()), ["case.json", "photo.jpg"], "evidence of a made photo")
        equal(len(json.loads((case / "case.json").read_text())["attempts"]), 3, "attempts in the evidence")
    before = (office.work / "batch-out/batch.ndjson").read_bytes()
    office.run("batch", job, expect=1, day="2021-10-17")
    equal((office.work / "batch-out/batch.ndjson").read_bytes(), before, "records when nothing is new")
    equal(len(list((office.work / "batch-out/upload").iterdir())), 1, "deliveries when nothing is new")

    # A number is corrected in the roster: the old row is held and a rename is proposed, never made by itself.
    roster = office.work / "batch-roster.csv"
    roster.write_text(roster.read_text(encoding="utf-8-sig").replace("20220102", "20220192"), encoding="utf-8-sig")
    samples = SOURCE / "samples" / "photos"
    renamed = False
    for day, bad in (("2021-10-18", "城南教学点/IMG_2034.jpg"), ("2021-10-19", "城西教学点/郑凯.jpg")):
        shutil.copy(samples / bad, sunset)
        office.run("batch", job, expect=1, day=day)
        if not renamed:
            check("1 students are no longer in the roster" in office.stderr, "who left the roster is told")
            proposal = re.search(r"gradphoto-ledger rename (@\d+) (@\d+)", office.stderr)
            check(proposal is not None, "a corrected number is proposed as a rename")
            equal(office.states(day)["99999-20220102"]["state"], "delivered", "a delivered student who left the roster")
            office.run("ledger", "rename", *proposal.groups(), "--reason", "学号更正", "--ledger", office.ledger, day=day)
            renamed = True
    check("no longer in the roster" not in office.stderr, "after the rename nobody has left")
    rows = office.states("2021-10-19")
    equal((rows["99999-20220192"]["state"], rows["99999-20220192"]["locked"]), ("delivered", "yes"), "a renamed student")
    check("99999-20220102" not in rows, "the old number")
    row = office.states("2021-10-19")["99999-20220205"]
    equal((row["state"], row["attempts"], row["failures"]), ("manual-review", "3", "3"), "after three failures")
    equal(len(list((office.work / "batch-out/manual-review").iterdir())), 31, "cases for manual review")

    # Handing in the first photo again is no fourth attempt.
    shutil.copy(samples / "城西教学点" / "20220205.jpg", sunset)
    office.run("batch", job, expect=1, day="2021-10-20")
    equal(office.states("2021-10-20")["99999-20220205"]["attempts"], "3", "attempts after a resubmission")

    shutil.copy(samples / "城东教学点" / "20220102.png", sunset)
    office.run("batch", job, expect=1, day="2021-10-21")
    row = office.states("2021-10-21")["99999-20220205"]
    equal((row["state"], row["locked"]), ("delivered", "yes"), "the fourth photo")
    check((office.work / "batch-out/upload/0002/photos/20220205.jpg").exists(), "the second delivery")
    check(not (office.work / "batch-out/upload/0002/photos/20220102.jpg").exists(), "delivered twice")

    shutil.copy(samples / "城东教学点" / "古丽米热•艾力.jpg", sunset)
    office.run("batch", job, expect=1, day="2021-10-22")
    records = [json.loads(line) for line in (office.work / "batch-out/batch.ndjson").read_text().splitlines()]
    refused = next(r for r in records if r.get("student", {}).get("key") == "99999-20220205")
    equal([f["code"] for f in refused["findings"]], ["LOCKED"], "a new photo for a delivered one")
    # By number on the command line: refused. From a file: unlocked, with its reason in the books.
    office.run("ledger", "unlock", id_number(3), "--reason", "x", "--ledger", office.ledger, expect=2)
    equal(office.book("unlock", "20220205", "--reason", "改名，经批准换照片", day="2021-10-22")["booked"], 1, "unlocked")
    office.run("batch", job, expect=1, day="2021-10-23")
    row = office.states("2021-10-23")["99999-20220205"]
    equal((row["state"], row["locked"], row["attempts"]), ("review", "no", "5"), "after unlocking")
    history = office.book("history", "20220205")
    check(any(event["kind"] == "unlocked" and "改名" in event["text"] for event in history["events"]), "the reason")
    return job


def play_review(office, students):
    by_kind = {}
    for student in students:
        by_kind.setdefault(student.kind, []).append(student)
    rows, day = [], "2021-10-20"
    for i, student in enumerate(by_kind["review"]):
        accept = i < 25
        rows.append([student.key, student.photo, "accept" if accept else "reject",
                     "" if accept else "BACKGROUND_UNEVEN", "=HYPERLINK(1)", "李老师", day])
    for i, student in enumerate(by_kind["third-time"]):
        rows.append([student.key, student.photo, "retake" if i < 10 else "reject", "HEAD_TILTED", "", "李老师", day])
    # Accept is refused where no standardized picture exists.
    bad = by_kind["third-time"][29]
    refused = office.book("approve", bad.number, day=day, expect=3)
    equal((refused["booked"], refused["refused"]), (0, 1), "approval without a conforming photo")
    office.run("ledger", "approve", bad.number, "--force", "--ledger", office.ledger, day=day, expect=2)
    result = office.decide([[bad.key, bad.photo, "accept", "", "", "李老师", day]], day, expect=3)
    equal((result["booked"], len(result["problems"])), (0, 1), "accept without a picture")
    equal(office.decide(rows, day)["booked"], 70, "decisions")
    equal(office.decide(rows, day)["unchanged"], 70, "decisions again")
    now = office.states(day)
    equal(count(now[s.key] for s in by_kind["review"]), {"accepted": 25, "rejected": 15}, "after the review")
    equal(sorted({now[s.key]["failures"] for s in by_kind["third-time"]}), ["0", "3"], "failures after a retake")
    # Free text never runs in a spreadsheet.
    text = office.run("ledger", "export", "--table", "events", "--ledger", office.ledger, day=day)
    check("'=HYPERLINK" in text and not re.search(r'(^|,)"?=HYPERLINK', text, re.M), "formula in an export")
    return 25


def play_delivery(office, students, accepted):
    day = "2021-10-25"
    packed = json.loads(office.run("pack", "--ledger", office.ledger, "-o", "upload-1", "--name-template",
                                   "{student_number}", "--zip", day=day))
    equal(packed["packed"], accepted, "photos in the first pack")
    equal(len(list((office.work / "upload-1/photos").iterdir())), accepted, "files in the first pack")
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=office.work / "upload-1", check=True)
    again = json.loads(office.run("pack", "--ledger", office.ledger, "-o", "upload-2", "--name-template",
                                  "{student_number}", expect=4, day=day))
    equal(again["packed"], 0, "photos delivered again without being asked")
    equal((office.work / "upload-2").exists(), False, "an empty pack")
    repeat = json.loads(office.run("pack", "--ledger", office.ledger, "-o", "copy", "--name-template",
                                   "{student_number}", "--redeliver", "--dry-run", day=day))
    check(repeat["packed"] >= accepted, "--redeliver")

    delivered = [s for s in students if office_state(office, day, s) == "delivered"]
    equal(len(delivered), accepted, "delivered")
    replies = []
    for i, student in enumerate(delivered):
        text = "审核中" if i < 20 else "材料待补" if i < 25 else "眼睛中心距离顶部百分比不合格" if i < 45 else \
            "身份核验不确定" if i < 50 else "审核通过"
        replies.append([student.number, f"考生{student.index:03}", text])
    result = office.reply(replies, "2021-10-28", expect=1)
    equal(result["kinds"], {"approved": accepted - 50, "disputed": 5, "pending": 20, "refused": 20, "unknown": 5},
          "replies")
    equal(result["unknown_texts"], [{"text": "材料待补", "rows": 5}], "texts that nobody knows")
    equal(office.reply(replies, "2021-10-28", expect=1)["booked"], 0, "the same list again")
    now = office.states("2021-10-28")
    equal(count(now[s.key] for s in delivered), {"delivered": 25, "rejected": 20, "manual-review": 5,
                                                 "approved": accepted - 50}, "after the portal's replies")
    status = office.book("status", day="2021-10-28")
    equal(status["unknown_replies"], [{"text": "材料待补", "students": 5}], "unknown replies in the status")
    # Records of the first night, with other photos for approved students, are not taken over.
    approved = delivered[60]
    before = now[approved.key]
    picture = office.made / f"{approved.number}.jpg"
    good = picture.read_bytes()
    hand_in(office, approved, "vanity")
    result = night(office, students, "2021-10-29", lambda student: "accepted")
    check(any("LOCKED" in problem["what"] for problem in result["problems"]), "a photo for a locked student")
    equal(office.states("2021-10-29")[approved.key], before, "the locked student")
    # The made-up checks wrote over the approved picture; verify sees it.
    office.run("ledger", "verify", "--ledger", office.ledger, expect=3)
    picture.write_bytes(good)
    hand_in(office, approved, "first")
    office.run("ledger", "verify", "--ledger", office.ledger)
    return delivered


def office_state(office, day, student):
    if getattr(office, "cache_day", None) != day:
        office.cache_day, office.cache = day, office.states(day)
    return office.cache[student.key]["state"]


def play_deadline(office, students):
    on_time, late_day = office.states("2021-11-01"), "2021-11-02"
    check(all(row["state"] != "late" for row in on_time.values()), "late on the last day")
    rows = office.states(late_day)
    waiting = {"missing", "held", "blocked", "rejected", "retake-due"}
    for key, row in rows.items():
        was = on_time[key]
        if was["season"] == "spring-2022" and was["state"] in waiting:
            equal((row["state"], row["season"], row["carried_from"]), ("late", "spring-2023", "spring-2022"), key)
        else:
            equal(row, was, key)
    late = [s for s in students if rows[s.key]["state"] == "late"]
    check(len(late) >= 20, "late students")
    listed = office.run("ledger", "export", "--state", "late", "--ledger", office.ledger, "-o", "next-year.csv",
                        day=late_day)
    equal(listed, "", "stdout of an export to a file")
    equal(len((office.work / "next-year.csv").read_text(encoding="utf-8-sig").splitlines()), len(late) + 1,
          "next year's list")
    student = next(s for s in late if s.kind == "missing")
    hand_in(office, student, "too late")
    result = night(office, students, late_day, lambda student: "accepted")
    check(any("DEADLINE_PASSED" in problem["what"] for problem in result["problems"]), "a photo after the deadline")
    equal(office.states(late_day)[student.key]["state"], "late", "after the deadline")

    # The next collection opens, and the old deadline goes out of the job: whoever was carried over stays there.
    job = office.work / "batch.yaml"
    job.write_text(job.read_text().replace("spring-2022: 2021-11-01", "spring-2023: 2022-11-01"))
    office.run("batch", "batch.yaml", expect=1, day="2021-11-10")
    hand_in(office, student, "for the next season")
    for day in ("2021-11-11", "2021-11-12"):
        night(office, [student, *(s for s in students if s is not student)], day, lambda student: "accepted")
        row = office.states(day)[student.key]
        equal((row["state"], row["season"], row["carried_from"]), ("accepted", "spring-2023", "spring-2022"),
              "a late student with a photo for the next season")
    return late


def play_purge(office, students, delivered):
    day = "2022-09-01"
    now = office.states(day)
    gone = [s for s in students if now[s.key]["season"] == "spring-2022"]
    kept = [s for s in students if now[s.key]["season"] != "spring-2022"]
    single = next(s for s in delivered if s in kept)
    # Without --force only those of whom nothing is open.
    settled = [s for s in gone if now[s.key]["state"] in ("approved", "delivered") and now[s.key]["locked"] == "yes"]
    counted = office.book("purge", "--season", "spring-2022", day=day)
    equal((counted["students"], len(counted["not_settled"])), (len(settled), len(gone) - len(settled)), "settled students")
    counted = office.book("purge", "--season", "spring-2022", "--force", day=day)
    equal((counted["students"], counted["deleted"]), (len(gone), False), "a purge without --yes")
    equal(len(office.states(day)), 514, "students after counting")
    office.book("purge", "--season", "spring-2022", "--force", "--yes", day=day)
    office.run("ledger", "purge", "--keys-from", "-", "--force", "--yes", "--ledger", office.ledger, stdin=single.id + "\n", day=day)
    gone.append(single)
    kept.remove(single)
    equal(set(office.states(day)) & {s.key for s in gone}, set(), "purged students in the ledger")
    equal({s.key for s in kept} - set(office.states(day)), set(), "others in the ledger")
    # No number of a purged student is left in anything the tools made.
    numbers = [n.encode() for s in gone for n in (s.id, s.number)]
    pattern = re.compile(b"|".join(map(re.escape, numbers)))
    made = [office.ledger, *office.work.glob("ledger.sqlite*"), *office.work.glob("ledger-purge-*.json")]
    for folder in ("batch-out", "upload-1", "standardized"):
        made += [path for path in (office.work / folder).rglob("*") if path.is_file()]
    for path in made:
        check(not pattern.search(str(path).encode()), "a file is named after a purged student")
        if path.suffix == ".jpg":
            continue
        check(not pattern.search(path.read_bytes()), f"{path.name} names a purged student")
    left = [s for s in delivered if s in kept]
    equal(sum(1 for _ in (office.work / "upload-1/photos").iterdir()), len(left), "photos left in the pack")
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=office.work / "upload-1", check=True)
    check(not (office.work / "upload-1/photos.zip").exists(), "a zip with purged photos")
    receipts = sorted(office.work.glob("ledger-purge-*.json"))
    equal(len(receipts), 2, "receipts")
    receipt = json.loads(receipts[0].read_text())
    equal(receipt["students"], len(gone) - 1, "students in the receipt")
    check(receipt["files"] == len(receipt["sha256"]) > 0, "hashes in the receipt")
    office.run("ledger", "verify", "--ledger", office.ledger)


def play_machines(office):
    """One run, three shards with a merge, and a run that is killed: all end in the same books."""
    def outcome(name):
        records = (office.work / f"{name}-out/batch.ndjson").read_text().replace(f"{name}-", "")
        books = {}
        for table in ("students", "events"):
            rows = office.run("ledger", "export", "--table", table, "--json", "--ledger", f"{name}.sqlite",
                              day="2021-10-05").splitlines()
            # Photos are booked in the order in which they are done: compare per student.
            books[table] = sorted(rows)
        return records, books

    for name in ("one", "many", "killed"):
        copy_samples(office, name)
        write_job(office, name, f"{name}.sqlite", threads=1)
    day = "2021-10-05"
    office.run("batch", "one.yaml", expect=1, day=day)

    for number in (3, 1):
        office.run("batch", "many.yaml", "--shard", f"{number}/3", expect=(0, 1, 3), day=day)
    office.run("batch", "many.yaml", "--merge", expect=2, day=day)
    check("shard 2/3" in office.stderr, "the missing shard is named")
    for _ in range(2):
        office.run("batch", "many.yaml", "--shard", "2/3", expect=(0, 1, 3), day=day)
    parts = [p.read_text().splitlines() for p in sorted((office.work / "many-out/shards").glob("*.ndjson"))]
    photos = [json.loads(line)["photo"] for part in parts for line in part]
    equal(len(photos), len(set(photos)), "no photo in two shards")
    check(all(len(part) > 0 for part in parts), "every shard has work")
    for _ in range(2):
        office.run("batch", "many.yaml", "--merge", expect=1, day=day)
    equal(outcome("many"), outcome("one"), "shards and one run")

    command = [office.bin / "gradphoto-batch", "killed.yaml", "--today", day]
    batch = subprocess.Popen(command, cwd=office.work, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    booked, refused = 0, None
    end = time.monotonic() + 120
    while booked < 3 and batch.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
        if refused is None and (office.work / "killed.sqlite.lock").exists() and \
                (office.work / "killed.sqlite").exists():
            refused = subprocess.run([office.bin / "gradphoto-ledger", "approve", "x", "--ledger", "killed.sqlite"],
                                     cwd=office.work, capture_output=True, text=True)
            if refused.returncode != 5:
                refused = None  # Came before the batch had the lock.
        try:
            with sqlite3.connect(f"file:{office.work / 'killed.sqlite'}?mode=ro", uri=True) as books:
                booked = books.execute("SELECT count(*) FROM attempts").fetchone()[0]
        except sqlite3.OperationalError:
            continue
    batch.send_signal(signal.SIGKILL)
    equal(batch.wait(), -signal.SIGKILL, "the batch was killed in the middle")
    check(refused is not None and f"gradphoto-batch, process {batch.pid}" in refused.stderr, "the holder is named")
    with sqlite3.connect(office.work / "killed.sqlite") as books:
        before = books.execute("SELECT count(*) FROM attempts").fetchone()[0]
    books.close()
    check(3 <= before < 11, f"killed in the middle, at {before}")
    check(not (office.work / "killed-out/batch.ndjson").exists(), "killed before the end")
    office.run("batch", "killed.yaml", expect=1, day=day)
    equal(outcome("killed"), outcome("one"), "killed and resumed, and one run")
    office.run("ledger", "verify", "--ledger", "killed.sqlite")


class GbkInfo(zipfile.ZipInfo):
    """An entry as Chinese Windows writes it: the name in GBK, and no flag that would say so."""

    def _encodeFilenameFlags(self):
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def play_studio(office):
    """A studio's finished photos, zipped on Chinese Windows: judged and packed byte for byte. And what goes wrong there:
    a student struck off, a name that is not that of the number, a folder that is gone, a limit that was raised."""
    made = (office.work / "batch-out/upload/0001/photos/20220102.jpg").read_bytes()
    # The same picture in files that differ by a comment.
    photos = {f"2022090{i}": made[:2] + b"\xff\xfe" + (2 + 9 * i).to_bytes(2, "big") + b"a comment" * i + made[2:]
              for i in range(1, 4)}
    source = SOURCE / "samples" / "photos" / "城东教学点"
    photos["20220904"] = (source / "20220104-赵子昂.JPG").read_bytes()  # As it came from the camera.
    names = dict(zip(photos, ("张三", "李四", "王五", "赵六")))

    def write_roster(numbers):
        rows = "".join(f"{number},{names[number]},会计1班\n" for number in numbers)
        (office.work / "studio.csv").write_text("学号,姓名,班级\n" + rows, encoding="utf-8")

    def write_zip(entries):
        with zipfile.ZipFile(office.work / "studio.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in entries.items():
                archive.writestr(GbkInfo(name), data)

    def night(day, expect, *arguments):
        printed = office.run("batch", "studio.yaml", *arguments, expect=expect, day=day)
        told = office.stderr
        rows = office.run("ledger", "export", "--json", "--full-ids", "--ledger", "studio.sqlite", day=day)
        return (json.loads(printed) if printed else {},
                {row["key"]: row["state"] for row in map(json.loads, rows.splitlines())}, told)

    def write_profile(min_bytes):
        (office.work / "ours.yaml").write_text(
            f"extends: {BATCH_STANDARD}\nname: ours\nversion: 1\ntitle: {{zh: 本校, en: ours}}\n"
            f"file: {{min_bytes: {min_bytes}, target_bytes: [{min_bytes}, 200000], source: the school}}\n")

    def write_job(**more):
        (office.work / "studio.yaml").write_text(
            "roster: studio.csv\nphotos: [studio.zip]\noutput: studio-out\nstandard: ours.yaml\nfinished: true\n"
            "ledger: studio.sqlite\nname_template: \"{student_number}\"\n"
            + "".join(f"{key}: {value}\n" for key, value in more.items()))

    write_roster(names)
    smallest = len(photos["20220901"])
    write_profile(smallest + 1)
    write_job(pack="false")
    write_zip({"成片\\会计1班\\张三.jpg": photos["20220901"], "成片\\会计1班\\20220902.jpg": photos["20220902"],
               "成片\\会计1班\\20220903-钱七.jpg": photos["20220903"], "成片\\20220904.jpg": photos["20220904"]})
    _, states, _ = night("2021-10-05", 1)
    equal(states, {"20220901": "rejected", "20220902": "accepted", "20220903": "review", "20220904": "rejected"},
          "a studio's photos")
    records = {record["student"]["key"]: record for record in
               map(json.loads, (office.work / "studio-out/batch.ndjson").read_text().splitlines())}
    equal(records["20220901"]["photo"], str(office.work / "studio.zip") + "!/成片/会计1班/张三.jpg"
          if records["20220901"]["photo"].startswith("/") else "studio.zip!/成片/会计1班/张三.jpg", "a photo in a zip")
    check("FILE_SIZE" in {f["code"] for f in records["20220901"]["findings"]}, "a file below the school's limit")
    check("LINK_AMBIGUOUS" in {f["code"] for f in records["20220903"]["findings"]}, "a name not that of the number")
    check("DIMENSIONS" in {f["code"] for f in records["20220904"]["findings"]}, "a finished photo that is none")

    # The limit goes down again: what it refused is judged again, what was accepted is not. Somebody is struck off.
    write_profile(0)
    write_job(pack="true")
    write_roster(number for number in names if number != "20220902")
    summary, states, _ = night("2021-10-06", 1)
    equal(states, {"20220901": "delivered", "20220902": "left", "20220903": "review", "20220904": "rejected"},
          "after the limit was changed")
    equal(sum(summary["judged_again"].values()), 3, "who is judged again")
    equal((office.work / "studio-out/upload/0001/photos/20220901.jpg").read_bytes(), photos["20220901"],
          "a finished photo in the pack")
    equal([path.name for path in (office.work / "studio-out/upload/0001/photos").iterdir()], ["20220901.jpg"],
          "who left is not packed")
    office.run("ledger", "withdraw", "20220902", "--reason", "退学", "--ledger", "studio.sqlite", day="2021-10-06")
    _, states, _ = night("2021-10-07", 1)
    equal(states["20220902"], "withdrawn", "struck off for good")
    equal(len(list((office.work / "studio-out/upload").iterdir())), 1, "deliveries")

    # The source is gone, is half gone, is empty: nothing is done before somebody has looked.
    before = (office.work / "studio-out/batch.ndjson").read_bytes()
    (office.work / "studio.zip").rename(office.work / "away.zip")
    _, _, told = night("2021-10-08", 5)
    check("Is the disk mounted?" in told, "a source that is gone")
    write_zip({"成片\\20220904.jpg": photos["20220904"]})
    _, _, told = night("2021-10-08", 5)
    check("--accept-fewer" in told, "a source that is half gone")
    equal((office.work / "studio-out/batch.ndjson").read_bytes(), before, "records after nights that did nothing")
    night("2021-10-08", 1, "--accept-fewer")
    write_zip({})
    (office.work / "studio.sqlite").unlink()
    _, states, _ = night("2021-10-09", 4)
    equal(set(states.values()), {"missing"}, "with an empty zip")

    # In a pipe: what check --finished accepted is packed as it is.
    (office.work / "away.zip").rename(office.work / "studio.zip")
    linked = office.run("link", "-q", "--roster", "studio.csv", "--photos", "studio.zip", expect=1)
    judged = office.run("check", "-q", "--standard", "ours.yaml", "--finished", "-", stdin=linked, expect=1)
    (office.work / "studio.ndjson").write_text(judged)
    office.run("pack", "studio.ndjson", "-o", "by-hand", "--name-template", "{student_number}", expect=1)
    equal((office.work / "by-hand/photos/20220901.jpg").read_bytes(), photos["20220901"], "packed in a pipe")


def play_station(office):
    """An hour at the collection point: photos are answered as they come, a retake too, the night finds nothing to do, and
    a purge leaves nothing of it."""
    copy_samples(office, "station")
    photos, arriving = office.work / "station-photos", office.work / "station-arriving"
    photos.rename(arriving)
    photos.mkdir()
    job, day, out = write_job(office, "station", "station.sqlite"), "2021-10-05", office.work / "station-out"
    key = {"ledger": office.work / "station.sqlite"}
    watcher = subprocess.Popen([office.bin / "gradphoto-batch", job, "--watch", "--today", day], cwd=office.work,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def answer(path, other_than=""):
        file = out / "answers" / f"{path}.txt"
        end = time.monotonic() + 60
        while not file.exists() or file.read_text() == other_than:
            check(time.monotonic() < end and watcher.poll() is None, f"no answer to {path.name}")
            time.sleep(0.02)
        return file.read_text()

    try:
        arrivals = sorted(path.relative_to(arriving) for path in arriving.rglob("*") if path.is_file())
        for path in arrivals:
            (photos / path).parent.mkdir(exist_ok=True)
            (arriving / path).rename(photos / path)
            answer(path)
        retaken = pathlib.Path("城西教学点/20220205.jpg")
        first = answer(retaken)
        shutil.copy(SOURCE / "samples/photos/城东教学点/20220102.png", photos / retaken)
        check(answer(retaken, first) != first, "a retake is answered anew")
        office.run("ledger", "approve", "x", "--ledger", key["ledger"], expect=5, day=day)
        check(f"gradphoto-batch --watch, process {watcher.pid}" in office.stderr, "the ledger names the watcher")
    finally:
        watcher.send_signal(signal.SIGTERM)
        told = watcher.communicate(timeout=120)[1]
    equal(watcher.returncode, 1, f"the end of the hour: {told}")
    check(not re.search(r"(110000|440000)\d{11}[\dX]", told), "the watcher prints an identity number on stderr")
    rows = office.run("ledger", "export", "--json", "--full-ids", "--ledger", "station.sqlite", day=day).splitlines()
    attempts = {row["key"]: row["attempts"] for row in map(json.loads, rows)}
    equal(attempts["99999-20220205"], "2", "attempts of who came twice")
    equal(max(count for student, count in attempts.items() if student != "99999-20220205"), "1", "attempts of the others")

    before = (out / "batch.ndjson").read_bytes()
    office.run("batch", job, expect=1, day="2021-10-06")
    equal((out / "batch.ndjson").read_bytes(), before, "the night after the hour")
    equal(len(list((out / "upload").iterdir())), 1, "deliveries of the hour and the night")
    check(any("11000020" in path.name for path in (out / "answers").rglob("*")), "answers are named like the photos")
    office.run("ledger", "purge", "--keys-from", "-", "--force", "--yes", "--ledger", "station.sqlite",
               stdin="\n".join(attempts) + "\n", day=day)
    for path in out.rglob("*"):
        check(not re.search(r"(110000|440000)\d{11}[\dX]|2022\d{4}", str(path.relative_to(out))), f"a purge leaves {path}")
    equal([path.name for folder in ("live", "answers") for path in (out / folder).rglob("*")], [],
          "what a purge leaves of the station")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    bin_dir = parser.parse_args().bin.resolve()
    os.environ["TZ"] = "UTC"
    with tempfile.TemporaryDirectory(prefix="gradphoto-season-") as name:
        office = Office(bin_dir, pathlib.Path(name).resolve())
        students = make_students()
        write_roster(office, students)
        # The batch brings the rules; it comes first so that the office side counts by them.
        steps = []

        def step(what, function, *arguments):
            start = time.monotonic()
            result = function(*arguments)
            steps.append(f"{what} {time.monotonic() - start:.1f} s")
            return result

        step("submission", play_submission, office, students)
        accepted = step("retakes", play_retakes, office, students)
        step("batch", play_batch, office, students)
        step("studio", play_studio, office)
        step("station", play_station, office)
        accepted += step("review", play_review, office, students)
        delivered = step("delivery", play_delivery, office, students, accepted)
        step("deadline", play_deadline, office, students)
        step("purge", play_purge, office, students, delivered)
        step("machines", play_machines, office)
        step("identity", identity.play, office, check, equal)
        step("killed", killed.play, office, copy_samples, write_job, check, equal)
        print("season: ok; " + ", ".join(steps))
    return 0


if __name__ == "__main__":
    sys.exit(main())
