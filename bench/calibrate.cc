// SPDX-License-Identifier: Apache-2.0
// gradphoto-calibrate FOLDER...: puts faults of known amount into good portraits and tells what the checks find
// of them, what they refuse of the good ones, and whether groups of people fare differently; of several folders
// what the checks do in each, and in the worst. See docs/CALIBRATION.md.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <opencv2/core/utility.hpp>
#include <opencv2/imgproc.hpp>

#include "bench/calibration_table.h"
#include "lib/base/file.h"
#include "lib/base/photo_file.h"
#include "lib/image/encode.h"
#include "lib/pipeline/photo.h"
#include "lib/table/table.h"
#include "tests/support/fault_table.h"

namespace gradphoto::bench {
namespace {

namespace fs = std::filesystem;
using pipeline::PhotoKind;
using pipeline::Wall;

struct Options {
  std::vector<fs::path> folders;
  fs::path people, smiling, smiles = "bench/london_smiles.csv", markdown, csv, sheet;
  std::string standard = "chsi-2017";
  std::vector<std::string> only, without;
  std::size_t limit = 0;
  int jobs = 0;
};

std::vector<fs::path> Photos(const fs::path& folder) {
  std::vector<fs::path> files;
  const auto listing = ListPhotos(std::span(&folder, 1));
  if (!listing) return files;
  for (const PhotoFile& photo : listing->photos) files.emplace_back(photo.path);
  return files;
}

std::string AgeGroup(const std::string& age) {
  int years = 0;
  for (const char c : age) {
    if (c < '0' || c > '9') return {};
    years = std::min(999, 10 * years + (c - '0'));
  }
  if (age.empty()) return {};
  return years < 25 ? "18-24" : years < 35 ? "25-34" : "35 and more";
}

// By the first column that one of the names heads. Errors: kInput.
Result<std::map<std::string, Person>> ReadPeople(const fs::path& file) {
  TRY_ASSIGN(const auto table, table::ReadTable(file));
  std::map<std::string, Person> people;
  if (table.rows.empty()) return people;
  const std::vector<std::string>& head = table.rows.front().cells;
  const auto column = [&](std::initializer_list<std::string_view> names) {
    return static_cast<std::size_t>(
        std::ranges::find_if(
            head, [&](const std::string& cell) { return std::ranges::find(names, cell) != names.end(); }) -
        head.begin());
  };
  const std::size_t id = column({"id", "face_id"}), age = column({"age", "face_age"}),
                    sex = column({"gender", "sex", "face_gender"}),
                    ethnicity = column({"ethnicity", "face_eth"});
  if (id == head.size()) return Fail(ErrorKind::kInput, file.string() + ": no column id or face_id");
  for (std::size_t i = 1; i < table.rows.size(); ++i) {
    const std::vector<std::string>& cells = table.rows[i].cells;
    const auto cell = [&](std::size_t index) { return index < cells.size() ? cells[index] : std::string(); };
    people[cell(id)] = {cell(id), cell(sex), cell(ethnicity), AgeGroup(cell(age))};
  }
  return people;
}

// What a person saw on the smiling photos: id -> lips "apart" or "closed". Errors: kInput.
Result<std::map<std::string, std::string>> ReadSmiles(const fs::path& file) {
  TRY_ASSIGN(const auto table, table::ReadTable(file));
  std::map<std::string, std::string> smiles;
  for (std::size_t i = 1; i < table.rows.size(); ++i) {
    const std::vector<std::string>& cells = table.rows[i].cells;
    if (cells.size() < 2 || (cells[1] != "apart" && cells[1] != "closed")) {
      return Fail(ErrorKind::kInput, file.string() + ": not \"id,lips\" with lips apart or closed");
    }
    smiles[cells[0]] = cells[1];
  }
  return smiles;
}

std::optional<image::Photo> Load(const fs::path& file) {
  const auto bytes = ReadFile(file, image::DecodeLimits{}.max_file_bytes);
  if (!bytes) return std::nullopt;
  auto photo = image::Decode(*bytes);
  if (!photo) return std::nullopt;
  return std::move(*photo);
}

bool IsWanted(const Options& options, std::string_view name) {
  return options.only.empty() || std::ranges::find(options.only, name) != options.only.end();
}

class Run {
 public:
  Run(const Options& options, const fs::path& folder, const pipeline::Engine& engine)
      : options_(options), folder_(folder), engine_(engine) {}

