// SPDX-License-Identifier: Apache-2.0
// The lists of a report as tables: what stands in rejected.csv, notices.csv, notices/<group>.csv and the
// workbook (report.h). Headings are in the language, numbers as the redactor shows them.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "lib/deliver/redact.h"
#include "lib/record/record.h"
#include "lib/standard/reasons.h"

namespace gradphoto::deliver {

// As the redactor shows it; empty without a student.
std::string StudentName(const Record& record, const Redactor& redactor);

// The number people know a student by, as the redactor shows it; empty without a student.
std::string KnownNumber(const Record& record, const Redactor& redactor);

// Among equals in the order of codes.h, which is the order in which to put things right.
std::vector<const Finding*> WorstFirst(const Record& record);

using Table = std::vector<std::vector<std::string>>;  // The first row is the header.

// key, name, group, photo, state (notice.h), code, severity, title, value, limit, advice, student_number,
// deadline, attempt, note: one row per finding of each record that is not accepted. Findings that change
// nothing (info, not-assessed) are left out; a record without any other gets one row with empty finding
// columns. Similarities of faces have no value and no limit.
Table RejectedTable(std::span<const Record> records, const standard::Reasons& reasons,
                    standard::Language language, const Redactor& redactor);

// key, name, group, phone, state, text, student_number, short text, deadline, attempt, note: one row per
// student to whom there is something to tell (Notice::is_sent).
struct NoticeLists {
  Table all;
  // One per group that has a row, by file name ("一班.csv"), with the same header; students without a group in
  // one of their own, whose name stands in the texts. Names are safe on every system and differ in more than
  // case.
  std::vector<std::pair<std::string, Table>> groups;
};
NoticeLists NoticesOf(std::span<const Record> records, const standard::Reasons& reasons,
                      standard::Language language, const Redactor& redactor);

}  // namespace gradphoto::deliver
