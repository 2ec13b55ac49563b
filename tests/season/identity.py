# SPDX-License-Identifier: Apache-2.0
"""身份核验 in a season: eight students with identity cards (specimens of tests/identity, all invented), from the first
night to the purge. Called by season.py."""
import csv
import hashlib
import json
import pathlib
import re
import shutil

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SPECIMENS = SOURCE / "tests" / "identity" / "specimens"
PHOTO = SOURCE / "samples" / "photos" / "城东教学点" / "20220102.png"

NAMES = {1: ("王小明", "110000200304050018"), 2: ("赵子墨", "110000200409210022"), 3: ("孙立群", "440000200107150059"),
         4: ("田国栋", "440000200111240073"), 5: ("高雨晴", "440000200309120042"), 6: ("何文博", "110000200208260058"),
         7: ("罗佳慧", "110000200401170062"), 8: ("许诺", "440000200210100084")}
# Whose card shows what: right; another name; a number that differs; expired; a lamp on the number; two that were
# exchanged; none.
CARDS = {1: ("wang-front", "wang-back"), 2: ("li-both",), 3: ("sun-front", "wang-back"),
         4: ("tian-front", "chen-back-expired"), 5: ("gao-front-glare", "wang-back"), 6: ("luo-front", "wang-back"),
         7: ("he-front", "wang-back")}


class Cards:
    def __init__(self, office, check, equal):
        self.office, self.check, self.equal = office, check, equal
        self.cards = office.work / "identity-cards"
        self.out = office.work / "identity-out"
        self.names = dict(NAMES)
        (office.work / "identity-photos").mkdir()
        self.cards.mkdir()
        for student in NAMES:
            shutil.copy(PHOTO, office.work / "identity-photos" / f"2026000{student}.png")
        for student, specimens in CARDS.items():
            self.hand_in(student, *specimens)
        self.write_roster()
        (office.work / "identity.yaml").write_text(
            "roster: identity.csv\nphotos: [identity-photos]\nid_cards: identity-cards\nidentity: require\n"
            "output: identity-out\nstandard: cet\nname_template: \"{student_number}\"\nledger: identity.sqlite\n"
            # The portraits on the specimens are drawn.
            "severities: {REFERENCE_UNUSABLE: info}\n")

    def hand_in(self, student, *specimens):
        for old in self.cards.glob(f"2026000{student}*"):
            old.unlink()
        for i, specimen in enumerate(specimens):
            shutil.copy(SPECIMENS / f"{specimen}.jpg", self.cards / f"2026000{student}-{i + 1}.jpg")

    def write_roster(self):
        with open(self.office.work / "identity.csv", "w", newline="", encoding="utf-8-sig") as file:
            writer = csv.writer(file)
            writer.writerow(["学号", "姓名", "身份证号"])
            writer.writerows([f"2026000{student}", name, number] for student, (name, number) in self.names.items())

    def night(self, day, judged, expect=1):
        """Runs the batch; the states by student."""
        self.office.run("batch", "identity.yaml", expect=expect, day=day)
        told = re.search(r"identity: (\d+) students judged, (\d+) as before", self.office.stderr)
        self.check(told is not None, "the identity step tells what it did")
        self.equal(int(told[1]), judged, f"students judged on {day}")
        for name, number in NAMES.values():
            self.check(number not in self.office.stderr, "a number on stderr")
        return {student: row["state"] for student, row in self.rows(day).items()}

    def rows(self, day):
        listed = self.office.run("ledger", "export", "--json", "--full-ids", "--ledger", "identity.sqlite", day=day)
        return {int(row["key"][-1]): row for row in map(json.loads, listed.splitlines())}

    def records(self):
        lines = (self.out / "batch.ndjson").read_text().splitlines()
        return {int(record["student"]["key"][-1]): record for record in map(json.loads, lines)}

    def notices(self):
        with open(self.out / "report" / "notices.csv", encoding="utf-8-sig") as file:
            return "\n".join(" ".join(row) for row in csv.reader(file))

    def packed(self):
        return sorted(path.stem for path in self.out.glob("upload/*/photos/*.jpg"))

    def bytes_below(self, *places):
        """All that the tools have made there."""
        everything = b""
        for place in places:
            for path in [place] if place.is_file() else sorted(place.rglob("*")):
                if path.is_file():
                    everything += path.name.encode() + path.read_bytes()
        return everything

    def no_card_in_output(self):
        cards = {hashlib.sha256(path.read_bytes()).hexdigest() for path in self.cards.iterdir()}
        for path in self.out.rglob("*"):
            if path.is_file():
                self.check(hashlib.sha256(path.read_bytes()).hexdigest() not in cards, f"{path} is a whole card")
                self.equal(oct(path.stat().st_mode & 0o777), "0o600", f"mode of {path}")
        for word in ("样本省", "青石市", "维吾尔"):  # Address, authority, ethnic group.
            self.check(word.encode() not in self.bytes_below(self.out, *self.office.work.glob("identity.sqlite*")),
                       f"{word} was kept")


