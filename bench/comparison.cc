// SPDX-License-Identifier: Apache-2.0
// gradphoto-calibrate-comparison LONDON_DIR PLOTS_DIR [REFERENCE]: the figures of docs/COMPARISON.md as
// Markdown tables on stdout, the plots as SVG in PLOTS_DIR. gradphoto-calibrate-comparison --sets PEOPLE_DIR:
// those of other people (comparison_sets.h). LONDON_DIR holds neutral/, smiling/ and people.csv of the Face
// Research Lab London Set. Every photo is compared with every reference, references as good as the photos and
// degraded by known amounts, through the same code that the tools run; only the photos are made here.
#include "lib/pipeline/comparison.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "bench/comparison_sets.h"
#include "lib/base/file.h"
#include "lib/base/numbers.h"
#include "lib/face/find.h"
#include "lib/standard/codes.h"
#include "lib/table/table.h"
#include "tests/support/references.h"

namespace gradphoto {
namespace {

namespace fs = std::filesystem;
using pipeline::Comparer;

struct Person {
  std::string id, sex, group;
  struct Shot {
    cv::Mat bgr;
    cv::Point2d left_pupil, right_pupil;
    Comparer::Face face;
  } shots[2];  // Neutral, smiling.
};

struct Variant {
  std::string name;
  std::function<cv::Mat(const Person::Shot&)> make;
  bool usable = true;  // Within what the issue asks of references; the others show where it ends.
};

cv::Mat Card(const Person::Shot& shot, int width) {
  return testing::CardPortrait(shot.bgr, shot.left_pupil, shot.right_pupil, width);
}

std::vector<Variant> Variants() {
  using testing::Recompressed, testing::Grey, testing::Blurred, testing::Exposed, testing::PhotographedCard;
  using Shot = Person::Shot;
  return {
      {"as taken, 1350 x 1350", [](const Shot& s) { return s.bgr; }},
      {"358 x 441", [](const Shot& s) { return Recompressed(Card(s, 358), 90); }},
      {"102 x 126", [](const Shot& s) { return Recompressed(Card(s, 102), 90); }},
      {"358, JPEG 40", [](const Shot& s) { return Recompressed(Card(s, 358), 40); }},
      {"102, JPEG 40", [](const Shot& s) { return Recompressed(Card(s, 102), 40); }},
      {"358, grey", [](const Shot& s) { return Recompressed(Grey(Card(s, 358)), 80); }},
      {"102, grey, JPEG 40", [](const Shot& s) { return Recompressed(Grey(Card(s, 102)), 40); }},
      {"358, blur 2 px", [](const Shot& s) { return Recompressed(Blurred(Card(s, 358), 2), 80); }},
      {"358, blur 4 px", [](const Shot& s) { return Recompressed(Blurred(Card(s, 358), 4), 80); }},
      {"358, +1 stop", [](const Shot& s) { return Recompressed(Exposed(Card(s, 358), 1), 80); }},
      {"358, -1 stop", [](const Shot& s) { return Recompressed(Exposed(Card(s, 358), -1), 80); }},
      {"card photographed", [](const Shot& s) { return PhotographedCard(Card(s, 358), 4); }},
      {"card, portrait of 102", [](const Shot& s) { return PhotographedCard(Card(s, 102), -7); }},
      {"card, turned by 90", [](const Shot& s) { return PhotographedCard(Card(s, 358), 92); }},
      {"358, blur 6 px", [](const Shot& s) { return Recompressed(Blurred(Card(s, 358), 6), 80); }, false},
      {"358, +2 stops", [](const Shot& s) { return Recompressed(Exposed(Card(s, 358), 2), 80); }, false},
      {"60 x 74", [](const Shot& s) { return Recompressed(Card(s, 60), 80); }, false},
      {"45 x 55", [](const Shot& s) { return Recompressed(Card(s, 45), 80); }, false},
      {"32 x 39", [](const Shot& s) { return Recompressed(Card(s, 32), 80); }, false},
  };
}

// What the records say about the pairs of one variant.
struct Outcomes {
  std::map<std::string, int> same, different;  // By band; "unusable" where the reference was.
  std::vector<double> same_similarity, different_similarity;
  std::vector<double> same_shot;  // Correlation with the very shot that the reference was made from.
};

// 95 % interval of a share (Wilson 1927), as "0.00 % (0.00-0.08)".
std::string Share(int count, int total) {
  if (total == 0) return "-";
  constexpr double z = 1.96;
  const double n = total, p = count / n, middle = p + z * z / (2 * n);
  const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n)), scale = 1 + z * z / n;
  char text[80];
  std::snprintf(text, sizeof text, "%.2f %% (%.2f-%.2f)", 100 * p, 100 * std::max(0.0, (middle - half) / scale),
                100 * std::min(1.0, (middle + half) / scale));
  return text;
}

double Quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  return Percentile(values, q);
}

int CountFrom(const std::vector<double>& values, double limit) {
  return static_cast<int>(std::ranges::count_if(values, [&](double value) { return value >= limit; }));
}

// A plot of 720 x 360 with similarities on the x axis.
class Plot {
 public:
  Plot(const std::string& title, double low, double high) : low_(low), high_(high) {
    out_ << "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 360\" font-family=\"sans-serif\" "
            "font-size=\"12\"><rect width=\"720\" height=\"360\" fill=\"#fff\"/><text x=\"16\" y=\"20\" "
            "font-size=\"14\">"
         << title << "</text>";
    for (double x = std::ceil(low * 5 - 1e-9) / 5; x <= high + 1e-9; x += 0.2) {
      Line(X(x), 34, X(x), 326, "#e4e4e4");
      Text(X(x) - 8, 344, Number(x));
    }
  }
  double X(double value) const { return 150 + (value - low_) / (high_ - low_) * 550; }
  void Line(double x1, double y1, double x2, double y2, const std::string& colour, double width = 1) {
    out_ << "<line x1=\"" << Number(x1) << "\" y1=\"" << Number(y1) << "\" x2=\"" << Number(x2) << "\" y2=\""
         << Number(y2) << "\" stroke=\"" << colour << "\" stroke-width=\"" << Number(width) << "\"/>";
  }
  void Box(double x, double y, double width, double height, const std::string& colour) {
    out_ << "<rect x=\"" << Number(x) << "\" y=\"" << Number(y) << "\" width=\"" << Number(width)
         << "\" height=\"" << Number(height) << "\" fill=\"" << colour << "\"/>";
  }
  void Text(double x, double y, const std::string& text, const std::string& colour = "#222") {
    out_ << "<text x=\"" << Number(x) << "\" y=\"" << Number(y) << "\" fill=\"" << colour << "\">" << text
         << "</text>";
  }
  void Limit(double value, const std::string& name) {
    Line(X(value), 34, X(value), 326, "#b00020", 1.5);
    Text(X(value) + 3, 46, name, "#b00020");
  }
  bool Save(const fs::path& file) {
    out_ << "</svg>\n";
    return WriteFileAtomic(file, out_.str(), IfExists::kOverwrite).has_value();
  }

 private:
  static std::string Number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f", value);
    return text;
  }
  double low_, high_;
  std::ostringstream out_;
};

constexpr const char* kSame = "#1b6ec2";
constexpr const char* kDifferent = "#e08a00";

bool PlotDistributions(const Outcomes& clean, const compare::Rules& rules, const fs::path& file) {
  Plot plot("Similarity of London pairs, references as taken: different people (orange), one person (blue)",
            -0.4, 1);
  constexpr int kBins = 70;
  for (const auto& [values, colour] :
       {std::pair(&clean.different_similarity, kDifferent), std::pair(&clean.same_similarity, kSame)}) {
    std::vector<double> bins(kBins, 0);
    for (const double value : *values) {
      const int bin = std::clamp(static_cast<int>((value + 0.4) / 1.4 * kBins), 0, kBins - 1);
      bins[static_cast<std::size_t>(bin)] += 1.0 / static_cast<double>(values->size());
    }
    for (int i = 0; i < kBins; ++i) {
      const double height = 1500 * bins[static_cast<std::size_t>(i)];
      const double x = plot.X(-0.4 + 1.4 * i / kBins);
      if (height > 0) plot.Box(x, 326 - std::min(280.0, height), 6.5, std::min(280.0, height), colour);
    }
  }
  plot.Limit(rules.mismatch, "mismatch");
  plot.Limit(rules.match, "match");
  return plot.Save(file);
}

