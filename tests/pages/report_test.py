#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Drives the report page in headless Chromium: who is found by what is typed, and which rows a filter leaves.

usage: report_test.py BIN_DIR
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from chromium import browser, expect, wait_for

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PHOTO = sorted((SOURCE / "samples/photos").rglob("*.jpg"))[0]
# Ledger state, outcome, codes, what else the ledger says; numbers are invented and without a valid check digit.
CASES = [
    ("欧阳清", "rejected", "rejected", ["BLURRED"], {"failures": 1}),
    ("王芳", "rejected", "rejected", ["FACE_MISMATCH"],
     {"failures": 2, "remark": {"kind": "reject", "by": "person", "text": "换白墙 <b>"}}),
    ("李强", "review", "review", ["FACE_UNCERTAIN"], {}),
    ("司马朗", "manual-review", "rejected", ["FACE_MISMATCH"], {"failures": 3}),
    ("赵敏", "blocked", "rejected", ["ID_INVALID"], {}),
    ("钱进", "held", "held", ["UNPAID"], {}),
    ("孙丽", "late", "missing", ["PHOTO_MISSING"], {"season": "2027年夏季"}),
    ("周杰", "missing", "missing", ["PHOTO_MISSING"], {}),
    ("吴刚", "approved", "rejected", ["LOCKED"], {"locked": True}),
    ("郑爽", "delivered", "accepted", [], {"locked": True}),
]


def record_of(number, case):
    name, state, outcome, codes, more = case
    student_number = f"2022{100 + number:04d}"
    findings = [{"code": code, "severity": "review" if outcome == "review" else "reject"} for code in codes]
    for finding in findings:
        if finding["code"].startswith("FACE_"):
            finding.update(value=0.2137, limit=[0.56, None])
    return {"v": 1, "photo": str(PHOTO), "sha256": f"{number:064d}",
            "student": {"key": f"99999-{student_number}", "name": name, "student_number": student_number,
                        "id_number": f"1100002003{number + 1:02d}18{number % 3}0{number}X",
                        "phone": f"139000{number:05d}", "group": f"软件{1 + number % 2}班", "season": "2026年夏季"},
            "outcome": outcome, "findings": findings,
            "ledger": {"state": state, "attempt": 1, "failures": 0, "season": "2026年夏季", "locked": False,
                       "max_failures": 3, "deadline": "2026-03-01", **more}}


def shown(driver):
    """The names of the rows on show, top to bottom."""
    return driver.execute_script(
        "return [...document.querySelectorAll('.r')].filter(r => !r.hidden).map(r => r.querySelector('.w b').textContent)")


def look_up(driver, text, names):
    field = driver.find_element(By.CSS_SELECTOR, ".tools input")
    driver.execute_script("arguments[0].value = ''; arguments[0].dispatchEvent(new Event('input'))", field)
    field.send_keys(text)
    wait_for(lambda: sorted(shown(driver)) == sorted(names), f"'{text}' finds {shown(driver)}, not {names}")


def search(driver, records, tagged):
    for record in records:
        student = record["student"]
        for number in (student["student_number"], student["key"], student["id_number"], student["id_number"].lower()):
            look_up(driver, number, [student["name"]])
    look_up(driver, " " + records[0]["student"]["student_number"] + " ", [records[0]["student"]["name"]])
    look_up(driver, "２０２２０１００", [records[0]["student"]["name"]])  # Full-width, as an input method leaves them.
    look_up(driver, "司马", ["司马朗"])
    for stranger in ("20229999", "99999-20229999", "110000200301010000", "#00000"):
        look_up(driver, stranger, [])
    if tagged:
        tag = next(line.split("\t")[0].split("#")[1] for line in
                   driver.find_element(By.ID, "r3").get_attribute("data-n").split("\n") if line.startswith("110"))
        look_up(driver, "#" + tag, ["李强"])
    look_up(driver, "", [record["student"]["name"] for record in records])


