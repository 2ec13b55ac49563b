// SPDX-License-Identifier: Apache-2.0
// gradphoto-compare: is the person on one photo the person on the other? Is one face handed in for two
// students?
#include <cmath>
#include <iostream>
#include <map>

#include <spdlog/spdlog.h>

#include "cli/common/inputs.h"
#include "cli/common/language.h"
#include "cli/common/photo_options.h"
#include "cli/common/run_main.h"
#include "cli/common/run_records.h"
#include "cli/common/severity_option.h"
#include "lib/base/file.h"
#include "lib/base/resources.h"
#include "lib/base/sha256.h"
#include "lib/pipeline/comparison.h"
#include "lib/pipeline/duplicates.h"
#include "lib/standard/reasons.h"
#include "lib/table/csv.h"
#include "lib/table/encoding.h"

namespace gradphoto::cli {
namespace {

struct Options {
  CommonOptions common;
  InputOptions inputs;
  PhotoOptions photos;
  std::string pairs;
  bool duplicates = false;
  std::filesystem::path templates;
  std::filesystem::path rejected_before;
  std::vector<std::string> severities;
  bool json = false;
  std::string language = "auto";
};

void Setup(CLI::App& app, Options& options) {
  AddCommonOptions(app, options.common);
  app.add_option(
         "input", options.inputs.inputs,
         "Two photos; or - or an .ndjson file with records; with --duplicates also photos and directories")
      ->type_name("PATH");
  app.add_option("--pairs", options.pairs, "CSV with the columns photo,reference: one comparison a row")
      ->type_name("FILE");
  auto* duplicates = app.add_flag("--duplicates", options.duplicates,
                                  "Look for one face or one file of several students among all photos");
  app.add_option(
         "--templates", options.templates,
         "Keep the templates of the faces (biometric data) in this directory and look for duplicates among "
         "those of earlier batches, too")
      ->needs(duplicates)
      ->type_name("DIR");
  app.add_option("--rejected-before", options.rejected_before,
                 "Records of an earlier batch: tell photos that were rejected there and come again")
      ->type_name("FILE");
  AddSeverityOption(app, options.severities);
  app.add_flag("--json", options.json, "Print records for photos named by hand, too");
  AddLanguageOption(app, options.language, "Language of the text for people");
  AddPhotoOptions(app, options.photos);
}

Record PairRecord(std::string photo, std::string reference) {
  Record record;
  record.photo = std::move(photo);
  record.comparison["reference"] = std::move(reference);
  return record;
}

Result<std::vector<Record>> ReadPairs(const std::string& path) {
  TRY_ASSIGN(const auto bytes, ReadTextFile(path, table::kMaxTableBytes));
  TRY_ASSIGN(const auto text, table::DecodeText(bytes, path));
  TRY_ASSIGN(const auto table, table::ParseCsv(text.text, path));
  const std::vector<std::string> header = {"photo", "reference"};
  if (table.rows.empty() || table.rows.front().cells != header) {
    return Fail(ErrorKind::kUsage, path + ":1: the first line must be photo,reference");
  }
  std::vector<Record> records;
  for (const table::TableRow& row : std::span(table.rows).subspan(1)) {
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
  if (ReadsRecords(options.inputs) || options.duplicates) return CollectRecords(options.inputs);
  if (options.inputs.inputs.size() != 2) {
    return Fail(ErrorKind::kUsage,
                "name two photos, or '-' for records, or --pairs FILE, or --duplicates PATH...");
  }
  return std::vector{PairRecord(options.inputs.inputs[0], options.inputs.inputs[1])};
}

// The answers for people.
class Speaker {
 public:
  Speaker(const standard::Reasons& reasons, standard::Language language)
      : reasons_(reasons), texts_(reasons.texts(language)), language_(language) {}

  void TellPair(const Record& record, const compare::Rules& rules) const {
    const Json& comparison = record.comparison;
    if (comparison.contains("band")) TellBand(comparison, rules);
    TellFindings(record);
  }

  // A block for each group of photos that hang together.
  void TellClusters(const std::vector<Record>& records) const {
    std::map<std::size_t, std::vector<const Record*>> clusters;
    for (const Record& record : records) {
      if (record.comparison.contains("cluster")) {
        clusters[record.comparison["cluster"].get<std::size_t>()].push_back(&record);
      } else if (!record.findings.empty()) {
        std::cout << record.photo << '\n';
        TellFindings(record);
      }
    }
    if (clusters.empty()) std::cout << texts_.Get("compare.no_duplicates") << '\n';
    for (const auto& [number, members] : clusters) {
      std::cout << texts_.Format("compare.group", number) << '\n';
      for (const Record* record : members) {
        std::cout << "  " << record->photo << '\n';
        for (const Json& other : record->comparison["duplicates"]) TellOther(other);
      }
    }
  }

 private:
  void TellOther(const Json& other) const {
    const std::string who = other.value("photo", other.value("student", ""));
    const std::string& title = reasons_.Get(other.value("code", ""), language_).title;
    std::cout << "    = "
              << (other.contains("similarity")
                      ? texts_.Format("compare.other_similarity", who, title, other["similarity"].dump())
                      : texts_.Format("compare.other", who, title))
              << '\n';
  }

  void TellBand(const Json& comparison, const compare::Rules& rules) const {
    const std::string band = comparison["band"];
    const auto one_in = [](double rate) { return std::lround(1 / rate); };
    const bool match = band == "match", mismatch = band == "mismatch";
    std::cout << texts_.Format("compare.band",
                               match      ? texts_.Get("band.match")
                               : mismatch ? texts_.Get("band.mismatch")
                                          : texts_.Get("band.review"),
                               comparison["similarity"].dump(), rules.match, rules.mismatch)
              << "\n  "
              << (match      ? texts_.Format("compare.match", one_in(rules.false_match_rate))
                  : mismatch ? texts_.Format("compare.mismatch", one_in(rules.false_mismatch_rate))
                             : std::string(texts_.Get("compare.uncertain")))
              << '\n';
    const Json& quality = comparison["reference_quality"];
    std::cout << "  "
              << texts_.Format("compare.reference", comparison["reference_interocular_px"].dump(),
                               quality["blur_px"].dump(),
                               quality["trusted"].get<bool>() ? texts_.Get("compare.trusted")
                                                              : texts_.Get("compare.not_trusted"))
              << '\n';
  }

  void TellFindings(const Record& record) const {
    for (const Finding& finding : record.findings) {
      std::cout << "  " << texts_.Title(finding.severity) << "  " << reasons_.Get(finding.code, language_).title
                << " (" << finding.code << ")";
      if (!finding.detail.empty()) std::cout << "  " << texts_.Detail(finding);
      std::cout << "\n      " << reasons_.Text(finding, language_) << "\n      "
                << reasons_.Get(finding.code, language_).advice << '\n';
    }
  }

  const standard::Reasons& reasons_;
  const standard::Texts& texts_;
  standard::Language language_;
};

// One record on its way through the tool.
struct Compared {
  Record record;
  std::optional<pipeline::BatchPrint> print;
};
Outcome OutcomeOf(const Compared& compared) { return compared.record.outcome; }

class Work {
 public:
  Work(const Options& options, const pipeline::Comparer& comparer,
       const std::optional<pipeline::RejectedBefore>& rejected)
      : options_(options), comparer_(comparer), rejected_(rejected) {}

  Compared operator()(Record record) const {
    const bool judged = NeedsWork(record, options_.photos);
    const bool wants_face = options_.duplicates || rejected_;
    if (record.photo.empty() || (!judged && !options_.duplicates)) return {std::move(record), {}};
    std::optional<pipeline::Comparer::Face> face;
    if (wants_face) {
      face = comparer_.FaceOf(record.photo, pipeline::Comparer::Role::kPhoto);
      if (record.sha256.empty()) SetHash(record, *face);
    }
    Compared compared;
    if (options_.duplicates) {
      auto print = pipeline::PrintOf(comparer_, *face);
      if (!print) {
        record.Add({"TECHNICAL_FAILURE", Severity::kError, {}, {}, {}, {}, print.error().message});
        return {std::move(record), {}};
      }
      compared.print = std::move(*print);
    }
    if (judged) {
      // Photos that were named only to look for duplicates have nothing to be compared with.
      if (!options_.duplicates || record.comparison.contains("reference") || record.student) {
        record = comparer_.Compare(std::move(record), face);
      }
      if (rejected_) rejected_->Check(comparer_, *face, record);
    }
    compared.record = std::move(record);
    return compared;
  }

 private:
  static void SetHash(Record& record, const pipeline::Comparer::Face& face) {
    if (face) {
      record.sha256 = (*face)->sha256;
    } else if (const auto hash = Sha256File(record.photo)) {
      record.sha256 = *hash;  // No face, but the file can still be the same as another.
    }
  }

  const Options& options_;
  const pipeline::Comparer& comparer_;
  const std::optional<pipeline::RejectedBefore>& rejected_;
};

Result<void> SearchDuplicates(const Options& options, const pipeline::Comparer& comparer,
                              std::vector<Record>& records,
                              const std::vector<std::optional<pipeline::BatchPrint>>& prints,
                              std::optional<compare::TemplateStore>& store) {
  pipeline::DuplicateOptions search;
  search.threads = options.photos.threads;
  search.earlier = store ? &*store : nullptr;
  const auto found = pipeline::FindDuplicates(records, prints, comparer, search);
  spdlog::info("{} pairs of photos of different students are alike, in {} groups", found.pairs, found.clusters);
  if (found.dropped > 0) spdlog::warn("{} more pairs were found than a report can list", found.dropped);
  if (!store) return {};
  pipeline::StoreTemplates(records, prints, *store);
  return store->Save();
}

Result<ExitCode> Run(const Options& options) {
  TRY_ASSIGN(auto records, Collect(options));
  if (records.empty()) return NothingToDo();
  auto engine_options = EngineOptionsFrom(options.photos, options.common);
  TRY_ASSIGN(auto severities, ParseSeverities(options.severities));
  engine_options.severities = std::move(severities);
  TRY_ASSIGN(auto comparer, pipeline::Comparer::Create(engine_options));
  TRY_ASSIGN(const auto config_dir, FindConfigDir(options.common.config_dir));
  TRY_ASSIGN(const auto reasons, standard::Reasons::Load(config_dir));
  std::optional<pipeline::RejectedBefore> rejected;
  if (!options.rejected_before.empty()) {
    TRY_ASSIGN(auto loaded, pipeline::RejectedBefore::Load(options.rejected_before));
    rejected = std::move(loaded);
  }
  std::optional<compare::TemplateStore> store;
  if (!options.templates.empty()) {
    auto opened = compare::TemplateStore::Open(options.templates, comparer.template_id());
    if (!opened) return std::unexpected(opened.error());
    if (!opened->note().empty()) spdlog::warn("{}", opened->note());
    store.emplace(std::move(*opened));
  }
  comparer.Expect(records);
  const bool by_hand = !options.json && options.pairs.empty() && !ReadsRecords(options.inputs);
  const Speaker speaker(reasons, LanguageFrom(options.language));

  std::vector<Record> done;
  std::vector<std::optional<pipeline::BatchPrint>> prints;
  const std::size_t total = records.size();
  const auto deliver = [&](Compared& compared) -> Result<void> {
    if (options.duplicates) {
      done.push_back(std::move(compared.record));
      prints.push_back(std::move(compared.print));
    } else if (by_hand) {
      speaker.TellPair(compared.record, comparer.rules());
    } else {
      std::cout << ToLine(compared.record) << '\n';
    }
    return {};
  };
  const auto code = RunRecords<Compared>("compare", std::move(records), options.photos.threads,
                                         options.common.quiet, Work(options, comparer, rejected), deliver);
  if (!code || !options.duplicates) return code;
  // Nothing is said about half a batch.
  if (done.size() < total)
    return Fail(ErrorKind::kOutput, "interrupted; nothing was compared across the batch");
  TRY(SearchDuplicates(options, comparer, done, prints, store));
  if (by_hand) {
    speaker.TellClusters(done);
  } else {
    for (const Record& record : done) std::cout << ToLine(record) << '\n';
  }
  return ExitCodeOf(done);
}

}  // namespace
}  // namespace gradphoto::cli

int main(int argc, char** argv) {
  CLI::App app(
      "Compares faces: two photos by hand, each record's photo with its reference, or all photos of a batch",
      "gradphoto-compare");
  gradphoto::cli::Options options;
  gradphoto::cli::Setup(app, options);
  return gradphoto::cli::RunMain(argc, argv, app, options.common, [&] { return gradphoto::cli::Run(options); });
}