  Result<Calibration> Calibrate() {
    TRY(FindPortraits());
    calibration_.standard = &engine_.standard;
    calibration_.source = folder_.filename().string();
    if (!options_.smiling.empty()) {
      constexpr standard::Codes kCodes = "MOUTH_OPEN TEETH_SHOWN EXPRESSION";
      calibration_.data = {
          {"smiling", std::string(kCodes.text()), "teeth or open mouth", "the lips are apart (嘴唇自然闭合)"},
          {"smiling, lips closed", std::string(kCodes.text()), "closed lips", ""}};
    }
    calibration_.people.resize(files_.size());
    std::atomic<std::size_t> done = 0;
    tbb::parallel_for(std::size_t{0}, files_.size(), [&](std::size_t i) {
      OnePortrait(i);
      std::fprintf(stderr, "\r%zu of %zu portraits", ++done, files_.size());
    });
    std::fprintf(stderr, "\n");
    std::ranges::sort(calibration_.trials, {}, [](const Trial& trial) {
      return std::tuple(static_cast<int>(trial.kind), trial.what, trial.strength, trial.person);
    });
    return std::move(calibration_);
  }

  // One picture per fault: two people, good and by strength, cut to the planned frame.
  Result<void> DrawSheets() {
    TRY(FindPortraits());
    const std::array<std::size_t, 2> chosen = {0, std::min<std::size_t>(1, files_.size() - 1)};
    std::vector<faults::Portrait> portraits;
    for (const std::size_t i : chosen) {
      const auto photo = Load(files_[i]);
      TRY_ASSIGN(auto portrait,
                 photo ? faults::Study(engine_, *photo) : Fail(ErrorKind::kInput, files_[i].string()));
      portraits.push_back(std::move(portrait));
    }
    const auto save = [&](std::string_view name,
                          const std::vector<std::vector<cv::Mat>>& rows) -> Result<void> {
      std::vector<cv::Mat> lines;
      for (const std::vector<cv::Mat>& row : rows) {
        cv::Mat line;
        cv::hconcat(row, line);
        lines.push_back(line);
      }
      cv::Mat sheet;
      cv::vconcat(lines, sheet);
      TRY_ASSIGN(const auto bytes, image::EncodeJpeg(sheet, 90, image::ChromaSampling::k444, 96));
      return WriteFileAtomic(options_.sheet / (std::string(name) + ".jpg"), bytes, IfExists::kOverwrite);
    };
    for (const faults::Fault& fault : faults::AllFaults()) {
      if (!IsWanted(options_, fault.name)) continue;
      std::vector<std::vector<cv::Mat>> rows;
      for (std::size_t p = 0; p < portraits.size(); ++p) {
        rows.push_back({Tile(portraits[p], portraits[p].bgr)});
        for (const double strength : fault.strengths) {
          rows.back().push_back(Tile(portraits[p], fault.inject(portraits[p], portraits[1 - p], strength).bgr));
        }
      }
      TRY(save(fault.name, rows));
    }
    if (!IsWanted(options_, "variations")) return {};
    std::vector<std::vector<cv::Mat>> rows;
    for (const faults::Portrait& portrait : portraits) {
      rows.emplace_back();
      for (const faults::Variation& variation : faults::AllVariations()) {
        rows.back().push_back(Tile(portrait, variation.inject(portrait).bgr));
      }
    }
    return save("variations", rows);
  }

 private:
  Result<void> FindPortraits() {
    files_ = Photos(folder_);
    for (const std::string& id : options_.without) {
      if (std::erase_if(files_, [&](const fs::path& file) { return file.stem() == id; }) > 0)
        calibration_.left_out.push_back(id);
    }
    if (options_.limit > 0 && files_.size() > options_.limit) {  // Spread over the folder.
      std::vector<fs::path> some;
      for (std::size_t i = 0; i < options_.limit; ++i)
        some.push_back(files_[i * files_.size() / options_.limit]);
      files_ = some;
    }
    if (files_.empty()) return Fail(ErrorKind::kInput, folder_.string() + ": no photos");
    if (!options_.people.empty()) {
      TRY_ASSIGN(auto people, ReadPeople(options_.people));
      people_ = std::move(people);
    }
    if (!options_.smiling.empty()) {
      TRY_ASSIGN(auto smiles, ReadSmiles(options_.smiles));
      smiles_ = std::move(smiles);
      for (const fs::path& file : files_) {
        if (fs::exists(options_.smiling / file.filename()) && !smiles_.contains(file.stem().string())) {
          return Fail(ErrorKind::kInput, options_.smiles.string() + ": no line for " + file.stem().string());
        }
      }
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(2, files_.size()); ++i) {
      const auto photo = Load(files_[i]);
      auto portrait = photo ? faults::Study(engine_, *photo) : Fail(ErrorKind::kInput, "unreadable");
      if (!portrait) return Fail(ErrorKind::kInput, files_[i].string() + ": " + portrait.error().message);
      others_.push_back(std::move(*portrait));
    }
    return {};
  }