def filters(driver, records):
    chips = {chip.get_attribute("value"): chip for chip in driver.find_elements(By.CSS_SELECTOR, ".tools button")}
    expect(list(chips) == ["", "rejected", "missing", "unpaid", "office", "review", "manual-review", "late", "locked"],
           f"filters {list(chips)}")
    for state, names in (("manual-review", ["司马朗"]), ("locked", ["吴刚", "郑爽"]), ("office", ["赵敏"]),
                         ("unpaid", ["钱进"]), ("late", ["孙丽"]), ("rejected", ["欧阳清", "王芳"]),
                         ("", [record["student"]["name"] for record in records])):
        chips[state].click()
        wait_for(lambda: sorted(shown(driver)) == sorted(names), f"the filter {state} leaves {shown(driver)}")
    chips["rejected"].click()
    look_up(driver, records[3]["student"]["student_number"], [])  # Filter and search together.
    chips[""].click()
    look_up(driver, "", [record["student"]["name"] for record in records])
    group = Select(driver.find_elements(By.CSS_SELECTOR, ".tools select")[0])
    group.select_by_visible_text("软件2班")
    wait_for(lambda: len(shown(driver)) == 5, "the filter by group does not filter")
    group.select_by_index(0)


def words(driver):
    head = driver.find_element(By.CSS_SELECTOR, ".head").text
    for text in ("某某大学 2026 届 · 证件照审核报告", "生成日期 2026-02-03", "毕业季 2026年夏季（截止 2026-03-01）"):
        expect(text in head, f"the head does not say {text}: {head}")

    def row(position):
        return driver.find_element(By.ID, f"r{position}").text

    for position, text in ((1, "第 2 次，共 3 次 · 截止 2026-03-01"), (2, "老师备注：换白墙 <b>"), (4, "人工审核"),
                           (5, "信息有误"), (6, "待缴费"), (7, "逾期转入 2027年夏季"), (9, "已锁定")):
        expect(text in row(position), f"row {position} does not say {text}: {row(position)}")
    expect("重新拍摄" not in row(4), "who waits for a person is told to take another photo")
    expect("提交照片" not in row(7), "who is late is told to hand in a photo")
    body = driver.find_element(By.TAG_NAME, "body").text
    expect("0.21" not in body and "0.56" not in body, "the page shows a similarity")


def fits(driver, width):
    overflow = driver.execute_script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    expect(overflow <= 0, f"the page is {overflow} px too wide at {width}")


def make(bin_dir, folder, name, records, *options):
    batch = folder / f"{name}.ndjson"
    batch.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    run = subprocess.run([bin_dir / "gradphoto-report", batch, "-o", folder / name, "--lang", "zh", "--title",
                          "某某大学 2026 届", "--today", "2026-02-03", *options], capture_output=True, text=True)
    expect(run.returncode == 1, f"gradphoto-report: exit {run.returncode}: {run.stderr}")
    return folder / name


def find_case(driver, page, records):
    """The review page goes to the case that is typed."""
    driver.get(page.as_uri())
    on = lambda: driver.execute_script("return (document.querySelector('.case.on') || {dataset: {}}).dataset.id")
    wait_for(lambda: on() == "1", "the review page does not start")
    field = driver.find_element(By.CSS_SELECTOR, "input[type=search]")
    for text, case in ((records[2]["student"]["id_number"], "3"), (records[1]["student"]["student_number"], "2"),
                       ("欧阳", "1")):
        driver.execute_script("arguments[0].value = ''", field)
        field.send_keys(text)
        wait_for(lambda: on() == case, f"'{text}' goes to case {on()}")
    field.send_keys("nobody")
    wait_for(lambda: field.get_attribute("aria-invalid") == "true", "what finds nobody is not told")


