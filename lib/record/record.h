// SPDX-License-Identifier: Apache-2.0
// The record: what the tools know about one student's photo, one JSON object per line (NDJSON) between them.
// Every stage reads all records, adds its own fields and passes on the rest untouched, unknown fields included.
// The format is the contract of ARCHITECTURE.md, "The record"; fields are only ever added.
#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/base/error.h"

namespace gradphoto {

using Json = nlohmann::ordered_json;

// How bad a finding is. Ordered: the worst finding decides the outcome.
enum class Severity {
  kInfo,         // Worth telling, changes nothing.
  kNotAssessed,  // The check could not be made; `detail` says why. Changes nothing.
  kWarn,         // Delivered all the same.
  kReview,       // A person must decide.
  kReject,       // The student must do something again.
  kError,        // Technical failure: nothing was judged.
};
std::string_view SeverityName(
    Severity severity);  // "info", "not-assessed", "warn", "review", "reject", "error"
std::optional<Severity> SeverityFromName(std::string_view name);

enum class Outcome { kAccepted, kReview, kRejected, kError, kMissing, kHeld };
std::string_view OutcomeName(Outcome outcome);  // "accepted", "review", "rejected", "error", "missing", "held"
std::optional<Outcome> OutcomeFromName(std::string_view name);

// One thing that is not as it should be. Raw quantities, never scores.
struct Finding {
  std::string code;  // One of standard/codes.h, upper case.
  Severity severity = Severity::kReject;
  std::optional<double> value;  // Measured, in `unit`; absent for yes/no findings.
  std::string unit;             // "px", "deg", "bytes", "ratio"...; empty without a value.
  // Allowed range, both ends included; an absent end is open. Both absent: no limit applies.
  std::optional<double> limit_min, limit_max;
  std::string
      detail;  // Extra fact in plain English, e.g. "top" or "PNG image"; may be empty. No personal data.
};

// The roster row a photo belongs to. `fields` keeps every column of the roster in its order under the canonical
// names of roster/roster.h ("name", "id_number", "student_number", "group"...), unknown columns under their
// own.
struct Student {
  std::string key;  // Unique in the roster.
  std::vector<std::pair<std::string, std::string>> fields;
  std::string_view Field(std::string_view name) const;  // Empty when absent.
};

// A JSON object that is carried along and seldom looked into, kept as its text: a fifth of the object's memory.
class JsonText {
 public:
  JsonText() = default;          // {}
  JsonText(const Json& object);  // NOLINT(google-explicit-constructor): assigned like the object itself.
  Json Open() const;
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;  // Empty: {}.
};

struct Record {
  std::string photo;               // Path as given to the first tool; empty when the student has no photo.
  std::string sha256;              // Of the photo file; empty until a tool has read it.
  std::optional<Student> student;  // Absent for a photo without a roster row.
  Outcome outcome = Outcome::kAccepted;
  std::vector<Finding> findings;
  JsonText measures;    // {"source": {...}, "output": {...}}, every key with its unit as suffix.
  JsonText crop;        // {"scale", "x", "y"}: output = (source_upright - (x, y)) * scale; plus size.
  JsonText background;  // {"replaced", "from", "to", "trust"...}
  Json comparison = Json::object();  // {"reference", "similarity", "band"}
  Json identity = Json::object();    // {"verdict", "name", "number", "valid_until", "cards"}
  std::string output;                // Path of the standardized file; empty when none was written.
  std::string output_sha256;
  Json tool = Json::object();   // {"version", "standard", "models"}
  Json extra = Json::object();  // Fields this version does not know, kept as they came.

  bool IsRejected() const {
    return outcome == Outcome::kRejected || outcome == Outcome::kError || outcome == Outcome::kMissing ||
           outcome == Outcome::kHeld;
  }
  // Adds the finding and lets the outcome follow: kReject -> rejected, kReview -> review unless worse already,
  // kError -> error. An outcome of missing, held or error is never softened.
  void Add(Finding finding);
  // Removes the findings that `belongs` accepts (those a stage is about to make again) and lets the outcome
  // follow from the rest. An outcome of missing or held stays, and any outcome when nothing was removed.
  void TakeBack(const std::function<bool(const Finding&)>& belongs);
  // Takes students out of comparison.duplicates (pipeline/duplicates.h), where their keys, names and photos
  // stand; the findings stay. True if anything changed.
  bool ForgetDoubles(const std::function<bool(std::string_view key)>& is_forgotten);
};

Json ToJson(const Finding& finding);
Json ToJson(const Record& record);
// Errors: kUsage - not an object, wrong version, too deep, field of the wrong type; names the field.
Result<Record> RecordFromJson(const Json& json);

// One line without line end. Invalid UTF-8 in paths is replaced so that the line is always valid JSON.
std::string ToLine(const Record& record);

// Reads NDJSON up to the end. Blank lines are skipped; a line may hold at most 1 MiB.
// Errors: kUsage - "<name>:<line>: ..." for the first bad line; nothing read is returned then.
Result<std::vector<Record>> ReadRecords(std::istream& in, std::string_view name);

}  // namespace gradphoto
