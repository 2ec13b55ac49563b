#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the workbooks beside this file with openpyxl (Debian's python3-openpyxl): rosters as clerks keep them, for
xlsx_test.cc and the golden cases. Names and numbers are invented. Run it again only to change them."""

import datetime
import pathlib

import openpyxl
from openpyxl.styles import Font

HERE = pathlib.Path(__file__).resolve().parent / "workbooks"
MADE = datetime.datetime(2026, 1, 1)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def with_check_digit(first17):
    return first17 + "10X98765432"[sum(w * int(d) for w, d in zip(WEIGHTS, first17)) % 11]


def save(book, name):
    book.properties.created = book.properties.modified = MADE
    book.save(HERE / name)


def class_list():
    """A sheet of remarks first; a merged title above the header; classes merged downwards; a hidden row; dates as
    dates; student numbers as numbers with leading zeros; two more sheets, one of them hidden."""
    book = openpyxl.Workbook()
    remarks = book.active
    remarks.title = "填表说明"
    remarks["A1"] = "请勿修改表头。"
    sheet = book.create_sheet("名单")
    sheet.merge_cells("A1:F1")
    sheet["A1"] = "2026届毕业生图像采集名单"
    sheet["A1"].font = Font(bold=True)
    sheet.append(["学号", "姓名（必填）", "身份证号*", "出生日期", "班级", "缴费"])
    students = [("林晓月", "11000020040315012", (2004, 3, 15)), ("古丽米热·艾力", "11000020040602034", (2004, 6, 2)),
                ("欧阳清", "11000020031111056", (2003, 11, 11)), ("周 杰", "11000020040101077", (2004, 1, 1))]
    for i, (name, first17, birth) in enumerate(students):
        sheet.append([20220101 + i, name, with_check_digit(first17), datetime.date(*birth), None, "是"])
        sheet.cell(sheet.max_row, 1).number_format = "0000000000"
    sheet["E3"], sheet["E5"] = "1班", "2班"
    sheet.merge_cells("E3:E4")
    sheet.merge_cells("E5:E6")
    sheet.row_dimensions[6].hidden = True
    other = book.create_sheet("往届补办")
    other.append(["学号", "姓名"])
    other.append(["20210001", "何苗"])
    secret = book.create_sheet("备份")
    secret.append(["学号", "姓名"])
    secret.sheet_state = "hidden"
    save(book, "class-list.xlsx")


def damaged():
    """Numbers stored as numbers: cut to 15 digits, as Excel does, and written in full by a program."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Sheet1"
    sheet.append(["学号", "姓名", "身份证号", "考生号"])
    whole = with_check_digit("11000020040315021")
    for i, number in enumerate([float(whole), int(whole[:15] + "000"), int(whole), whole]):
        sheet.append([f"2022{i}", f"学生{'甲乙丙丁'[i]}", number, 26320100000001 + i])
    save(book, "damaged.xlsx")


def main():
    HERE.mkdir(exist_ok=True)
    class_list()
    damaged()


if __name__ == "__main__":
    main()
