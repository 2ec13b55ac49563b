#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Drives the review page in headless Chromium with real key presses and reads what it saves.

usage: review_test.py BIN_DIR
"""
import base64
import csv
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from chromium import browser, expect, wait_for

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PHOTOS = sorted((SOURCE / "samples/photos").rglob("*.jpg"))[:4]
NAMES = ["欧阳清", "=HYPERLINK(1)", "<img src=x onerror=alert(1)>", "司马朗"]
COLUMNS = ["key", "photo_sha256", "decision", "reason_code", "note", "reviewer", "decided_at"]


def records(folder):
    """Four cases in review and one accepted, which must not be shown."""
    lines = []
    for number, photo in enumerate(PHOTOS):
        lines.append({
            "v": 1, "photo": str(photo), "sha256": hashlib.sha256(photo.read_bytes()).hexdigest(),
            "student": {"key": f"99999-2022010{number}", "name": NAMES[number], "id_number": "110000200301018629"},
            "outcome": "review", "output": str(photo),
            "output_sha256": hashlib.sha256(photo.read_bytes()).hexdigest(),
            "findings": [{"code": "FACE_UNCERTAIN", "severity": "review"},
                         {"code": "HEAD_TILTED", "severity": "warn", "value": 4.2, "unit": "deg", "limit": [None, 3]}],
            "comparison": {"reference": str(PHOTOS[0]), "similarity": 0.41, "band": "review"}})
    lines.append({"v": 1, "photo": str(PHOTOS[0]), "sha256": "0" * 64, "outcome": "accepted", "findings": []})
    path = folder / "batch.ndjson"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path, lines


def press(driver, *keys):
    for key in keys:
        ActionChains(driver).send_keys(key).perform()


def shown(driver):
    """The case on show; none before the page has read what it remembers."""
    return next((case.get_attribute("data-id") for case in driver.find_elements(By.CSS_SELECTOR, ".case.on")), None)


def decided(driver):
    """How many decisions the page counts; none before it has read what it remembers."""
    text = driver.find_element(By.CSS_SELECTOR, ".progress").text
    return int(text.split("已决定")[1].split()[0]) if text else None


def saved(downloads):
    path = downloads / "decisions.csv"
    wait_for(lambda: path.exists() and path.stat().st_size > 0, "decisions.csv was not saved")
    return path


def reasons(driver):
    """The keys that stand on reasons."""
    return [key.text for key in driver.find_elements(By.CSS_SELECTOR, ".reasons ol kbd")]


def without_reviewer(driver, downloads):
    """Nothing is saved without a name, and the page says why; blanks are no name."""
    save, why = driver.find_element(By.ID, "save"), driver.find_element(By.ID, "nobody")
    reviewer = driver.find_element(By.ID, "reviewer")
    for name in ("", "  ", "\u3000", "\u200b \u00a0"):
        reviewer.send_keys(name)
        expect(not save.is_enabled() and why.is_displayed() and "审核人" in why.text, f"{name!r} passes for a name")
        driver.execute_script("document.activeElement.blur()")
        press(driver, "w")
        expect(driver.switch_to.active_element == reviewer, "W does not lead to the reviewer")
    time.sleep(0.3)
    expect(not list(downloads.iterdir()), "decisions without a reviewer are saved")
    reviewer.clear()
    reviewer.send_keys("王老师")
    expect(save.is_enabled() and not why.is_displayed(), "a reviewer is not taken")
    driver.execute_script("document.activeElement.blur()")


def drive(driver, page, downloads, shots):
    driver.get(page.as_uri())
    expect(len(driver.find_elements(By.CSS_SELECTOR, ".case")) == 4, "the page does not hold the four cases")
    wait_for(lambda: shown(driver) == "1", "the first case is not shown first")
    expect(len(driver.find_elements(By.CSS_SELECTOR, ".case.on img")) == 3, "not photo, reference and result")
    wait_for(lambda: driver.execute_script(
        "return [...document.querySelectorAll('.case.on img')].every(i => i.complete && i.naturalWidth > 100)"),
        "a picture of the first case is missing")
    if shots:
        driver.save_screenshot(str(shots / "review-case.png"))
    press(driver, "a")
    wait_for(lambda: shown(driver) == "2", "A does not go on")
    without_reviewer(driver, downloads)
    press(driver, "r")
    panel = driver.find_element(By.CSS_SELECTOR, ".reasons")
    expect(panel.is_displayed(), "R does not ask for a reason")
    expect(reasons(driver) == ["1", "2"], f"keys are not on this case's findings alone: {reasons(driver)}")
    if shots:
        driver.save_screenshot(str(shots / "review-reject.png"))
    press(driver, "n", *"=1+1, 像别人", Keys.ENTER, "3")  # No third finding: nothing is chosen.
    expect(shown(driver) == "2" and panel.is_displayed(), "a key without a reason chooses one")
    press(driver, "1")
    wait_for(lambda: shown(driver) == "3", "a reason does not go on")
    press(driver, "t", Keys.ESCAPE)
    expect(not panel.is_displayed() and decided(driver) == 2, "Escape does not take back the question")
    press(driver, "s")
    wait_for(lambda: shown(driver) == "4", "S does not skip")
    press(driver, "a", "u", "r", "2")
    wait_for(lambda: decided(driver) == 3, "three decisions are not counted")
    for _ in range(20):  # a store that a browser forgets now and then is none
        driver.get(page.as_uri())
        wait_for(lambda: decided(driver) == 3, "a reload forgets the decisions")
    expect(driver.find_element(By.ID, "reviewer").get_attribute("value") == "王老师", "a reload forgets the reviewer")
    press(driver, Keys.ARROW_LEFT)
    wait_for(lambda: shown(driver) == "4", "the arrow does not go back")
    press(driver, "w")
    # Leaving a page whose decisions are not saved, without having touched it, is what the browser itself remarks on.
    severe = [entry for entry in driver.get_log("browser")
              if entry["level"] == "SEVERE" and entry.get("source") != "intervention"]
    expect(not severe, f"the page logs errors: {severe}")
    return saved(downloads)


def without_store(driver, page):
    """A browser that keeps nothing says so, and the page works."""
    script = "Object.defineProperty(window, 'indexedDB', {get() { throw new DOMException('off', 'SecurityError'); }})"
    driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": script})
    driver.get(page.as_uri())
    wait_for(lambda: shown(driver) == "1" and decided(driver) == 0, "without a store there is no page")
    expect(driver.find_element(By.CSS_SELECTOR, ".nostore").is_displayed(), "the missing store is not mentioned")
    press(driver, "a")
    wait_for(lambda: shown(driver) == "2" and decided(driver) == 1, "without a store A does not go on")


MANUAL, REVIEWS = 4, 2


def ledger_records(folder, attempt):
    """Of one night: four students whose photo is rejected, and, in the third, two in review."""
    lines = []
    for number in range(MANUAL + (REVIEWS if attempt == 3 else 0)):
        photo = folder / "photos" / f"{number}.jpg"
        photo.parent.mkdir(exist_ok=True)
        # Each night another file in the place of the one before.
        photo.write_bytes(PHOTOS[number % len(PHOTOS)].read_bytes() + bytes([number, attempt]))
        sha256 = hashlib.sha256(photo.read_bytes()).hexdigest()
        rejected = number < MANUAL
        lines.append({
            "v": 1, "photo": str(photo), "sha256": sha256,
            "student": {"key": f"99999-2022020{number}", "name": f"学生{number}", "class": "一班",
                        "student_number": f"2022020{number}", "id_number": "110000200301018629"},
            "outcome": "rejected" if rejected else "review",
            "output": "" if number == 3 else str(photo), "output_sha256": sha256,
            "findings": [{"code": "RED_EYE", "severity": "not-assessed", "detail": "no face found"},
                         {"code": "HEAD_TILTED", "severity": "warn", "value": 4.2, "unit": "deg", "limit": [None, 3]},
                         {"code": "BLURRED", "severity": "reject" if rejected else "review", "value": 3.1,
                          "unit": "px", "limit": [None, 1.5]}],
            "comparison": {"reference": str(PHOTOS[0]), "similarity": 0.41, "band": "review"}})
    path = folder / f"night-{attempt}.ndjson"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path, lines


def tool(bin_dir, name, *arguments, codes=(0,)):
    run = subprocess.run([bin_dir / name, *arguments], capture_output=True, text=True)
    expect(run.returncode in codes, f"{name} {arguments[0]}: exit {run.returncode}: {run.stderr}")
    return run.stdout


def pages_of(driver, page):
    """Of the page when it is printed."""
    driver.get(page.as_uri())
    pdf = base64.b64decode(driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"])
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)), pdf


def with_ledger(driver, bin_dir, folder, downloads, shots):
    """Four students in manual review and two in review are six cases, whatever the last night's records say."""
    ledger, report = folder / "ledger.sqlite", folder / "report-ledger"
    for attempt in (1, 2, 3):
        path, lines = ledger_records(folder, attempt)
        tool(bin_dir, "gradphoto-ledger", "import-records", path, "--ledger", ledger, codes=(0, 1))
    night = folder / "night-4.ndjson"  # Nobody of them was looked at in the fourth.
    night.write_text(json.dumps({"v": 1, "photo": "", "outcome": "accepted", "findings": []}) + "\n", encoding="utf-8")
    tool(bin_dir, "gradphoto-report", night, "-o", report, "--ledger", ledger, "--mask-key", folder / "mask.key")
    driver.get((report / "review.html").as_uri())
    wait_for(lambda: shown(driver) == "1", "the page of the ledger does not start")
    expect(len(driver.find_elements(By.CSS_SELECTOR, ".case")) == MANUAL + REVIEWS, "not every case is on the page")
    case = driver.find_element(By.CSS_SELECTOR, ".case.on")
    expect(len(case.find_elements(By.CSS_SELECTOR, ".attempt:not(.reference)")) == 3, "not every attempt is shown")
    # The current photo and its result, the reference; what the student replaced is told to be gone.
    expect(len(case.find_elements(By.TAG_NAME, "img")) == 3 and case.text.count("照片已删除") == 4, "pictures")
    expect("人工审核 · 不合格 3 次" in case.text, f"the state is missing: {case.text}")
    expect("红眼" not in case.text, "what was not assessed is shown as found")
    if shots:
        driver.save_screenshot(str(shots / "review-ledger.png"))
    driver.find_element(By.ID, "reviewer").send_keys("李老师")
    driver.execute_script("document.activeElement.blur()")
    press(driver, "n", *"背景请换白墙", Keys.ENTER)
    note = driver.find_element(By.ID, "note")
    expect(note.get_attribute("value") == "背景请换白墙", "N does not lead to the note")
    press(driver, "t")
    own = [button.text for button in driver.find_elements(By.CSS_SELECTOR, ".reasons .own button")]
    expect(own == ["照片不清晰1", "头部倾斜2"], f"reasons: {own}")
    if shots:
        driver.save_screenshot(str(shots / "review-retake.png"))
    press(driver, "1")  # The first student: a retake.
    wait_for(lambda: shown(driver) == "2" and decided(driver) == 1, "a retake does not go on")
    expect(note.get_attribute("value") == "", "the note of one case stands in the next")
    press(driver, "r", "2", "a")  # The second: rejected; the third: accepted.
    wait_for(lambda: shown(driver) == "4" and decided(driver) == 3, "decisions are not counted")
    press(driver, "a")  # The fourth has no standardized picture.
    expect(shown(driver) == "4" and not driver.find_element(By.CSS_SELECTOR, ".keys .accept").is_enabled(),
           "what cannot be delivered is accepted")
    if shots:
        driver.save_screenshot(str(shots / "review-undeliverable.png"))
    press(driver, "s", "a", "w")
    path = saved(downloads)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    expect([(row["decision"], row["reason_code"]) for row in rows]
           == [("retake", "BLURRED"), ("reject", "HEAD_TILTED"), ("accept", ""), ("accept", "")], f"rows: {rows}")
    expect(rows[0]["note"] == "背景请换白墙" and "#" in rows[0]["key"], f"note or tag: {rows[0]}")
    told = json.loads(tool(bin_dir, "gradphoto-ledger", "import-decisions", path, "--ledger", ledger, "--json"))
    expect(told["booked"] == 4 and not told["problems"], f"decisions: {told}")
    listed = tool(bin_dir, "gradphoto-ledger", "export", "--ledger", ledger, "--json").splitlines()
    states = [(line["state"], int(line["failures"])) for line in map(json.loads, listed)]
    expect(states == [("retake-due", 0), ("rejected", 3), ("accepted", 2), ("manual-review", 3), ("accepted", 0),
                      ("review", 0)], f"states: {states}")
    pages, pdf = pages_of(driver, report / "case-sheets.html")
    expect(pages == MANUAL, f"{MANUAL} students are {pages} pages")
    if shots:
        (shots / "case-sheets.pdf").write_bytes(pdf)
        driver.set_window_size(900, 1250)
        driver.save_screenshot(str(shots / "case-sheets.png"))
        driver.set_window_size(1280, 1000)
    # What was decided is off the page; the sheet's number is in full only when that is asked for.
    tool(bin_dir, "gradphoto-report", night, "-o", report, "--ledger", ledger, "--full-ids")
    sheets = (report / "case-sheets.html").read_text(encoding="utf-8")
    expect(sheets.count('class="sheet"') == 1 and "110000200301018629" in sheets, "the sheets do not follow the ledger")
    path.unlink()


