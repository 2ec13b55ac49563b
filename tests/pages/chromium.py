# SPDX-License-Identifier: Apache-2.0
"""What the page tests share: headless Chromium, and ways to end a test."""
import pathlib
import sys
import time

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

TEST = pathlib.Path(sys.argv[0]).stem


def expect(condition, what):
    if not condition:
        sys.exit(f"{TEST}: {what}")


def wait_for(condition, what):
    """Pages answer soon, not at once: a loaded machine takes its time."""
    for _ in range(100):
        if condition():
            return
        time.sleep(0.1)
    sys.exit(f"{TEST}: {what}, not within 10 s")


def browser(width, height, downloads=None):
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                     f"--window-size={width},{height}"):
        options.add_argument(argument)
    options.binary_location = "/usr/bin/chromium"
    if downloads:
        options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
