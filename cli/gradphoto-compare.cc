// SPDX-License-Identifier: Apache-2.0
// gradphoto-compare: is the person on one photo the person on the other? Is one face handed in for two
// students?
#include <cmath>
#include <iostream>
#include <map>

#include "cli/common/inputs.h"
#include "cli/common/language.h"
#include "cli/common/notes.h"
#include "cli/common/photo_options.h"
#include "cli/common/run_main.h"
#include "cli/common/run_records.h"
#include "cli/common/sandbox.h"
#include "cli/common/severity_option.h"
#include "cli/common/table.h"
#include "lib/base/photo_archive.h"
#include "lib/base/resources.h"
#include "lib/batch/face_search.h"
#include "lib/pipeline/pairs.h"
#include "lib/standard/reasons.h"

namespace gradphoto::cli {
namespace {

struct Options {
  CommonOptions common;
  InputOptions inputs;
  PhotoOptions photos;
  std::string pairs;
  bool duplicates = false;
  bool dry_run = false;
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
  app.add_option("--pairs", options.pairs,
                 "Table (CSV or XLSX) with the columns photo and reference: one comparison a row")
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
  app.add_flag("--json", options.json, "Also print records for photos named by hand");
  AddLanguageOption(app, options.language, "Language of the text for people");
  AddDryRun(app, options.dry_run, "Compare with the templates of earlier batches, but keep none of this one");
  AddPhotoOptions(app, options.photos);
  AddExamples(app, {{"gradphoto-compare photo.jpg id-card.jpg", "is it one person?"},
                    {"gradphoto-compare --pairs pairs.csv > compared.ndjson", "one comparison for each row"},
                    {"gradphoto-compare --duplicates photos/", "one face or one file of several students"}});
}

Result<std::vector<Record>> Collect(const Options& options) {
  if (!options.pairs.empty()) {
    if (!options.inputs.inputs.empty())
      return Fail(ErrorKind::kUsage, "--pairs stands alone: name no photos beside it");
    return pipeline::ReadPairs(options.pairs);
  }
  if (ReadsRecords(options.inputs) || options.duplicates) return CollectRecords(options.inputs);
  if (options.inputs.inputs.size() != 2) {
    return Fail(ErrorKind::kUsage,
                "name two photos, or '-' for records, or --pairs FILE, or --duplicates PATH...");
  }
  return std::vector{pipeline::PairRecord(options.inputs.inputs[0], options.inputs.inputs[1])};
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
        std::cout << Printable(record.photo) << '\n';
        TellFindings(record);
      }
    }
    if (clusters.empty()) std::cout << texts_.Get("compare.no_duplicates") << '\n';
    for (const auto& [number, members] : clusters) {
      std::cout << texts_.Format("compare.group", number) << '\n';
      for (const Record* record : members) {
        std::cout << "  " << Printable(record->photo) << '\n';
        for (const Json& other : record->comparison["duplicates"]) TellOther(other);
      }
    }
  }

 private:
  void TellOther(const Json& other) const {
    const std::string who = Printable(other.value("photo", other.value("student", "")));
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
  batch::FaceSearch::Fingerprint fingerprint;
};
Outcome OutcomeOf(const Compared& compared) { return compared.record.outcome; }

// A record's way through the tool. Photos that were named only to look for duplicates have nothing to be
// compared with.
Compared LookAt(const Options& options, const batch::FaceSearch& faces, Record record) {
  const bool judged = NeedsWork(record, options.photos);
  if (record.photo.empty() || (!judged && !options.duplicates)) return {std::move(record), {}};
  if (record.sha256.empty() && (options.duplicates || !options.rejected_before.empty())) {
    if (auto hash = HashPhoto(record.photo)) record.sha256 = *std::move(hash);
  }
  const bool reference = !options.duplicates || record.comparison.contains("reference") || record.student;
  auto fingerprint = faces.Look(record, {.judged = judged, .reference = reference});
  return {std::move(record), std::move(fingerprint)};
}

Result<batch::FaceSearch> OpenSearch(const Options& options, batch::Notes& notes) {
  auto engine_options = EngineOptionsFrom(options.photos, options.common);
  TRY_ASSIGN(engine_options.severities, ParseSeverities(options.severities));
  return batch::FaceSearch::Create({.duplicates = options.duplicates,
                                    .templates = options.templates,
                                    .rejected_before = options.rejected_before,
                                    .dry_run = options.dry_run,
                                    .threads = options.photos.threads},
                                   engine_options, notes);
}

Result<ExitCode> Run(const Options& options) {
  MayWriteOnlyTo({options.templates});
  TRY_ASSIGN(auto records, Collect(options));
  if (records.empty()) return NothingToDo();
  batch::Notes notes(PrintNote);
  TRY_ASSIGN(auto faces, OpenSearch(options, notes));
  TRY_ASSIGN(const auto config_dir, FindConfigDir(options.common.config_dir));
  TRY_ASSIGN(const auto reasons, standard::Reasons::Load(config_dir));
  faces.Expect(records);
  const bool by_hand = !options.json && options.pairs.empty() && !ReadsRecords(options.inputs);
  const Speaker speaker(reasons, LanguageFrom(options.language));

  std::vector<Record> done;
  std::vector<batch::FaceSearch::Fingerprint> fingerprints;
  const std::size_t total = records.size();
  const auto deliver = [&](Compared& compared) -> Result<void> {
    if (options.duplicates) {
      done.push_back(std::move(compared.record));
      fingerprints.push_back(std::move(compared.fingerprint));
    } else if (by_hand) {
      speaker.TellPair(compared.record, faces.comparer().rules());
    } else {
      std::cout << ToLine(compared.record) << '\n';
    }
    return {};
  };
  const auto work = [&](Record record) { return LookAt(options, faces, std::move(record)); };
  const auto code = RunRecords<Compared>("compare", std::move(records), options.photos.threads,
                                         options.common.quiet, work, deliver);
  if (!code || !options.duplicates) return code;
  // Nothing is said about half a batch.
  if (done.size() < total)
    return Fail(ErrorKind::kOutput, "interrupted; nothing was compared across the batch");
  faces.SearchBatch(done, fingerprints, notes);
  TRY(faces.KeepTemplates(done, fingerprints));
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