def large(driver, page, records):
    """A report whose rows lie beside the page: only those near the window are drawn, and all of them are found."""
    driver.get(page.as_uri())
    total = len(records)
    drawn = lambda: len(driver.find_elements(By.CSS_SELECTOR, ".r"))
    told = lambda: driver.find_element(By.CSS_SELECTOR, ".shown").text
    wait_for(lambda: told() == f"显示 {total} / {total}" and 0 < drawn() < 400, f"{drawn()} rows are drawn, '{told()}'")
    last = sorted(records, key=lambda record: record["ledger"]["state"] == "delivered")[-1]["student"]
    driver.execute_script("scrollTo(0, document.body.scrollHeight)")
    at_end = "return [...document.querySelectorAll('.r .w b')].pop().textContent"
    wait_for(lambda: driver.execute_script(at_end) == last["name"], "the end is not drawn")
    expect(drawn() < 400, f"{drawn()} rows stay drawn")
    driver.execute_script("scrollTo(0, 0)")
    look_up(driver, last["student_number"], [last["name"]])
    look_up(driver, "nobody", [])
    field = driver.find_element(By.CSS_SELECTOR, ".tools input")
    driver.execute_script("arguments[0].value = ''; arguments[0].dispatchEvent(new Event('input'))", field)
    driver.find_element(By.CSS_SELECTOR, ".tools button[value=unpaid]").click()
    unpaid = [record for record in records if record["ledger"]["state"] == "held"]
    wait_for(lambda: told() == f"显示 {len(unpaid)} / {total}", f"unpaid: {told()}")
    driver.execute_script("dispatchEvent(new Event('beforeprint'))")
    wait_for(lambda: drawn() == len(unpaid), f"printed would be {drawn()} rows of {len(unpaid)}")
    (page.parent / "rows.js").unlink()
    driver.get(page.as_uri())
    expect("rows.js" in driver.find_element(By.CSS_SELECTOR, ".beside").text, "that the rows are missing is not told")


def main():
    bin_dir = pathlib.Path(sys.argv[1]).resolve()
    shots = pathlib.Path(os.environ["REPORT_SHOTS"]) if "REPORT_SHOTS" in os.environ else None
    records = [record_of(number, case) for number, case in enumerate(CASES)]
    with tempfile.TemporaryDirectory(prefix="gradphoto-report-") as name:
        folder = pathlib.Path(name)
        masked = make(bin_dir, folder, "masked", records, "--mask-key", folder / "mask.key")
        full = make(bin_dir, folder, "full", records, "--full-ids")
        review = make(bin_dir, folder, "review",
                      [{**record, "outcome": "review", "ledger": {}} for record in records[:4]])
        many = [record_of(number, CASES[number % len(CASES)]) for number in range(2500)]
        for number, record in enumerate(many):
            record["student"]["name"] += str(number)
        beside = make(bin_dir, folder, "beside", many)
        for path in [*masked.rglob("*"), beside / "rows.js", beside / "index.html"]:
            text = path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""
            for record in records:
                for field in ("key", "student_number", "id_number", "phone"):
                    expect(record["student"][field] not in text, f"{path.name} shows a full number")
        for width in (1280, 390):
            driver = browser(width, 1400)
            try:
                driver.get((masked / "index.html").as_uri())
                words(driver)
                fits(driver, width)
                if shots:
                    height = driver.execute_script("return document.documentElement.scrollHeight")
                    driver.set_window_size(width, height + 150)
                    driver.save_screenshot(str(shots / f"report-{width}.png"))
                search(driver, records, tagged=True)
                filters(driver, records)
                if width == 1280:
                    driver.get((full / "index.html").as_uri())
                    search(driver, records, tagged=False)
                    find_case(driver, review / "review.html", records)
                    large(driver, beside / "index.html", many)
                    if shots:
                        driver.save_screenshot(str(shots / "review-search.png"))
                severe = [entry for entry in driver.get_log("browser")
                          if entry["level"] == "SEVERE" and "rows.js" not in entry["message"]]
                expect(not severe, f"the page logs errors: {severe}")
            finally:
                driver.quit()
    print("report_test: ok")


if __name__ == "__main__":
    main()