def filter_report(driver, page):
    """The report page shows only the rows that are asked for."""
    driver.get(page.as_uri())

    def rows():
        return len([row for row in driver.find_elements(By.CSS_SELECTOR, ".r") if row.is_displayed()])

    expect(rows() == 5, "the report does not show all rows")
    reason = Select(driver.find_elements(By.CSS_SELECTOR, ".tools select")[1])
    reason.select_by_value("FACE_UNCERTAIN")
    wait_for(lambda: rows() == 4, "the filter by reason does not filter")
    search = driver.find_element(By.CSS_SELECTOR, ".tools input")
    search.send_keys("司马")
    wait_for(lambda: rows() == 1, "the search does not search")
    search.clear()
    search.send_keys(Keys.SPACE)
    reason.select_by_index(0)
    driver.find_element(By.CSS_SELECTOR, ".tools button[value=accepted]").click()
    wait_for(lambda: rows() == 1, "the filter by outcome does not filter")


def main():
    bin_dir = pathlib.Path(sys.argv[1]).resolve()
    shots = pathlib.Path(os.environ["REVIEW_SHOTS"]) if "REVIEW_SHOTS" in os.environ else None
    with tempfile.TemporaryDirectory(prefix="gradphoto-review-") as name:
        folder = pathlib.Path(name)
        batch, lines = records(folder)
        report, downloads = folder / "report", folder / "downloads"
        downloads.mkdir()
        run = subprocess.run([bin_dir / "gradphoto-report", batch, "-o", report], capture_output=True, text=True)
        expect(run.returncode == 1, f"gradphoto-report: exit {run.returncode}: {run.stderr}")
        page = (report / "review.html").read_text(encoding="utf-8")
        expect("110000200301018629" not in page and "99999-20220100" not in page, "the page shows a full number")
        expect("<img src=x" not in page, "foreign text is not escaped")
        driver = browser(1280, 1000, downloads)
        try:
            path = drive(driver, report / "review.html", downloads, shots)
            path = path.rename(folder / "decisions.csv")
            with_ledger(driver, bin_dir, folder, downloads, shots)
            filter_report(driver, report / "index.html")
            without_store(driver, report / "review.html")
        finally:
            driver.quit()
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        expect(list(rows[0]) == COLUMNS, f"columns {list(rows[0])}")
        expect([row["photo_sha256"] for row in rows] == [lines[i]["sha256"] for i in (0, 1, 3)], "photos")
        expect([row["decision"] for row in rows] == ["accept", "reject", "reject"], "decisions")
        expect([row["reason_code"] for row in rows] == ["", "FACE_UNCERTAIN", "HEAD_TILTED"], "reasons")
        expect(rows[1]["note"] == "'=1+1, 像别人", "the note is not safe for spreadsheets")
        expect(all(row["reviewer"] == "王老师" for row in rows), "reviewer")
        expect(all(row["decided_at"].endswith("Z") for row in rows), "time")

        # The ledger takes over what the page saved, and only once.
        ledger = folder / "decisions.sqlite"
        steps = [(["import-records", batch], 1), (["import-decisions", path], 0), (["import-decisions", path], 0)]
        results = []
        for arguments, expected in steps:
            run = subprocess.run([bin_dir / "gradphoto-ledger", *arguments, "--ledger", ledger, "--json"],
                                 capture_output=True, text=True)
            expect(run.returncode in (0, expected), f"gradphoto-ledger {arguments[0]}: exit {run.returncode}: {run.stderr}")
            results.append(json.loads(run.stdout))
        expect(results[1]["booked"] == 3 and not results[1]["problems"], f"decisions: {results[1]}")
        expect(results[2]["booked"] == 0 and results[2]["unchanged"] == 3, f"decisions again: {results[2]}")

        # Nothing left to review: the page and its pictures go.
        batch.write_text(json.dumps(lines[-1]) + "\n", encoding="utf-8")
        subprocess.run([bin_dir / "gradphoto-report", batch, "-o", report], check=True, capture_output=True)
        expect(not (report / "review.html").exists() and not (report / "review").exists(), "an old page stays behind")
    print("review_test: ok")


if __name__ == "__main__":
    main()