  // The planned frame, 480 px wide; whole pictures of another size are fitted in.
  static cv::Mat Tile(const faults::Portrait& portrait, const cv::Mat& bgr) {
    const cv::Size size(360, 480);
    cv::Mat tile;
    if (bgr.size() == portrait.bgr.size()) {
      const cv::Rect frame = cv::Rect(portrait.frame) & cv::Rect({}, bgr.size());
      cv::resize(bgr(frame), tile, size, 0, 0, cv::INTER_AREA);
      return tile;
    }
    tile = cv::Mat(size, CV_8UC3, cv::Scalar(255, 0, 255));
    const double scale = std::min(double(size.width) / bgr.cols, double(size.height) / bgr.rows);
    cv::Mat fitted;
    cv::resize(bgr, fitted, {}, scale, scale, cv::INTER_AREA);
    fitted = fitted(cv::Rect(0, 0, std::min(fitted.cols, size.width), std::min(fitted.rows, size.height)));
    fitted.copyTo(tile(cv::Rect({}, fitted.size())));
    return tile;
  }

  void Add(Trial trial, image::Photo photo, Wall wall) {
    trial.verdicts =
        faults::VerdictsOf(pipeline::JudgePixels(engine_, std::move(photo), PhotoKind::kSource, wall));
    const std::scoped_lock lock(mutex_);
    calibration_.trials.push_back(std::move(trial));
  }

  void OnePortrait(std::size_t i) {
    const std::string id = files_[i].stem().string();
    Person& person = calibration_.people[i];
    person.id = id;
    if (const auto found = people_.find(id); found != people_.end()) person = found->second;
    const auto photo = Load(files_[i]);
    if (!photo) {
      std::fprintf(stderr, "\n%s: unreadable\n", files_[i].c_str());
      return;
    }
    Add({TrialKind::kAsTaken, i, 0, 0, {}}, *photo, Wall::kAsItIs);
    Add({TrialKind::kDelivered, i, 0, 0, {}}, *photo, Wall::kAsPolicySays);
    const auto portrait = faults::Study(engine_, *photo);
    if (!portrait) {
      std::fprintf(stderr, "\n%s: %s\n", files_[i].c_str(), portrait.error().message.c_str());
      return;
    }
    const faults::Portrait& other = others_[i == 0 && others_.size() > 1 ? 1 : 0];
    const auto faults = faults::AllFaults();
    for (std::size_t what = 0; what < faults.size(); ++what) {
      if (!IsWanted(options_, faults[what].name)) continue;
      for (std::size_t j = 0; j < faults[what].strengths.size(); ++j) {
        image::Photo faulty = faults[what].inject(*portrait, other, faults[what].strengths[j]);
        Add({TrialKind::kFault, i, what, j, {}}, std::move(faulty), Wall::kAsItIs);
      }
    }
    const auto variations = faults::AllVariations();
    for (std::size_t what = 0; what < variations.size() && IsWanted(options_, "variations"); ++what) {
      Add({TrialKind::kVariation, i, what, 0, {}}, variations[what].inject(*portrait), Wall::kAsPolicySays);
    }
    const auto smile = smiles_.find(id);
    if (smile == smiles_.end() || !IsWanted(options_, "smiling"))
      return;  // Without a photo, see FindPortraits.
    if (auto smiling = Load(options_.smiling / files_[i].filename())) {
      const std::size_t row = smile->second == "closed" ? 1 : 0;
      Add({TrialKind::kData, i, row, 0, {}}, std::move(*smiling), Wall::kAsItIs);
    }
  }

