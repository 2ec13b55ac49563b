// SPDX-License-Identifier: Apache-2.0
// gradphoto-compare: is the person on one photo the person on the other?
#include <iostream>

#include "cli/common/inputs.h"
#include "cli/common/photo_options.h"
#include "cli/common/run_main.h"
#include "cli/common/run_records.h"
#include "lib/base/file.h"
#include "lib/pipeline/comparison.h"
#include "lib/roster/csv.h"
#include "lib/roster/encoding.h"

namespace gradphoto::cli {
namespace {

struct Options {
  CommonOptions common;
  InputOptions inputs;
  PhotoOptions photos;
  std::string pairs;
};

void Setup(CLI::App& app, Options& options) {
  AddCommonOptions(app, options.common);
  app.add_option("input", options.inputs.inputs, "Two photos; or - or an .ndjson file with records")
      ->type_name("PATH");
  app.add_option("--pairs", options.pairs, "CSV with the columns photo,reference: one comparison a row")
      ->type_name("FILE");
  AddPhotoOptions(app, options.photos);
}

Record PairRecord(std::string photo, std::string reference) {
  Record record;
  record.photo = std::move(photo);
  record.comparison["reference"] = std::move(reference);
  return record;
}

Result<std::vector<Record>> ReadPairs(const std::string& path) {
  const auto bytes = ReadTextFile(path, roster::kMaxTableBytes);
  if (!bytes) return std::unexpected(bytes.error());
  const auto text = roster::DecodeText(*bytes, path);
  if (!text) return std::unexpected(text.error());
  const auto table = roster::ParseCsv(text->text, path);
  if (!table) return std::unexpected(table.error());
  const std::vector<std::string> header = {"photo", "reference"};
  if (table->rows.empty() || table->rows.front().cells != header) {
    return Fail(ErrorKind::kUsage, path + ":1: the first line must be photo,reference");
  }
  std::vector<Record> records;
  for (const roster::TableRow& row : std::span(table->rows).subspan(1)) {
    if (row.cells.size() != 2) {
      return Fail(ErrorKind::kUsage, path + ":" + std::to_string(row.line) + ": two cells expected");
    }
    if (row.cells[0].empty() || row.cells[1].empty()) {
      return Fail(ErrorKind::kUsage, path + ":" + std::to_string(row.line) + ": an empty cell");
    }
    records.push_back(PairRecord(row.cells[0], row.cells[1]));
  }
  return records;
}

Result<std::vector<Record>> Collect(const Options& options) {
  if (!options.pairs.empty()) {
    if (!options.inputs.inputs.empty())
      return Fail(ErrorKind::kUsage, "--pairs stands alone: name no photos beside it");
    return ReadPairs(options.pairs);
  }
  if (ReadsRecords(options.inputs)) return CollectRecords(options.inputs);
  if (options.inputs.inputs.size() != 2) {
    return Fail(ErrorKind::kUsage, "name two photos, or '-' for records, or --pairs FILE");
  }
  return std::vector{PairRecord(options.inputs.inputs[0], options.inputs.inputs[1])};
}

// The answer for a person who compares two photos by hand.
void PrintForPeople(const Record& record, const compare::Bands& bands) {
  if (!record.comparison.contains("band")) {
    for (const Finding& finding : record.findings) std::cout << finding.code << ": " << finding.detail << '\n';
    return;
  }
  std::cout << record.comparison["band"].get<std::string>() << "  similarity "
            << record.comparison["similarity"] << "  (match from " << bands.match << ", mismatch below "
            << bands.mismatch << ")\n";
}

Result<ExitCode> Run(const Options& options) {
  auto records = Collect(options);
  if (!records) return std::unexpected(records.error());
  if (records->empty()) return NothingToDo();
  const auto comparer = pipeline::Comparer::Create(EngineOptionsFrom(options.photos, options.common));
  if (!comparer) return std::unexpected(comparer.error());
  const bool by_hand = options.pairs.empty() && !ReadsRecords(options.inputs);

  const auto work = [&](Record record) {
    if (!NeedsWork(record, options.photos)) return record;
    return comparer->Compare(std::move(record));
  };
  const auto deliver = [&](const Record& record) -> Result<void> {
    if (by_hand) {
      PrintForPeople(record, comparer->bands());
    } else {
      std::cout << ToLine(record) << '\n';
    }
    return {};
  };
  return RunRecords<Record>("compare", std::move(*records), options.photos.threads, options.common.quiet, work,
                            deliver);
}

}  // namespace
}  // namespace gradphoto::cli

int main(int argc, char** argv) {
  CLI::App app("Compares faces: two photos by hand, or each record's photo with its reference",
               "gradphoto-compare");
  gradphoto::cli::Options options;
  gradphoto::cli::Setup(app, options);
  return gradphoto::cli::RunMain(argc, argv, app, options.common, [&] { return gradphoto::cli::Run(options); });
}
