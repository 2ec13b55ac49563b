#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Opens the page of a watcher in headless Chromium, from its file, and drops photos while it is open.

usage: live_test.py BIN_DIR
"""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from selenium.webdriver.common.by import By

from chromium import browser, expect, wait_for

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = SOURCE / "samples"
# Number, name, photo, state on the page.
CASES = [("20220101", "欧阳清", "portraits/photos/20220401.jpg", "accepted"),
         ("20220102", "<b>王芳", "photos/城东教学点/110000200302118621.jpg", None),
         ("20220103", "司马朗", "photos/城西教学点/20220205.jpg", None),
         ("20220104", "李强", "photos/城东教学点/20220104-赵子昂.JPG", None),
         ("20220105", "赵敏", None, None), ("20220106", "钱进", None, None)]
SIZES = {"phone": (390, 844), "desk": (1280, 800), "wall": (3840, 2160)}


def make(folder, language):
    (folder / "photos").mkdir(parents=True)
    rows = "".join(f"{number},{name},软件{1 + (number == '20220106')}班\n" for number, name, _, _ in CASES)
    (folder / "roster.csv").write_text("学号,姓名,班级\n" + rows, encoding="utf-8")
    (folder / "job.yaml").write_text("roster: roster.csv\nphotos: [photos]\noutput: out\nstandard: cet\n"
                                     f"language: {language}\ntitle: 某某大学\n"
                                     "name_template: \"{student_number}\"\n")


def drop(folder, number, photo):
    hidden = folder / "photos" / ".part"
    shutil.copy(SAMPLES / photo, hidden)
    hidden.rename(folder / "photos" / f"{number}.jpg")


def text(driver, name):
    return driver.execute_script("return document.getElementById(arguments[0]).textContent", name)


def fits(driver, what):
    over = driver.execute_script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    expect(over <= 0, f"the page is {over} px too wide on a {what}")


def seen_whole(driver, what):
    """Nobody scrolls at a wall: picture, findings, the row and the classes end above the lower edge, none over another."""
    over = driver.execute_script("""
      const end = id => document.getElementById(id).getBoundingClientRect().bottom;
      const row = document.getElementById('recent').getBoundingClientRect();
      return [row.bottom - innerHeight, end('picture') - row.top, end('findings') - row.top, end('classes') - row.top];""")
    expect(max(over) <= 0.5, f"beyond the edge or over the row on a {what}: {over}")


def shoot(driver, name):
    if "LIVE_SHOTS" in os.environ:
        driver.save_screenshot(str(pathlib.Path(os.environ["LIVE_SHOTS"]) / f"live-{name}.png"))


def follow(driver, folder):
    """Photos are dropped, and the open page follows."""
    took = []
    expect(text(driver, "word") == "等待照片", f"before the first photo: {text(driver, 'word')}")
    for number, name, photo, told in CASES:
        if photo is None:
            continue
        begun = time.monotonic()
        drop(folder, number, photo)
        wait_for(lambda: text(driver, "name") == name, f"the page does not show {name}")
        took.append(time.monotonic() - begun)
        wait_for(lambda: driver.execute_script("return document.getElementById('picture').naturalWidth") > 100,
                 f"no picture of {name}")
        kind = driver.find_element(By.ID, "last").get_attribute("class")
        expect(kind not in ("waiting", "") and told in (None, kind), f"{name} is {kind}")
        findings = driver.find_elements(By.CSS_SELECTOR, "#findings li")
        expect(len(findings) <= 2 and (len(findings) > 0) == (kind != "accepted"), f"{name}: {len(findings)} findings")
        expect(number not in text(driver, "id") and "*" in text(driver, "id"), f"{name}: {text(driver, 'id')}")
        expect(text(driver, "group") == "软件1班", "the class")
        expect("赵敏" in text(driver, "names") and "钱进" not in text(driver, "names"), "who of the class is missing")
    expect(len(driver.find_elements(By.CSS_SELECTOR, "#row li")) == 3, "the photos before it")
    cells = driver.execute_script("return [...document.querySelectorAll('#counts tr')].map(r => "
                                  "[...r.cells].map(c => c.textContent))")
    expect([row[0] for row in cells] == ["软件1班", "软件2班"] and cells[0][2:] == ["1", "5"], f"the classes: {cells}")
    return took


def contrast(driver):
    """The verdict against its ground, WCAG: seen by daylight from three metres means at least 4.5."""
    return driver.execute_script("""
      const style = getComputedStyle(document.getElementById('verdict'));
      const light = text => { const [r, g, b] = text.match(/[\\d.]+/g).map(v => (v /= 255) <= 0.04045 ? v / 12.92 :
        ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
      const [a, b] = [light(style.color), light(style.backgroundColor)].sort();
      return (b + 0.05) / (a + 0.05);""")


def main():
    bin_dir = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="gradphoto-live-") as name:
        folder = pathlib.Path(name).resolve()
        make(folder, "zh")
        watcher = subprocess.Popen([bin_dir / "gradphoto-batch", "job.yaml", "--watch", "-q"], cwd=folder,
                                   stdout=subprocess.DEVNULL)
        page = folder / "out/live/index.html"
        driver = browser(*SIZES["desk"])
        try:
            wait_for(page.exists, "the page")
            driver.get(page.as_uri())
            wait_for(lambda: driver.execute_script("return document.body.dataset.shown"), "the page does not follow")
            took = follow(driver, folder)
            expect(contrast(driver) >= 4.5, f"the contrast of the verdict is {contrast(driver):.1f}")
            for size, (width, height) in SIZES.items():
                driver.set_window_size(width, height)
                fits(driver, size)
                if size != "phone":
                    seen_whole(driver, size)
                shoot(driver, size)
            watcher.send_signal(signal.SIGTERM)
            expect(watcher.wait(timeout=60) == 1, "the watcher ends")
            wait_for(lambda: driver.execute_script("return !document.getElementById('ended').hidden"),
                     "the page does not say that the station ended")
            severe = [entry for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]
            expect(not severe, f"the page logs errors: {severe}")
        finally:
            driver.quit()
            if watcher.poll() is None:
                watcher.kill()
        told = (folder / "out/answers/20220101.jpg.txt").read_text()
        expect("欧阳清" in told and told.count("\n") == 1, f"the line of the folder: {told}")
    print("live_test: ok; from the rename to the page: " + ", ".join(f"{s:.2f} s" for s in took))


if __name__ == "__main__":
    main()