def play(office, check, equal):
    cards = Cards(office, check, equal)
    states = cards.night("2026-06-01", judged=8)
    equal(states, {1: "delivered", 2: "unverified", 3: "unverified", 4: "review", 5: "unverified", 6: "review",
                   7: "review", 8: "unverified"}, "after the first night")
    told = {student: (record["identity"]["verdict"], record["outcome"],
                      [f["code"] for f in record["findings"] if f["code"].startswith("CARD_")])
            for student, record in cards.records().items()}
    equal(told, {1: ("match", "accepted", []), 2: ("mismatch", "held", ["CARD_NAME_MISMATCH"]),
                 3: ("mismatch", "held", ["CARD_NUMBER_MISMATCH"]), 4: ("review", "review", ["CARD_EXPIRED"]),
                 5: ("retake", "held", ["CARD_GLARE"]), 6: ("mismatch", "review", ["CARD_SWAPPED"]),
                 7: ("mismatch", "review", ["CARD_SWAPPED"]), 8: ("missing", "held", ["CARD_MISSING"])}, "verdicts")
    equal(cards.packed(), ["20260001"], "who is not verified is not packed")
    notices = cards.notices()
    for words in ("避开灯光和窗户", "请联系老师核对名册中的证件号码", "请提交身份证正、反两面", "证件照目前不用重拍"):
        check(words in notices, f"no student is told: {words}")
    strips = sorted(path.name for path in (cards.out / "report/review").glob("*-card-*"))
    equal(strips, ["1-card-validity.jpg", "2-card-name.jpg", "3-card-name.jpg"], "what a person sees of the cards")
    cards.no_card_in_output()
    before = (cards.out / "batch.ndjson").read_bytes()
    cards.night("2026-06-02", judged=0)
    equal((cards.out / "batch.ndjson").read_bytes(), before, "records when nothing is new")

    # The photos of the verified student's card go, those of the others stay.
    counted = json.loads(office.run("ledger", "purge", "--id-cards", "--json", "--ledger", "identity.sqlite"))
    equal((counted["students"], counted["files"], counted["deleted"]), (1, 2, False), "what --id-cards would delete")
    office.run("ledger", "purge", "--id-cards", "--yes", "--ledger", "identity.sqlite", day="2026-06-02")
    equal(sorted({path.name[7] for path in cards.cards.iterdir()}), ["2", "3", "4", "5", "6", "7"], "cards left")
    receipt = (office.work / "identity-purge-1.json").read_text()
    equal(json.loads(receipt)["files"], 2, "the receipt")
    check("王小明" not in receipt and "2026000" not in receipt, "the receipt names somebody")

    # Corrected roster, a photo without the lamp, the right cards, a reviewer's word, and one who still has none.
    cards.names[2] = ("李思远", NAMES[2][1])
    cards.write_roster()
    cards.hand_in(5, "gao-front", "wang-back")
    cards.hand_in(6, "he-front", "wang-back")
    cards.hand_in(7, "luo-front", "wang-back")
    rows = cards.rows("2026-06-03")
    photo = hashlib.sha256(PHOTO.read_bytes()).hexdigest()
    (office.work / "identity-decisions.csv").write_text(
        "key,photo_sha256,decision,reason_code,note,reviewer,decided_at\n"
        f"@{rows[4]['no']},{photo},accept,,看过新证,李老师,2026-06-03\n", encoding="utf-8")
    office.run("ledger", "import-decisions", "identity-decisions.csv", "--ledger", "identity.sqlite", day="2026-06-03")
    states = cards.night("2026-06-03", judged=4)
    equal(states, {1: "delivered", 2: "delivered", 3: "unverified", 4: "delivered", 5: "delivered", 6: "delivered",
                   7: "delivered", 8: "unverified"}, "after the second hand-in")
    equal(cards.packed(), [f"2026000{i}" for i in (1, 2, 4, 5, 6, 7)], "who is packed")
    cards.no_card_in_output()
    check(not list((cards.out / "report").rglob("*-card-*")), "lines of cards after they were decided on")
    states = cards.night("2026-06-04", judged=0)
    history = office.run("ledger", "history", f"@{rows[5]['no']}", "--lang", "zh", "--ledger", "identity.sqlite")
    check("身份核验" in history and "重拍" in history and "相符" in history, "the history tells the verdicts")
    listed = office.run("ledger", "status", "--list", "unverified", "--lang", "zh", "--ledger", "identity.sqlite")
    equal(len(listed.splitlines()), 2, "who is not verified")
    check("身份核验 缺照片" in listed, "the list tells why")
    office.run("ledger", "verify", "--ledger", "identity.sqlite")

    # A purged student takes the card along; a shard's and a dry run's work leaves nothing behind.
    office.run("ledger", "purge", f"@{rows[5]['no']}", f"@{rows[3]['no']}", "--force", "--yes", "--ledger",
               "identity.sqlite", day="2026-06-05")
    check(not list(cards.cards.glob("20260005*")) and not list(cards.cards.glob("20260003*")), "cards of the purged")
    left = cards.bytes_below(cards.out, *office.work.glob("identity.sqlite*"), *office.work.glob("identity-purge-*"))
    for student in (3, 5):
        for part in (NAMES[student][1], f"2026000{student}", NAMES[student][0]):
            check(part.encode() not in left, f"of student {student} something is left after the purge")