  const Options& options_;
  const fs::path& folder_;
  const pipeline::Engine& engine_;
  std::vector<fs::path> files_;
  std::map<std::string, Person> people_;
  std::map<std::string, std::string> smiles_;
  std::vector<faults::Portrait> others_;
  std::mutex mutex_;
  Calibration calibration_;
};

// Puts `text` between the two marker lines of a Markdown file, or writes a file of its own.
Result<void> WriteMarkdown(const fs::path& file, const std::string& text) {
  constexpr std::string_view kBegin = "<!-- generated by gradphoto-calibrate: begin -->\n";
  constexpr std::string_view kEnd = "<!-- generated by gradphoto-calibrate: end -->\n";
  std::string whole = std::string(kBegin) + text + std::string(kEnd);
  if (const auto old = ReadTextFile(file, 16u << 20)) {
    const std::size_t begin = old->find(kBegin), end = old->find(kEnd);
    if (begin == std::string::npos || end == std::string::npos || end < begin) {
      return Fail(ErrorKind::kOutput, file.string() + ": no lines that mark the generated part");
    }
    whole = old->substr(0, begin) + whole + old->substr(end + kEnd.size());
  }
  return WriteFileAtomic(file, whole, IfExists::kOverwrite);
}

Result<void> Main(const Options& options) {
  pipeline::EngineOptions engine_options;
  engine_options.standard = options.standard;
  TRY_ASSIGN(const auto engine, pipeline::Engine::Create(engine_options));
  if (options.folders.size() > 1 && !options.csv.empty())
    return Fail(ErrorKind::kUsage, "--csv: the counts are of one folder");
  if (!options.sheet.empty()) return Run(options, options.folders.front(), engine).DrawSheets();
  std::vector<Calibration> sets;
  for (const fs::path& folder : options.folders) {
    TRY_ASSIGN(auto set, Run(options, folder, engine).Calibrate());
    sets.push_back(std::move(set));
  }
  for (const std::string& id : options.without) {
    if (std::ranges::none_of(sets,
                             [&](const Calibration& set) { return std::ranges::count(set.left_out, id) > 0; }))
      return Fail(ErrorKind::kUsage, "--without " + id + ": no such portrait");
  }
  Tables tables;
  if (sets.size() == 1) {
    tables = MakeTables(sets.front());
  } else {
    tables.markdown = MakeSetTables(sets);
  }
  if (!options.csv.empty()) {
    TRY(WriteFileAtomic(options.csv, tables.csv, IfExists::kOverwrite));
  }
  if (!options.markdown.empty()) return WriteMarkdown(options.markdown, tables.markdown);
  std::fputs(tables.markdown.c_str(), stdout);
  return {};
}

}  // namespace
}  // namespace gradphoto::bench

int main(int argc, char** argv) {
  using gradphoto::bench::Options;
  Options options;
  CLI::App app("What the checks find of faults put into good portraits, and what they refuse of the good ones");
  app.add_option(
         "folder", options.folders,
         "Good portraits, one person each; several sets: the tables have a column for each and the worst one")
      ->required()
      ->type_name("FOLDER");
  app.add_option("--people", options.people,
                 "CSV with id, age, gender, ethnicity; id = file name without extension")
      ->type_name("FILE");
  app.add_option("--smiling", options.smiling, "The same people smiling, under the same file names")
      ->type_name("FOLDER");
  app.add_option("--smiles", options.smiles, "CSV with id and lips (apart, closed) of the smiling photos")
      ->capture_default_str()
      ->type_name("FILE");
  app.add_option("--standard", options.standard, "Standard whose limits are in force")->capture_default_str();
  app.add_option("--only", options.only,
                 "These faults only, or \"variations\", \"smiling\"; \"good\": none of them")
      ->delimiter(',')
      ->type_name("NAME,...");
  app.add_option(
         "--without", options.without,
         "Leave out these portraits (ids), which a person found to be no good ones; the table names them")
      ->delimiter(',')
      ->type_name("ID,...");
  app.add_option("--limit", options.limit, "So many portraits, spread over the folder")->type_name("N");
  app.add_option("--jobs", options.jobs, "Threads; 0 = one for each core")->type_name("N");
  app.add_option("--markdown", options.markdown, "Write the tables into the marked part of this file")
      ->type_name("FILE");
  app.add_option("--csv", options.csv, "Write the counts to this file")->type_name("FILE");
  app.add_option("--sheet", options.sheet, "Draw contact sheets of the faults into this folder, and stop")
      ->type_name("FOLDER");
  CLI11_PARSE(app, argc, argv);
  cv::setNumThreads(1);
  std::optional<tbb::global_control> limit;
  if (options.jobs > 0) {
    limit.emplace(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(options.jobs));
  }
  const auto done = gradphoto::bench::Main(options);
  if (done) return 0;
  std::fprintf(stderr, "gradphoto-calibrate: %s\n", done.error().message.c_str());
  return 2;
}
