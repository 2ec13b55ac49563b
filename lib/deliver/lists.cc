// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/lists.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string_view>

#include "lib/base/sha256.h"
#include "lib/base/unicode.h"
#include "lib/deliver/naming.h"
#include "lib/deliver/notice.h"
#include "lib/standard/codes.h"

namespace gradphoto::deliver {
namespace {

using standard::Language;
using standard::Reasons;
using standard::Texts;

constexpr std::size_t kMaxNameBytes = 200;  // File systems allow 255; number and ending follow.

std::string KeyOf(const Record& record, const Redactor& redactor) {
  return record.student ? redactor.Number(record.student->key) : std::string();
}

std::string StudentNumberOf(const Record& record, const Redactor& redactor) {
  return record.student ? redactor.Number(record.student->Field("student_number")) : std::string();
}

// Those that change something.
std::vector<const Finding*> ToTell(const Record& record) {
  std::vector<const Finding*> findings = WorstFirst(record);
  std::erase_if(findings, [](const Finding* finding) { return finding->severity < Severity::kWarn; });
  return findings;
}

// By student, in order of first appearance: the records that speak of the same person.
std::vector<std::vector<const Record*>> ByStudent(std::span<const Record> records) {
  std::vector<std::vector<const Record*>> students;
  std::map<std::string_view, std::size_t> index;
  for (const Record& record : records) {
    if (!record.student) continue;
    const auto [found, added] = index.emplace(record.student->key, students.size());
    if (added || record.student->key.empty()) {
      found->second = students.size();
      students.emplace_back();
    }
    students[found->second].push_back(&record);
  }
  return students;
}

// A long name is cut between characters; the hash keeps two of them apart.
std::string Shortened(const std::string& name) {
  if (name.size() <= kMaxNameBytes) return name;
  std::size_t end = 0;
  for (std::size_t next = 0; next < name.size() && next <= kMaxNameBytes; NextCodePoint(name, next)) end = next;
  return name.substr(0, end) + "-" + Sha256Hex(std::string_view(name)).substr(0, 8);
}

// A file name for the group that none in `taken` is equal to but for case.
std::string FileNameOf(const std::string& group, std::set<std::string>& taken) {
  const std::string name = Shortened(SafeComponent(group));
  std::string candidate = name;
  for (int number = 2; !taken.insert(FoldCase(candidate)).second; ++number) {
    candidate = name + "-" + std::to_string(number);
  }
  return candidate + ".csv";
}

}  // namespace

std::string StudentName(const Record& record, const Redactor& redactor) {
  return record.student ? redactor.Text(record.student->Field("name"), &record) : std::string();
}

std::string KnownNumber(const Record& record, const Redactor& redactor) {
  if (!record.student) return {};
  for (const std::string_view field : {"id_number", "student_number", "candidate_number"}) {
    if (const std::string_view number = record.student->Field(field); !number.empty())
      return redactor.Number(number);
  }
  return redactor.Number(record.student->key);
}

std::vector<const Finding*> WorstFirst(const Record& record) {
  std::vector<const Finding*> findings;
  for (const Finding& finding : record.findings) findings.push_back(&finding);
  std::ranges::stable_sort(findings, {}, [](const Finding* finding) {
    return std::pair(-static_cast<int>(finding->severity), standard::ImportanceOf(finding->code));
  });
  return findings;
}

Table RejectedTable(std::span<const Record> records, const Reasons& reasons, Language language,
                    const Redactor& redactor) {
  const Texts& texts = reasons.texts(language);
  Table table{texts.Row({"table.key", "table.name", "table.group", "table.photo", "table.outcome", "table.code",
                         "table.severity", "table.title", "table.value", "table.limit", "table.advice",
                         "table.student_number", "table.deadline", "table.attempt", "table.note"})};
  for (const Record& record : records) {
    if (record.outcome == Outcome::kAccepted) continue;
    const Notice notice = NoticeOf(record, reasons, language, redactor);
    const auto add = [&](const std::vector<std::string>& finding) {
      std::vector<std::string> row = {KeyOf(record, redactor), StudentName(record, redactor),
                                      redactor.Text(GroupOf(record), &record),
                                      redactor.Text(record.photo, &record), notice.word};
      row.insert(row.end(), finding.begin(), finding.end());
      for (const std::string& cell :
           {StudentNumberOf(record, redactor), notice.deadline, notice.attempt, notice.note}) {
        row.push_back(cell);
      }
      table.push_back(std::move(row));
    };
    const std::vector<const Finding*> findings = ToTell(record);
    for (const Finding* finding : findings) {
      const bool figures = !IsSimilarity(*finding);
      add({finding->code, std::string(texts.Title(finding->severity)), TitleOf(*finding, reasons, language),
           figures ? standard::FormatValue(*finding, texts) : "",
           figures ? standard::FormatLimit(*finding, texts) : "",
           AdviceOf(*finding, notice.told, reasons, language)});
    }
    if (findings.empty()) add({"", "", "", "", "", ""});
  }
  return table;
}

NoticeLists NoticesOf(std::span<const Record> records, const Reasons& reasons, Language language,
                      const Redactor& redactor) {
  const Texts& texts = reasons.texts(language);
  const std::vector<std::string> header =
      texts.Row({"table.key", "table.name", "table.group", "table.phone", "table.outcome", "table.notice",
                 "table.student_number", "table.sms", "table.deadline", "table.attempt", "table.note"});
  NoticeLists lists{.all = {header}, .groups = {}};
  std::map<std::string, Table> groups;
  for (const std::vector<const Record*>& own : ByStudent(records)) {
    const Notice notice = NoticeOf(own, reasons, language, redactor);
    if (!notice.is_sent) continue;
    const Record& record = *own.back();
    const std::string group = redactor.Text(GroupOf(record), &record);
    std::vector<std::string> row = {KeyOf(record, redactor),
                                    StudentName(record, redactor),
                                    group,
                                    redactor.Number(record.student->Field("phone")),
                                    notice.word,
                                    notice.text,
                                    StudentNumberOf(record, redactor),
                                    notice.sms,
                                    notice.deadline,
                                    notice.attempt,
                                    notice.note};
    lists.all.push_back(row);
    groups.try_emplace(group, Table{header}).first->second.push_back(std::move(row));
  }
  std::set<std::string> taken;
  for (auto& [group, table] : groups) {
    const std::string name = group.empty() ? std::string(texts.Get("table.no_group_file")) : group;
    lists.groups.emplace_back(FileNameOf(name, taken), std::move(table));
  }
  return lists;
}

}  // namespace gradphoto::deliver
