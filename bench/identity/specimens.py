#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws specimens of both sides of the resident identity card and photographs them, with exact truth.

  specimens.py --fonts DIR --portraits DIR [--seed N] [--per-kind N] [--kinds a,b] OUTDIR

Every card is invented: 样本 stands across a corner, the number is one that nobody has, the emblem is a plain disc, the
ground is not the real one. Writes OUTDIR/NNNNNNNNNN.jpg and OUTDIR/truth.jsonl, an object per photo; quads in
pixels, corners of the card from its top left clockwise; name_gone: of the character of the name that has lost most,
the share of its square that is outside of the photo, burnt out to white print and all, or under a finger. A seed draws the same pictures everywhere with the same fonts,
Pillow and OpenCV (Debian 12: python3-pil, python3-opencv).

--fonts: where the Debian packages fonts-noto-cjk, fonts-wqy-zenhei, fonts-wqy-microhei, fonts-arphic-gbsn00lp,
fonts-babelstone-han and fonts-ocr-b are unpacked (apt-get download, dpkg-deb -x): installed they would change the
pictures of other tests.
"""

import argparse
import dataclasses
import functools
import json
import pathlib
import random
import sys

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

import people

PX_PER_MM = 20  # Of the drawing.
CARD_MM = (85.6, 54)
WIDTH, HEIGHT = int(85.6 * PX_PER_MM), 54 * PX_PER_MM
NAME_AT, NAME_SIZE = (14.6, 7.6), 3.7  # mm.
BURNT_OUT = 250 - 22  # What a lamp adds where print itself turns white.
LABEL, PRINT, BACK_PRINT, PALE = (50, 105, 165), (22, 22, 24), (25, 25, 25), (240, 240, 240)

KINDS = (
    "clean plain2 rot90 rot180 rot270 tilt15 persp blur1 blur2 low500 low350 jpeg40 dark glare finger busy grey "
    "screenshot cut far big2000 two a4 minority rare similar long serif longterm expired wrongside tampered none "
    "temporary residence foreigner"
).split()
KINDS_OF_PERSON = ("minority", "rare", "similar", "long", "longterm", "expired", "tampered", "residence")
ONLY_FRONT = ("minority", "rare", "similar", "long", "serif", "tampered")
ONLY_BACK = ("longterm", "expired", "wrongside", "temporary", "foreigner")
TITLES = {
    "temporary": ["临时居民身份证"],
    "residence": ["港澳居民居住证", "台湾居民居住证"],
    "foreigner": ["外国人永久居留身份证"],
}


class Faces:
    """The typefaces, wherever they lie below the folder."""

    FILES = {
        "sans": ("NotoSansCJK-Regular.ttc", 2),
        "zenhei": ("wqy-zenhei.ttc", 0),
        "microhei": ("wqy-microhei.ttc", 0),
        "serif": ("NotoSerifCJK-Regular.ttc", 2),
        "song": ("gbsn00lp.ttf", 0),
        "rare": ("BabelStoneHan.ttf", 0),
        "digits": ("OCRB.otf", 0),
    }
    SANS, SERIF = ["sans", "zenhei", "microhei"], ["song", "serif"]

    def __init__(self, folder):
        self.paths = {}
        for face, (name, _) in self.FILES.items():
            found = sorted(pathlib.Path(folder).rglob(name))
            if not found:
                sys.exit(f"{folder}: no {name}; --fonts names the folder of the unpacked packages (see --help)")
            self.paths[face] = str(found[0])

    @functools.cache
    def pixels(self, face, size):
        return ImageFont.truetype(self.paths[face], size, index=self.FILES[face][1])

    def mm(self, face, size):
        return self.pixels(face, round(size * PX_PER_MM))


class Printer:
    """Prints on a drawing of a card; the whole of a block may be moved, as tolerance of printing."""

    def __init__(self, image, faces, moved=(0, 0)):
        self.draw, self.faces, self.moved = ImageDraw.Draw(image), faces, moved

    def line(self, x, y, text, face, size, fill, pitch=0.0):
        """From the left edge x, with the centre of the characters at y; mm. Pitch 0: that of the face."""
        font, rare = self.faces.mm(face, size), self.faces.mm("rare", 3.7)
        x, y = (x + self.moved[0]) * PX_PER_MM, y + self.moved[1]
        for character in text:
            needs_rare = ord(character) > 0xFFFF or 0x3400 <= ord(character) < 0x4E00
            glyphs = rare if needs_rare else font
            self.draw.text((x, y * PX_PER_MM), character, font=glyphs, fill=fill, anchor="lm")
            x += pitch * PX_PER_MM if pitch else glyphs.getlength(character)


@functools.cache
def waves(tint):
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    value = 6 * np.sin(x / 37 + 3 * np.sin(y / 90)) + 5 * np.sin(y / 23 + 4 * np.sin(x / 130))
    colour = np.float32(tint) + value[..., None] * np.float32([1, 0.5, 0.2])
    return Image.fromarray(np.clip(colour, 0, 255).astype(np.uint8))


def mark_as_sample(image, faces, x, y):
    mark = Image.new("RGBA", (10 * PX_PER_MM, 6 * PX_PER_MM))
    ImageDraw.Draw(mark).text((0, 0), "样本", font=faces.mm("sans", 4.5), fill=(210, 30, 30, 120))
    mark = mark.rotate(25, expand=True, resample=Image.BICUBIC)
    image.paste(mark, (x * PX_PER_MM, y * PX_PER_MM), mark)


def name_pitch(name):
    return 3.95 if len(name) < 10 else 3.4


def name_squares(name, moved):
    """Where each character of the name stands on the card: corners in mm."""
    left, row = NAME_AT[0] + moved[0], NAME_AT[1] + moved[1]
    squares = []
    for index in range(len(name)):
        x, half = left + index * name_pitch(name), NAME_SIZE / 2
        squares.append([(x, row - half), (x + 2 * half, row - half), (x + 2 * half, row + half), (x, row + half)])
    return np.float32(squares)


def print_labels(printer, face):
    words = [
        (5.2, 7.6, "姓名", 3.9),
        (5.2, 14, "性别", 3.9),
        (23, 14, "民族", 3.4),
        (5.2, 20, "出生", 3.9),
        (5.2, 26.8, "住址", 3.9),
        (5.2, 47.6, "公民身份号码", 2.9),
    ]
    for x, y, word, pitch in words:
        printer.line(x, y, word, face, 2.65, LABEL, pitch)


def print_date(values, labels, face, size, birth, label_face):
    year, month, day = (str(int(part)) for part in birth.split("-"))
    places = [
        (14.6, year, 23.4, "年"),
        (28.6 - len(month) * 0.8, month, 31.4, "月"),
        (36.2 - len(day) * 0.8, day, 39, "日"),
    ]
    for x, value, label_x, label in places:
        values.line(x, 20, value, face, size, PRINT)
        labels.line(label_x, 20, label, label_face, 2.65, LABEL)


def print_values(printer, labels, face, person, rng):
    printer.line(*NAME_AT, person.name, face, NAME_SIZE, PRINT, name_pitch(person.name))
    printer.line(14.6, 14, person.sex, face, 3.2, PRINT)
    printer.line(31.2, 14, person.ethnic, face, 3.2, PRINT)
    date_face, date_size = ("digits", 3.3) if rng.random() < 0.2 else (face, 3.2)
    print_date(printer, labels, date_face, date_size, person.birth, face)
    for row, start in enumerate(range(0, len(person.address), 11)):
        printer.line(14.6, 26.8 + 4.5 * row, person.address[start : start + 11], face, 3.2, PRINT)
    number_face, number_size = ("digits", 4.3) if rng.random() < 0.85 else (face, 4.1)
    printer.line(29.5, 47.6, person.number, number_face, number_size, PRINT, 2.78)


def draw_front(person, portrait, faces, rng, serif):
    values_moved = (rng.uniform(-0.6, 0.6), rng.uniform(-0.5, 0.5))
    labels_moved = (rng.uniform(-0.3, 0.3), rng.uniform(-0.3, 0.3))
    face = rng.choice(Faces.SERIF if serif else Faces.SANS)
    image = waves((222, 233, 240)).copy()
    labels = Printer(image, faces, labels_moved)
    print_labels(labels, face)
    print_values(Printer(image, faces, values_moved), labels, face, person, rng)
    photo = Image.open(portrait).convert("RGB").crop((250, 100, 1100, 1150))  # Of 1350 px, as the London set is.
    image.paste(photo.resize((26 * PX_PER_MM, 32 * PX_PER_MM), Image.LANCZOS), (53 * PX_PER_MM, 6 * PX_PER_MM))
    mark_as_sample(image, faces, 71, 4)
    return image, name_squares(person.name, values_moved)


def draw_back(person, faces, rng, title):
    moved = (rng.uniform(-0.6, 0.6), rng.uniform(-0.3, 0.3))
    face = rng.choice(Faces.SANS)
    image = waves((232, 226, 226)).copy()
    printer = Printer(image, faces, moved)
    disc = [6 * PX_PER_MM, 4.5 * PX_PER_MM, 19 * PX_PER_MM, 17.5 * PX_PER_MM]
    printer.draw.ellipse(disc, fill=(196, 60, 52))
    printer.line(25, 9, "中华人民共和国", "serif", 4.9, BACK_PRINT, 7.2)
    size, pitch = (7.8, 10.8) if len(title) == 5 else (5.2, 56 / len(title))
    printer.line(24, 19, title, "serif", size, BACK_PRINT, pitch)
    if "外国人" in title:
        printer.line(24, 26, "FOREIGN PERMANENT RESIDENT ID CARD", "sans", 2.8, BACK_PRINT)
    for y, label, value in ((41, "签发机关", person.authority), (47.6, "有效期限", person.validity)):
        printer.line(18, y, label, face, 2.9, BACK_PRINT, 3.3)
        printer.line(33.5, y, value, face, 3.4, BACK_PRINT)
    mark_as_sample(image, faces, 71, 26)
    return image


def draw_bank_card(faces, rng):
    image = waves((60, 90, 170)).copy()
    printer = Printer(image, faces)
    printer.line(6, 8, "样本银行 SAMPLE BANK", "sans", 4.5, PALE)
    chip = [8 * PX_PER_MM, 18 * PX_PER_MM, 20 * PX_PER_MM, 27 * PX_PER_MM]
    printer.draw.rounded_rectangle(chip, 20, fill=(210, 190, 110))
    printer.line(8, 34, f"6200 0000 0000 {rng.randint(0, 9999):04}", "digits", 5, PALE)
    printer.line(8, 43, "VALID THRU 12/29", "sans", 3, PALE)
    return image


def draw_page(faces, rng, width, height):
    image = Image.new("RGB", (width, height), (248, 247, 244))
    draw, font = ImageDraw.Draw(image), faces.pixels("sans", height // 45)
    for row in range(34):
        text = "".join(rng.choice(people.GIVEN + "的是在有了和") for _ in range(rng.randint(18, 30)))
        draw.text((width * 0.08, height * (0.05 + row * 0.027)), text, font=font, fill=(40, 40, 40))
    return np.array(image)[..., ::-1].copy()


def draw_desk(faces, rng, width, height, busy=False):
    noise = np.random.default_rng(rng.getrandbits(32))
    colours = [(92, 120, 150), (40, 45, 52), (150, 140, 128), (70, 96, 78), (205, 205, 200), (112, 78, 60)]
    base = np.float32(rng.choice(colours))
    stains = cv2.resize(noise.normal(0, 1, (9, 9)).astype("f"), (width, height), interpolation=cv2.INTER_CUBIC)
    grain = noise.normal(0, 1, (max(2, height // 6), 3)).astype("f")
    grain = cv2.resize(grain, (width, height), interpolation=cv2.INTER_LINEAR)
    desk = np.clip(base + (stains[..., None] * 9 + grain[..., None] * 5), 0, 255).astype(np.uint8)
    if busy:
        cover_desk(desk, faces, rng, noise)
    return desk


def cover_desk(desk, faces, rng, noise):
    """Strips and sheets of all colours, and a page of text."""
    height, width = desk.shape[:2]
    for _ in range(14):
        corner = np.int32(noise.uniform(-0.1, 1.1, 2) * (width, height))
        size = (noise.uniform(0.1, 0.5) * width, noise.uniform(0.02, 0.3) * width)
        sheet = corner + np.int32(cv2.boxPoints(((0, 0), size, noise.uniform(0, 180))))
        cv2.fillPoly(desk, [sheet], [int(value) for value in noise.integers(20, 235, 3)])
    page = draw_page(faces, rng, width // 2, int(width * 0.7))
    turn = cv2.getRotationMatrix2D((0, 0), noise.uniform(-25, 25), 1)
    turn[:, 2] = noise.uniform(-0.1, 0.6, 2) * (width, height)
    covered = cv2.warpAffine(np.full(page.shape[:2], 255, np.uint8), turn, (width, height)) > 0
    desk[covered] = cv2.warpAffine(page, turn, (width, height))[covered]


@functools.cache
def card_shape():
    mask = Image.new("L", (WIDTH, HEIGHT), 0)
    ImageDraw.Draw(mask).rounded_rectangle([0, 0, WIDTH - 1, HEIGHT - 1], int(3.2 * PX_PER_MM), fill=255)
    return np.array(mask)


def lay(photo, card, quad):
    """The drawing of a card into the photo, with its shadow; smoothed first when it shrinks."""
    height, width = photo.shape[:2]
    drawing = np.array(card)[..., ::-1]
    scale = np.linalg.norm(quad[1] - quad[0]) / WIDTH
    if scale < 0.9:
        drawing = cv2.GaussianBlur(drawing, (0, 0), 0.42 * (1 / scale - 1) + 0.15)
    corners = np.float32([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]])
    view = cv2.getPerspectiveTransform(corners, np.float32(quad))
    mask = np.float32(cv2.warpPerspective(card_shape(), view, (width, height), flags=cv2.INTER_LINEAR))
    mask = mask[..., None] / np.float32(255)
    small = cv2.resize(mask, (max(8, width // 8), max(8, height // 8)), interpolation=cv2.INTER_AREA)
    shadow = cv2.resize(cv2.GaussianBlur(small, (0, 0), 1.2), (width, height))[..., None]
    seen = cv2.warpPerspective(drawing, view, (width, height), flags=cv2.INTER_LINEAR)
    photo[:] = (photo * (1 - 0.35 * shadow) * (1 - mask) + seen * mask).astype(np.uint8)


def quad_of(rng, centre, card_width, tilt, perspective):
    half_width, half_height = card_width / 2, card_width * 54 / 85.6 / 2
    quad = np.float32([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * np.float32([half_width, half_height])
    moves = [[rng.uniform(-perspective, perspective) * card_width for _ in range(2)] for _ in range(4)]
    quad += np.float32(moves)
    angle = np.deg2rad(tilt)
    turn = np.float32([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return np.float32(quad @ turn + centre)


class Shooting:
    """One photo of a kind: what is drawn from the generator, in the order that makes a seed's pictures."""

    def __init__(self, kind, rng, faces, portraits):
        self.kind, self.rng, self.faces = kind, rng, faces
        self.noise = np.random.default_rng(rng.getrandbits(32))
        side = rng.choice(["front", "front", "back"]) if kind not in ONLY_FRONT else "front"
        self.side = "back" if kind in ONLY_BACK else side
        self.person = people.invent(rng, kind if kind in KINDS_OF_PERSON else "")
        self.portrait = str(rng.choice(portraits))
        far, usual = rng.choice([180, 240, 300]), rng.randint(620, 1150)
        self.card_width = {"low500": 500, "low350": 350, "big2000": 2000, "far": far}.get(kind, usual)
        share = rng.uniform(0.55, 0.88) if kind != "far" else self.card_width / 1800.0
        self.width = int(self.card_width / share)
        self.height = int(self.width * 0.75)
        self.photo = draw_desk(faces, rng, self.width, self.height, kind == "busy")
        self.truth = dict(kind=kind, side=self.side, **dataclasses.asdict(self.person), cards=[])
        self.name_squares, self.gone = None, None  # In mm; a mask of the photo.
        self.quality = {"jpeg40": 40, "glare": 85, "dark": 85, "busy": 85, "finger": 85}.get(kind, 92)

    def card(self, side):
        if side == "front":
            serif = self.kind == "serif"
            card, self.name_squares = draw_front(self.person, self.portrait, self.faces, self.rng, serif)
            return card
        title = self.rng.choice(TITLES[self.kind]) if self.kind in TITLES else "居民身份证"
        return draw_back(self.person, self.faces, self.rng, title)

    def lay_card(self, side, quad):
        lay(self.photo, self.card(side), quad)
        self.truth["cards"].append({"side": side, "quad": quad.tolist()})

    def shoot(self):
        tilt, perspective = self.rng.uniform(-4, 4), 0.015
        if self.kind == "tilt15":
            tilt = self.rng.choice([-1, 1]) * self.rng.uniform(10, 16)
        if self.kind == "persp":
            perspective = 0.09
        if self.kind in ("rot90", "rot270"):
            self.width, self.height = self.height, self.width
            self.photo = draw_desk(self.faces, self.rng, self.width, self.height)
        if self.kind == "none":
            self.without_card(tilt, perspective)
            return self.photo
        if self.kind == "two":
            self.both_on_desk()
        elif self.kind == "a4":
            self.both_on_page()
        else:
            self.one_card(tilt, perspective)
        self.photograph()
        return self.photo

    def without_card(self, tilt, perspective):
        what = self.rng.choice(["portrait", "page", "bank", "desk"])
        self.truth.update(side="none", what=what)
        if what == "portrait":
            self.photo = cv2.imread(self.portrait)
        if what == "page":
            self.photo = draw_page(self.faces, self.rng, 1200, 1600)
        if what == "bank":
            card, centre = draw_bank_card(self.faces, self.rng), (self.width / 2, self.height / 2)
            lay(self.photo, card, quad_of(self.rng, centre, self.card_width, tilt, perspective))

    def both_on_desk(self):
        self.truth["side"] = "both"
        self.width, self.height = int(self.card_width / 0.75), int(self.card_width / 0.75 * 1.33)
        self.photo = draw_desk(self.faces, self.rng, self.width, self.height)
        for side, below in (("front", -0.34), ("back", 0.34)):
            tilt = self.rng.uniform(-3, 3)
            centre = (self.width / 2, self.height / 2 + below * self.card_width)
            self.lay_card(side, quad_of(self.rng, centre, self.card_width, tilt, 0.01))

    def both_on_page(self):
        self.truth["side"] = "both"
        scale = self.rng.choice([150, 200]) / 25.4
        self.width, self.height = int(210 * scale), int(297 * scale)
        self.photo = np.full((self.height, self.width, 3), 250, np.uint8)
        for side, below in (("front", -45), ("back", 35)):
            tilt, right = self.rng.uniform(-1.5, 1.5), self.rng.uniform(-20, 20)
            centre = (self.width / 2 + right * scale, self.height / 2 + below * scale)
            self.lay_card(side, quad_of(self.rng, centre, 85.6 * scale, tilt, 0.001))
        self.truth["grey"] = self.rng.random() < 0.5
        if self.truth["grey"]:
            self.photo = cv2.cvtColor(cv2.cvtColor(self.photo, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)

    def one_card(self, tilt, perspective):
        tilt += {"rot90": 90, "rot270": -90, "rot180": 180}.get(self.kind, 0)
        right = below = 0
        if self.kind == "cut":
            moves = [(-0.35 * self.width, 0), (0.35 * self.width, 0), (0, 0.42 * self.height), (0, -0.38 * self.height)]
            right, below = self.rng.choice(moves)
        centre = (self.width / 2 + right, self.height / 2 + below)
        self.lay_card(self.side, quad_of(self.rng, centre, self.card_width, tilt, perspective))

    def quad(self):
        return np.float32(self.truth["cards"][0]["quad"])

    def photograph(self):
        """Light, what lies on the card, focus, the sensor's noise."""
        seen, rng, kind = self.photo.astype(np.float32), self.rng, self.kind
        px_per_mm = np.linalg.norm(self.quad()[1] - self.quad()[0]) / CARD_MM[0]
        if kind not in ("a4", "screenshot"):
            seen = self.lit(seen)
        if kind == "dark":
            seen *= rng.uniform(0.14, 0.25)
        if kind == "glare":
            seen = self.with_lamp(seen, px_per_mm)
        if kind == "finger":
            seen = self.with_finger(seen, px_per_mm)
        if kind == "grey":
            grey = cv2.cvtColor(np.clip(seen, 0, 255).astype(np.uint8), cv2.COLOR_BGR2GRAY)
            seen = np.repeat(grey[..., None], 3, 2).astype("f")
            seen = np.clip((seen - 128) * rng.uniform(1.2, 1.8) + 140, 0, 255)
        usual = rng.uniform(0.02, 0.06)
        blur = {"blur1": 0.12, "blur2": 0.26}.get(kind, usual) * px_per_mm  # Sigma, of mm on the card.
        if kind != "screenshot":
            deviation = rng.uniform(1, 5)
            seen = cv2.GaussianBlur(seen, (0, 0), max(blur, 0.3)) + self.grain(seen.shape, deviation)
        self.photo = np.clip(seen, 0, 255).astype(np.uint8)
        if self.name_squares is not None:
            self.truth["name_gone"] = self.name_gone()
        if kind == "screenshot":
            self.take_screenshot()

    def name_gone(self):
        gone = np.zeros(self.photo.shape[:2], np.uint8) if self.gone is None else np.uint8(self.gone)
        view, most = self.view(), 0.0
        for square in self.name_squares:
            corners = cv2.perspectiveTransform(square[None], view)[0]
            side = np.float32([[0, 0], [32, 0], [32, 32], [0, 32]])
            seen = cv2.warpPerspective(
                gone, cv2.getPerspectiveTransform(corners, side), (32, 32), flags=cv2.INTER_NEAREST, borderValue=1
            )
            most = max(most, float(seen.mean()))
        return round(most, 3)

    def view(self):
        """From mm on the first card, which is the front where there is one, to px."""
        corners = np.float32([[0, 0], [CARD_MM[0], 0], CARD_MM, [0, CARD_MM[1]]])
        return cv2.getPerspectiveTransform(corners, self.quad())

    def lit(self, seen):
        height, width = seen.shape[:2]
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        direction, fall = self.rng.uniform(0, 6.28), self.rng.uniform(0, 0.22)
        slope = (x / width - 0.5) * np.cos(direction) + (y / height - 0.5) * np.sin(direction)
        seen *= (1 + fall * slope)[..., None] * self.rng.uniform(0.8, 1.05)
        return seen

    def with_lamp(self, seen, px_per_mm):
        field = self.rng.choice(["number", "name"] if self.side == "front" else ["validity"])
        self.truth["glare"] = field
        places = {
            "number": (self.rng.uniform(33, 76), 47.6),
            "name": (self.rng.uniform(16, 22), 7.6),
            "validity": (self.rng.uniform(36, 55), 47.6),
        }
        centre = cv2.perspectiveTransform(np.float32([[places[field]]]), self.view())[0, 0]
        size = self.rng.uniform(2.2, 5) * px_per_mm
        height, width = seen.shape[:2]
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        across, along = (x - centre[0]) / size, (y - centre[1]) / (size * self.rng.uniform(0.6, 1))
        lamp = 420 * np.exp(-(across**2 + along**2) / 2)
        self.gone = lamp >= BURNT_OUT
        return seen + lamp[..., None]

    def with_finger(self, seen, px_per_mm):
        quad, edge, along = self.quad(), self.rng.randint(0, 3), self.rng.uniform(0.2, 0.8)
        tip = quad[edge] * along + quad[(edge + 1) % 4] * (1 - along)
        angle = float(np.degrees(np.arctan2(*(quad.mean(0) - tip)[::-1])))
        covered = seen.astype(np.uint8)
        finger = (tuple(float(value) for value in tip), (22 * px_per_mm, 13 * px_per_mm), angle)
        cv2.ellipse(covered, finger, (120, 150, 205), -1)
        self.gone = cv2.ellipse(np.zeros(seen.shape[:2], np.uint8), finger, 1, -1)
        return cv2.GaussianBlur(covered, (0, 0), 1.2).astype(np.float32)

    def grain(self, shape, deviation):
        """White noise: a stored stretch repeated from a drawn start; drawing it anew takes seconds."""
        stored = white_noise()
        return np.resize(np.roll(stored, int(self.noise.integers(stored.size))), shape) * np.float32(deviation)

    def take_screenshot(self):
        width, height, top = 1080, 2160, 500
        scale = width / self.photo.shape[1]
        size = (width, int(self.photo.shape[0] * width / self.photo.shape[1]))
        small = cv2.resize(self.photo, size, interpolation=cv2.INTER_AREA)
        screen = np.full((height, width, 3), 20, np.uint8)
        screen[top : top + small.shape[0]] = small[: height - top]
        image = Image.fromarray(screen[..., ::-1])
        draw = ImageDraw.Draw(image)
        draw.text((40, 20), "14:32", font=self.faces.pixels("sans", 40), fill=PALE)
        draw.text((400, 2060), "编辑   分享   删除", font=self.faces.pixels("sans", 42), fill=PALE)
        self.photo = np.array(image)[..., ::-1].copy()
        for card in self.truth["cards"]:
            card["quad"] = (np.float32(card["quad"]) * scale + (0, top)).tolist()


@functools.cache
def white_noise():
    return np.random.default_rng(0).normal(0, 1, (1024 * 1024 * 3,)).astype(np.float32)


def draw_specimens(out, fonts, portraits, seed, per_kind, kinds):
    """Draws them into the folder; returns the truth of each."""
    faces, pictures = Faces(fonts), sorted(pathlib.Path(portraits).glob("*.jpg"))
    if not pictures:
        sys.exit(f"{portraits}: no *.jpg for the portraits on the cards; --portraits names their folder")
    out.mkdir(parents=True, exist_ok=True)
    truths = []
    for kind in kinds:
        for index in range(per_kind):
            shooting = Shooting(kind, random.Random(f"{seed}/{kind}/{index}"), faces, pictures)
            photo = shooting.shoot()
            # The name is the student number that the rosters of measure.py have.
            number = f"{seed:04}{KINDS.index(kind):03}{index:03}"
            truth = dict(shooting.truth, student_number=number, file=f"{number}.jpg")
            cv2.imwrite(str(out / truth["file"]), photo, [cv2.IMWRITE_JPEG_QUALITY, shooting.quality])
            truths.append(truth)
    lines = [json.dumps(truth, ensure_ascii=False) + "\n" for truth in truths]
    (out / "truth.jsonl").write_text("".join(lines), encoding="utf-8")
    return truths


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path, metavar="OUTDIR")
    parser.add_argument("--fonts", required=True, metavar="DIR")
    parser.add_argument("--portraits", required=True, metavar="DIR")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--per-kind", type=int, default=5, metavar="N")
    parser.add_argument("--kinds", type=lambda text: text.split(","), default=KINDS)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    truths = draw_specimens(args.out, args.fonts, args.portraits, args.seed, args.per_kind, args.kinds)
    print(len(truths), "photos")


if __name__ == "__main__":
    main()