bool PlotDegraded(const std::vector<std::pair<Variant, Outcomes>>& all, const compare::Rules& rules,
                  const fs::path& file) {
  Plot plot("Degraded references: 99 % and highest of different people, lowest, 5 % and median of one person",
            -0.2, 1);
  double y = 62;
  for (const auto& [variant, outcomes] : all) {
    plot.Text(8, y + 4, variant.name);
    const auto& same = outcomes.same_similarity;
    const auto& different = outcomes.different_similarity;
    if (!different.empty()) {
      plot.Line(plot.X(Quantile(different, 0.99)), y, plot.X(Quantile(different, 1)), y, kDifferent, 5);
    }
    if (!same.empty()) {
      plot.Line(plot.X(Quantile(same, 0)), y, plot.X(Quantile(same, 0.5)), y, kSame, 2);
      plot.Line(plot.X(Quantile(same, 0.05)), y, plot.X(Quantile(same, 0.5)), y, kSame, 6);
    }
    y += 14;
  }
  plot.Limit(rules.mismatch, "mismatch");
  plot.Limit(rules.match, "match");
  return plot.Save(file);
}

// Shares of pairs on the wrong side of a threshold, in decades from 1 down to 1e-4.
bool PlotErrors(const Outcomes& clean, const Outcomes& poor, const compare::Rules& rules,
                const fs::path& file) {
  Plot plot("Wrong side of a threshold: different pairs (orange), same pairs (blue); pale: 102, grey, JPEG 40",
            -0.2, 1);
  const auto y = [](double share) { return 60 - 66 * std::log10(std::max(share, 1e-4)); };
  for (int decade = 0; decade <= 4; ++decade) {
    plot.Line(150, y(std::pow(10, -decade)), 700, y(std::pow(10, -decade)), "#e4e4e4");
    plot.Text(112, y(std::pow(10, -decade)) + 4, decade == 0 ? "1" : "1e-" + std::to_string(decade));
  }
  for (const auto& [outcomes, different, same] :
       {std::tuple(&poor, "#f5cf99", "#a4c8ea"), std::tuple(&clean, kDifferent, kSame)}) {
    const auto share = [](const std::vector<double>& values, double t, bool below) {
      const int from = CountFrom(values, t);
      return (below ? static_cast<double>(values.size()) - from : from) / static_cast<double>(values.size());
    };
    for (double t = -0.2; t < 0.995; t += 0.005) {
      const double far[2] = {share(outcomes->different_similarity, t, false),
                             share(outcomes->different_similarity, t + 0.005, false)};
      const double frr[2] = {share(outcomes->same_similarity, t, true),
                             share(outcomes->same_similarity, t + 0.005, true)};
      if (far[0] > 0) plot.Line(plot.X(t), y(far[0]), plot.X(t + 0.005), y(far[1]), different, 2);
      if (frr[1] > 0) plot.Line(plot.X(t), y(frr[0]), plot.X(t + 0.005), y(frr[1]), same, 2);
    }
  }
  plot.Limit(rules.mismatch, "mismatch");
  plot.Limit(rules.match, "match");
  return plot.Save(file);
}

std::vector<Person> ReadPeople(const fs::path& london) {
  std::map<std::string, std::pair<std::string, std::string>> facts;
  const auto table = table::ReadTable(london / "people.csv");
  if (!table) return {};
  for (const table::TableRow& row : table->rows) {
    const auto cell = [&](std::size_t column) {
      return column < row.cells.size() ? row.cells[column] : std::string();
    };
    facts[cell(0)] = {cell(2), cell(3)};  // face_id, age, sex, group.
  }
  std::vector<Person> people;
  for (const auto& [id, fact] : facts) {
    if (!fs::exists(london / "neutral" / (id + ".jpg")) || !fs::exists(london / "smiling" / (id + ".jpg")))
      continue;
    people.push_back({id, fact.first, fact.second, {}});
  }
  return people;
}

