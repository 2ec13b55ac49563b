// SPDX-License-Identifier: Apache-2.0
#include "lib/record/record.h"

#include <algorithm>
#include <array>
#include <istream>
#include <string>
#include <utility>

#include "lib/base/read_line.h"

namespace gradphoto {
namespace {

constexpr int kRecordVersion = 1;
constexpr std::size_t kMaxLineBytes = 1 << 20;
constexpr int kMaxDepth = 32;  // Of JSON; copying and printing recurse.
constexpr std::array<std::string_view, 6> kSeverities = {"info",   "not-assessed", "warn",
                                                         "review", "reject",       "error"};
constexpr std::array<std::string_view, 6> kOutcomes = {"accepted", "review",  "rejected",
                                                       "error",    "missing", "held"};

template <typename Enum, std::size_t N>
std::optional<Enum> FromName(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

// Takes typed fields out of a JSON object and remembers the first that has the wrong type.
class FieldReader {
 public:
  explicit FieldReader(Json object) : rest_(std::move(object)) {}

  std::string String(const char* key) {
    const Json value = Take(key);
    if (value.is_string()) return value.get<std::string>();
    if (!value.is_null()) Mismatch(key, "a string");
    return {};
  }
  std::optional<double> Number(const char* key) {
    const Json value = Take(key);
    if (value.is_number()) return value.get<double>();
    if (!value.is_null()) Mismatch(key, "a number");
    return std::nullopt;
  }
  Json Container(const char* key, Json::value_t type, const char* what) {
    Json value = Take(key);
    if (value.type() == type) return value;
    if (!value.is_null()) Mismatch(key, what);
    return Json(type);
  }
  Json Object(const char* key) { return Container(key, Json::value_t::object, "an object"); }
  Json Array(const char* key) { return Container(key, Json::value_t::array, "an array"); }
  void Mismatch(const std::string& key, const std::string& what) {
    if (error_.empty()) error_ = "field '" + key + "' must be " + what;
  }
  const std::string& error() const { return error_; }
  Json TakeRest() { return std::move(rest_); }

 private:
  Json Take(const char* key) {
    const auto found = rest_.find(key);
    if (found == rest_.end()) return Json();
    Json value = std::move(*found);
    rest_.erase(found);
    return value;
  }

  Json rest_;
  std::string error_;
};

Result<Finding> FindingFromJson(const Json& json) {
  if (!json.is_object()) return Fail(ErrorKind::kUsage, "each of 'findings' must be an object");
  FieldReader reader(json);
  Finding finding;
  finding.code = reader.String("code");
  if (const auto severity = SeverityFromName(reader.String("severity"))) {
    finding.severity = *severity;
  } else {
    reader.Mismatch("findings.severity", "one of info, not-assessed, warn, review, reject, error");
  }
  finding.value = reader.Number("value");
  finding.unit = reader.String("unit");
  if (const Json limit = reader.Array("limit"); !limit.empty()) {
    const auto is_end = [](const Json& end) { return end.is_number() || end.is_null(); };
    if (limit.size() != 2 || !std::ranges::all_of(limit, is_end)) {
      reader.Mismatch("limit", "two numbers, null for an open end");
    } else {
      if (limit[0].is_number()) finding.limit_min = limit[0].get<double>();
      if (limit[1].is_number()) finding.limit_max = limit[1].get<double>();
    }
  }
  finding.detail = reader.String("detail");
  if (!reader.error().empty()) return Fail(ErrorKind::kUsage, reader.error());
  return finding;
}

Student StudentFromJson(const Json& json) {
  Student student;
  for (const auto& [name, value] : json.items()) {
    // A number or a boolean written by another program is still a roster cell, a null an empty one.
    const std::string text = value.is_string() ? value.get<std::string>() : value.is_null() ? "" : value.dump();
    if (name == "key") {
      student.key = text;
    } else {
      student.fields.emplace_back(name, text);
    }
  }
  return student;
}

bool IsDeeperThan(const Json& json, int levels) {
  if (!json.is_structured()) return false;
  if (levels == 0) return true;
  for (const Json& part : json) {
    if (IsDeeperThan(part, levels - 1)) return true;
  }
  return false;
}

std::string TooDeep() { return "nested deeper than " + std::to_string(kMaxDepth) + " levels"; }

}  // namespace

std::string_view SeverityName(Severity severity) { return kSeverities[static_cast<std::size_t>(severity)]; }
std::optional<Severity> SeverityFromName(std::string_view name) {
  return FromName<Severity>(kSeverities, name);
}
std::string_view OutcomeName(Outcome outcome) { return kOutcomes[static_cast<std::size_t>(outcome)]; }
std::optional<Outcome> OutcomeFromName(std::string_view name) { return FromName<Outcome>(kOutcomes, name); }

std::string_view Student::Field(std::string_view name) const {
  const auto found =
      std::ranges::find(fields, name, [](const auto& field) { return std::string_view(field.first); });
  return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

JsonText::JsonText(const Json& object)
    : text_(object.empty() ? "" : object.dump(-1, ' ', false, Json::error_handler_t::replace)) {
  text_.shrink_to_fit();  // A dump grows by doubling.
}

Json JsonText::Open() const { return text_.empty() ? Json::object() : Json::parse(text_); }

void Record::Add(Finding finding) {
  const Severity severity = finding.severity;
  findings.push_back(std::move(finding));
  if (outcome == Outcome::kMissing || outcome == Outcome::kHeld || outcome == Outcome::kError) return;
  if (severity == Severity::kError) {
    outcome = Outcome::kError;
  } else if (severity == Severity::kReject) {
    outcome = Outcome::kRejected;
  } else if (severity == Severity::kReview && outcome == Outcome::kAccepted) {
    outcome = Outcome::kReview;
  }
}

void Record::TakeBack(const std::function<bool(const Finding&)>& belongs) {
  if (std::erase_if(findings, belongs) == 0) return;
  if (outcome == Outcome::kMissing || outcome == Outcome::kHeld) return;
  outcome = Outcome::kAccepted;
  for (Finding& finding : std::exchange(findings, {})) Add(std::move(finding));
}

bool Record::ForgetDoubles(const std::function<bool(std::string_view key)>& is_forgotten) {
  const auto list = comparison.find("duplicates");
  if (list == comparison.end() || !list->is_array()) return false;
  Json left = Json::array();
  for (const Json& item : *list) {
    const auto key = item.is_object() ? item.find("student") : item.end();
    const bool named = item.is_object() && key != item.end() && key->is_string();
    if (!named || !is_forgotten(key->get_ref<const std::string&>())) left.push_back(item);
  }
  if (left.size() == list->size()) return false;
  if (left.empty()) {
    comparison.erase(list);
  } else {
    *list = std::move(left);
  }
  return true;
}

Json ToJson(const Finding& finding) {
  Json json;
  json["code"] = finding.code;
  json["severity"] = SeverityName(finding.severity);
  if (finding.value) {
    json["value"] = *finding.value;
    json["unit"] = finding.unit;
  }
  if (finding.limit_min || finding.limit_max) {
    json["limit"] = Json::array({finding.limit_min ? Json(*finding.limit_min) : Json(),
                                 finding.limit_max ? Json(*finding.limit_max) : Json()});
  }
  if (!finding.detail.empty()) json["detail"] = finding.detail;
  return json;
}

Json ToJson(const Record& record) {
  Json json;
  json["v"] = kRecordVersion;
  json["photo"] = record.photo;
  if (!record.sha256.empty()) json["sha256"] = record.sha256;
  if (record.student) {
    Json& student = json["student"];
    student["key"] = record.student->key;
    for (const auto& [name, value] : record.student->fields) student[name] = value;
  }
  json["outcome"] = OutcomeName(record.outcome);
  json["findings"] = Json::array();
  for (const Finding& finding : record.findings) json["findings"].push_back(ToJson(finding));
  const auto put = [&](const char* key, Json object) {
    if (!object.empty()) json[key] = std::move(object);
  };
  put("measures", record.measures.Open());
  put("crop", record.crop.Open());
  put("background", record.background.Open());
  if (!record.output.empty()) json["output"] = record.output;
  if (!record.output_sha256.empty()) json["output_sha256"] = record.output_sha256;
  put("comparison", record.comparison);
  put("identity", record.identity);
  put("tool", record.tool);
  for (const auto& [name, value] : record.extra.items()) json[name] = value;
  return json;
}

Result<Record> RecordFromJson(const Json& json) {
  if (IsDeeperThan(json, kMaxDepth)) return Fail(ErrorKind::kUsage, TooDeep());
  if (!json.is_object()) return Fail(ErrorKind::kUsage, "a record must be a JSON object");
  FieldReader reader(json);
  const auto version = reader.Number("v");
  if (version != kRecordVersion) {
    return Fail(ErrorKind::kUsage,
                "field 'v' must be " + std::to_string(kRecordVersion) + ": not a gradphoto record");
  }
  Record record;
  record.photo = reader.String("photo");
  record.sha256 = reader.String("sha256");
  if (const Json student = reader.Object("student"); !student.empty())
    record.student = StudentFromJson(student);
  for (const Json& item : reader.Array("findings")) {
    TRY_ASSIGN(auto finding, FindingFromJson(item));
    record.findings.push_back(std::move(finding));
  }
  if (const auto outcome = OutcomeFromName(reader.String("outcome"))) {
    record.outcome = *outcome;
  } else {
    reader.Mismatch("outcome", "one of accepted, review, rejected, error, missing, held");
  }
  record.measures = reader.Object("measures");
  record.crop = reader.Object("crop");
  record.background = reader.Object("background");
  record.comparison = reader.Object("comparison");
  record.identity = reader.Object("identity");
  record.output = reader.String("output");
  record.output_sha256 = reader.String("output_sha256");
  record.tool = reader.Object("tool");
  if (!reader.error().empty()) return Fail(ErrorKind::kUsage, reader.error());
  record.extra = reader.TakeRest();
  return record;
}

std::string ToLine(const Record& record) {
  return ToJson(record).dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<std::vector<Record>> ReadRecords(std::istream& in, std::string_view name) {
  std::vector<Record> records;
  std::string line;
  for (int number = 1; ReadLine(in, line, kMaxLineBytes); ++number) {
    const auto fail = [&](const std::string& why) {
      return Fail(ErrorKind::kUsage, std::string(name) + ":" + std::to_string(number) + ": " + why);
    };
    if (line.size() > kMaxLineBytes) return fail("the line is longer than 1 MiB");
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    bool too_deep = false;
    const auto bound_depth = [&](int depth, Json::parse_event_t, Json&) {
      too_deep = too_deep || depth > kMaxDepth;
      return !too_deep;
    };
    const Json json = Json::parse(line, bound_depth, /*allow_exceptions=*/false);
    if (too_deep) return fail(TooDeep());
    if (json.is_discarded()) return fail("not valid JSON; expected the output of another gradphoto tool");
    auto record = RecordFromJson(json);
    if (!record) return fail(record.error().message);
    records.push_back(std::move(*record));
  }
  if (in.bad()) return Fail(ErrorKind::kInput, std::string(name) + ": read error");
  return records;
}

}  // namespace gradphoto
