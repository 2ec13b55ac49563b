// SPDX-License-Identifier: Apache-2.0
// 身份核验: are the card photos of a record those of its student? Reads the files, judges them and writes
// findings and the record's field `identity`. Of what stands on a card nothing goes into the record but the
// verdicts, the last day of validity, and where on the photo the portrait and the fields in doubt are.
// Thread-safe; nothing is stored.
#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "lib/base/error.h"
#include "lib/identity/card.h"
#include "lib/identity/verdict.h"
#include "lib/image/decode.h"
#include "lib/pipeline/engine.h"
#include "lib/record/record.h"
#include "lib/standard/standard.h"

namespace gradphoto::pipeline {

// A card photo as it was read from its file.
struct ReadCard {
  std::string sha256;
  identity::CardPhoto photo;
};

class Identifier {
 public:
  // `layout`: a file of --calibrate; empty: configs/card.yaml. Errors: as Engine::Create; kUsage - the layout.
  static Result<Identifier> Create(const EngineOptions& options, const std::filesystem::path& layout,
                                   std::chrono::year_month_day today);

  // What a batch remembers a verdict by, besides the cards and the student: the program, its nets, where the
  // print stands, and what the findings weigh. Errors: as Create, without the nets.
  static Result<Json> ToolOf(const EngineOptions& options, const std::filesystem::path& layout);

  // Takes note of the numbers of all students, so that a card of another one is told as that. Not thread-safe:
  // before the work begins.
  void Expect(std::span<const Record> records);

  // Errors: why there is nothing to judge, without the file's name: it cannot be read, or the program failed.
  std::expected<ReadCard, std::string> Read(const std::filesystem::path& file, bool keep_lines = false) const;

  // Judges the photos of record.identity["cards"] against record.student; without a student the record is left
  // as it is. What an earlier run left is replaced. A file that cannot be read is CARD_NOT_FOUND with severity
  // error, if the others do not show both sides.
  Record Identify(Record record) const;

  // The reasons as findings, with the severities of the standard and the job.
  void AddReasons(std::span<const identity::Reason> reasons, Record& record) const;

  const identity::Judge& judge() const { return *judge_; }
  const identity::CardReader& reader() const { return *reader_; }
  std::chrono::year_month_day today() const { return today_; }

 private:
  Identifier(Resources resources, image::DecodeLimits limits, identity::CardReader reader,
             std::chrono::year_month_day today);

  standard::Standard standard_;
  image::DecodeLimits limits_;
  std::shared_ptr<const identity::CardReader> reader_;
  std::shared_ptr<const identity::Judge> judge_;
  std::chrono::year_month_day today_;
  std::multiset<std::string, std::less<>> numbers_;  // Of the batch, normalized.
};

// The paths of record.identity["cards"], in order.
std::vector<std::string> CardsOf(const Record& record);

// Whether gradphoto-identity looks at a record: a student without a photo has a card all the same.
bool NeedsIdentification(const Record& record, bool all);

// The portrait on the card as the reference of the comparison (comparison.h), where the student has none and
// neither name nor number of the card is another's. `found`: the same student's record from Identify.
void ReferToCard(const Record& found, Record& record);

}  // namespace gradphoto::pipeline