class Calibration {
 public:
  Calibration(fs::path london, fs::path plots, std::string only)
      : london_(std::move(london)), plots_(std::move(plots)), only_(std::move(only)) {
    std::string name = (fs::temp_directory_path() / "gradphoto-calibrate-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) scratch_ = name;
  }
  Calibration(const Calibration&) = delete;
  Calibration& operator=(const Calibration&) = delete;
  ~Calibration() {
    std::error_code ignored;
    if (!scratch_.empty()) fs::remove_all(scratch_, ignored);
  }

  int Run() {
    auto comparer = Comparer::Create({});
    const auto resources = pipeline::Resources::Load({});
    if (!comparer || !resources) {
      std::fprintf(stderr, "%s\n", (comparer ? resources.error() : comparer.error()).message.c_str());
      return 2;
    }
    comparer_.emplace(std::move(*comparer));
    people_ = ReadPeople(london_);
    if (scratch_.empty() || people_.size() < 2 || !LookAtPhotos(*resources)) {
      std::fprintf(stderr, "no usable photos in %s\n", london_.string().c_str());
      return 2;
    }
    std::vector<std::pair<Variant, Outcomes>> all;
    for (const Variant& variant : Variants()) {
      if (!only_.empty() && variant.name != only_) continue;
      std::fprintf(stderr, "%s\n", variant.name.c_str());
      all.emplace_back(variant, CompareAll(variant));
    }
    PrintBands(all);
    if (!only_.empty()) return 0;
    PrintGroups();
    PrintThresholds(all.front().second);
    FingerprintOfShots(all);
    const compare::Rules& rules = comparer_->rules();
    const bool saved = PlotDistributions(all[0].second, rules, plots_ / "similarities.svg") &&
                       PlotDegraded(all, rules, plots_ / "degraded.svg") &&
                       PlotErrors(all[0].second, all[6].second, rules, plots_ / "errors.svg");
    return saved ? 0 : 5;
  }

 private:
  bool LookAtPhotos(const pipeline::Resources& resources) {
    const auto detector = face::Detector::Create(resources.registry, resources.model_dir);
    const auto landmarker = face::Landmarker::Create(resources.registry, resources.model_dir);
    if (!detector || !landmarker) return false;
    for (Person& person : people_) {
      for (const int which : {0, 1}) {
        const fs::path file = london_ / (which == 0 ? "neutral" : "smiling") / (person.id + ".jpg");
        const auto bytes = ReadFile(file, 1u << 28);
        if (!bytes) return false;
        const auto photo = image::Decode(*bytes);
        if (!photo) return false;
        const auto found =
            face::FindUprightFaces(*detector, *landmarker, photo->bgr, face::Orientation::kKnown);
        if (!found || found->faces.empty()) return false;
        const face::Landmarks& landmarks = found->faces.front().landmarks;
        person.shots[which] = {photo->bgr, landmarks.At(face::point::kLeftPupil),
                               landmarks.At(face::point::kRightPupil),
                               comparer_->FaceOf(file, Comparer::Role::kPhoto)};
        if (!person.shots[which].face) return false;
      }
    }
    return true;
  }

  // Every photo against every reference of the other expression, both ways round.
  Outcomes CompareAll(const Variant& variant) {
    Outcomes outcomes;
    const fs::path file = scratch_ / "reference.jpg";
    std::vector<Record> records;
    for (const int which : {0, 1}) {
      for (const Person& owner : people_) {
        const auto jpeg =
            image::EncodeJpeg(variant.make(owner.shots[which]), 98, image::ChromaSampling::k444, 300);
        if (!jpeg || !WriteFileAtomic(file, std::span(*jpeg), IfExists::kOverwrite)) return {};
        std::vector<Record> uses(people_.size() + 1);  // One more than records: the look at the shot.
        for (Record& record : uses) record.comparison["reference"] = file.string();
        comparer_->Expect(uses);
        if (const auto reference = comparer_->FaceOf(file, Comparer::Role::kReference)) {
          outcomes.same_shot.push_back(
              compare::ShotCorrelation((*reference)->shot, (*owner.shots[which].face)->shot));
        }
        for (std::size_t i = 0; i < people_.size(); ++i) {
          const Record record = comparer_->Compare(uses[i], people_[i].shots[1 - which].face);
          Count(record, people_[i].id == owner.id, outcomes);
        }
      }
    }
    fs::remove(file);
    return outcomes;
  }

  static void Count(const Record& record, bool same, Outcomes& outcomes) {
    const bool unusable = std::ranges::any_of(
        record.findings, [](const Finding& finding) { return standard::Is(finding, "REFERENCE_UNUSABLE"); });
    const std::string band = record.comparison.value("band", "none");
    ++(same ? outcomes.same : outcomes.different)[unusable ? "unusable" : band];
    if (record.comparison.contains("similarity")) {
      (same ? outcomes.same_similarity : outcomes.different_similarity)
          .push_back(record.comparison["similarity"].get<double>());
    }
  }

  void PrintBands(const std::vector<std::pair<Variant, Outcomes>>& all) const {
    std::printf(
        "| reference | same: match | review | unusable | mismatch | lowest, median | different: match | review "
        "| "
        "unusable | mismatch | 99 %%, highest |\n|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (const auto& [variant, outcomes] : all) {
      const auto at = [](const std::map<std::string, int>& counts, const char* band) {
        const auto found = counts.find(band);
        return found == counts.end() ? 0 : found->second;
      };
      const auto& [same, different] = std::pair(outcomes.same, outcomes.different);
      std::printf("| %s | %d | %d | %d | %d | %.2f, %.2f | %d | %d | %d | %d | %.2f, %.2f |\n",
                  variant.name.c_str(), at(same, "match"), at(same, "review"), at(same, "unusable"),
                  at(same, "mismatch"), Quantile(outcomes.same_similarity, 0),
                  Quantile(outcomes.same_similarity, 0.5), at(different, "match"), at(different, "review"),
                  at(different, "unusable"), at(different, "mismatch"),
                  Quantile(outcomes.different_similarity, 0.99), Quantile(outcomes.different_similarity, 1));
    }
  }

  // Pairs within a group are the hard ones: people of one sex and one origin look alike.
  void PrintGroups() const {
    std::printf(
        "\n| people | same pairs | called match | called mismatch | lowest | different pairs within | called "
        "match | "
        "not called mismatch | highest |\n|---|---|---|---|---|---|---|---|---|\n");
    std::set<std::string> names = {"all", "female", "male"};
    for (const Person& person : people_) names.insert({person.group, person.group + ", " + person.sex});
    const compare::Rules& rules = comparer_->rules();
    for (const std::string& name : names) {
      const auto belongs = [&](const Person& person) {
        return name == "all" || name == person.sex || name == person.group ||
               name == person.group + ", " + person.sex;
      };
      std::vector<double> same, different;
      for (const Person& one : people_) {
        for (const Person& other : people_) {
          if (!belongs(one) || !belongs(other)) continue;
          (one.id == other.id ? same : different)
              .push_back(comparer_->SimilarityOf(**one.shots[0].face, **other.shots[1].face).value);
        }
      }
      const int same_count = static_cast<int>(same.size()),
                different_count = static_cast<int>(different.size());
      std::printf("| %s | %d | %s | %s | %.2f | %d | %s | %s | %.2f |\n", name.c_str(), same_count,
                  Share(CountFrom(same, rules.match), same_count).c_str(),
                  Share(same_count - CountFrom(same, rules.mismatch), same_count).c_str(), Quantile(same, 0),
                  different_count, Share(CountFrom(different, rules.match), different_count).c_str(),
                  Share(CountFrom(different, rules.mismatch), different_count).c_str(), Quantile(different, 1));
    }
  }

  // Of the fused similarity alone, and what an exponential tail (fitted above 0.35) makes of it farther out.
  void PrintThresholds(const Outcomes& clean) const {
    std::vector<double> different;
    std::vector<compare::Template> fused[2];
    for (const Person& person : people_) {
      for (const int which : {0, 1}) {
        fused[which].push_back(comparer_->FusedTemplate(**person.shots[which].face));
      }
    }
    for (std::size_t i = 0; i < people_.size(); ++i) {
      for (std::size_t j = 0; j < people_.size(); ++j) {
        if (i != j) different.push_back(compare::Similarity(fused[0][i], fused[1][j]));
        if (i < j) different.push_back(compare::Similarity(fused[0][i], fused[0][j]));
        if (i < j) different.push_back(compare::Similarity(fused[1][i], fused[1][j]));
      }
    }
    constexpr double kTail = 0.35;
    double excess = 0;
    int beyond = 0;
    for (const double value : different) {
      if (value < kTail) continue;
      excess += value - kTail;
      ++beyond;
    }
    const double rate = beyond / excess, share = beyond / static_cast<double>(different.size());
    std::printf(
        "\n| threshold | different pairs at or above | by the tail | same pairs below |\n|---|---|---|---|\n");
    const int total = static_cast<int>(different.size()),
              same_total = static_cast<int>(clean.same_similarity.size());
    for (const double t : {0.28, 0.35, 0.4, 0.45, 0.5, 0.53, 0.56, 0.6, 0.62, 0.65, 0.7, 0.75, 0.8}) {
      std::printf("| %.2f | %s | %.1e | %s |\n", t, Share(CountFrom(different, t), total).c_str(),
                  t < kTail ? static_cast<double>(CountFrom(different, t)) / total
                            : share * std::exp(-rate * (t - kTail)),
                  Share(same_total - CountFrom(clean.same_similarity, t), same_total).c_str());
    }
  }

  void FingerprintOfShots(const std::vector<std::pair<Variant, Outcomes>>& all) const {
    const double limit = comparer_->rules().duplicates.same_shot_correlation;
    std::printf("\n| copy of a shot | found as the same shot | lowest, median correlation |\n|---|---|---|\n");
    for (const auto& [variant, outcomes] : all) {
      std::printf(
          "| %s | %s | %.3f, %.3f |\n", variant.name.c_str(),
          Share(CountFrom(outcomes.same_shot, limit), static_cast<int>(outcomes.same_shot.size())).c_str(),
          Quantile(outcomes.same_shot, 0), Quantile(outcomes.same_shot, 0.5));
    }
    std::vector<double> other_shot, others;
    for (const Person& one : people_) {
      for (const Person& other : people_) {
        const double correlation =
            compare::ShotCorrelation((*one.shots[0].face)->shot, (*other.shots[1].face)->shot);
        (one.id == other.id ? other_shot : others).push_back(correlation);
      }
    }
    std::printf("| another shot of the same person | %s | highest %.3f, median %.3f |\n",
                Share(CountFrom(other_shot, limit), static_cast<int>(other_shot.size())).c_str(),
                Quantile(other_shot, 1), Quantile(other_shot, 0.5));
    std::printf("| another person | %s | highest %.3f, median %.3f |\n",
                Share(CountFrom(others, limit), static_cast<int>(others.size())).c_str(), Quantile(others, 1),
                Quantile(others, 0.5));
  }

  fs::path london_, plots_;
  std::string only_;
  fs::path scratch_;
  std::optional<Comparer> comparer_;
  std::vector<Person> people_;
};

}  // namespace
}  // namespace gradphoto

int main(int argc, char** argv) {
  if (argc == 3 && std::string(argv[1]) == "--sets") {
    auto comparer = gradphoto::pipeline::Comparer::Create({});
    if (!comparer) {
      std::fprintf(stderr, "%s\n", comparer.error().message.c_str());
      return 2;
    }
    gradphoto::bench::PrintSets(*comparer, argv[2]);
    return 0;
  }
  if (argc != 3 && argc != 4) {
    std::fprintf(stderr,
                 "usage: gradphoto-calibrate-comparison LONDON_DIR PLOTS_DIR [REFERENCE]\n"
                 "       gradphoto-calibrate-comparison --sets PEOPLE_DIR\n");
    return 2;
  }
  return gradphoto::Calibration(argv[1], argv[2], argc == 4 ? argv[3] : "").Run();
}
