// SPDX-License-Identifier: Apache-2.0
// gradphoto-bench-matting [--sheets DIR] [--standard NAME] [--list] FOLDER: how good the mattes are where the
// exact alpha is known. FOLDER holds index.csv (image,alpha,background,...), and foreground/ with RGBA pictures
// beside alpha/. Every picture goes the way of a photo (face, crop plan, frame); truth is resampled into the
// same frame. Methods:
//   mask     the person net's mask, enlarged; the photo's own colours
//   matte    what is delivered
//   second   the second stage of configs/models.yaml on every photo, whether it is needed or not
//   cascade  the same where MATTE_UNCERTAIN finds fault with the first, and the better trusted of the two
// Figures, each the mean over pictures:
//   SAD      sum of |alpha error| over the frame, in thousands
//   MSE      of alpha in the band (true alpha between 0.02 and 0.98, widened by 8 px of a frame 480 wide), x
//   1000 grad     sum of squared differences of the alpha gradients (Gaussian derivative, sigma 1.4) in the
//   band dE blue  CIEDE2000 of the composite on light blue against the true one, mean over the band; dE white
//   likewise gross    pictures where open7x7(|alpha error| > 0.3) covers more than 0.35 % of the frame
// Then what MATTE_UNCERTAIN says of gross and of good mattes, and the processor time of the stage.
// A sheet's columns: the frame, the truth on blue, ours on blue and white, the error of alpha (white: too much
// foreground, black: too little), and the outline of the head and a shoulder enlarged.
#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "bench/matting_score.h"
#include "lib/base/file.h"
#include "lib/base/numbers.h"
#include "lib/check/judge.h"
#include "lib/image/encode.h"
#include "lib/pipeline/frame.h"
#include "lib/pipeline/frame_matte.h"

namespace gradphoto::bench {
namespace {

namespace fs = std::filesystem;

// The upper left of the hair, the right side of the neck with its shoulder: twice enlarged, one above the
// other.
cv::Mat EnlargedEdges(const cv::Mat& composite, const cv::Mat& alpha) {
  cv::Mat rows;
  cv::reduce(alpha, rows, 1, cv::REDUCE_MAX);
  int top = 0;
  while (top + 1 < rows.rows && rows.at<float>(top) < 0.5f) ++top;
  const cv::Size half(composite.cols / 2, composite.rows / 4);
  cv::Mat tile(composite.size(), CV_8UC3);
  int y = 0;
  for (const cv::Point corner : {cv::Point(composite.cols / 8, std::max(0, top - 20)),
                                 cv::Point(composite.cols / 2, composite.rows * 6 / 10)}) {
    const cv::Rect part = cv::Rect(corner, half) & cv::Rect(cv::Point(0, 0), composite.size());
    cv::Mat enlarged;
    cv::resize(composite(part), enlarged, half * 2, 0, 0, cv::INTER_CUBIC);
    enlarged(cv::Rect(0, 0, enlarged.cols, enlarged.rows))
        .copyTo(tile(cv::Rect(0, y, enlarged.cols, enlarged.rows)));
    y += enlarged.rows;
  }
  return tile;
}

// Rows of tiles, side by side.
class Sheet {
 public:
  explicit Sheet(fs::path file) : file_(std::move(file)) {}
  void Add(const std::vector<cv::Mat>& tiles, const std::string& text) {
    cv::Mat row;
    std::vector<cv::Mat> fitted;
    for (const cv::Mat& tile : tiles) {
      cv::Mat bordered;
      cv::copyMakeBorder(tile, bordered, 1, 1, 1, 1, cv::BORDER_CONSTANT, cv::Scalar(0, 0, 0));
      fitted.push_back(bordered);
    }
    cv::hconcat(fitted, row);
    cv::putText(row, text, {6, 14}, cv::FONT_HERSHEY_SIMPLEX, 0.42, {0, 0, 0}, 3);
    cv::putText(row, text, {6, 14}, cv::FONT_HERSHEY_SIMPLEX, 0.42, {255, 255, 255}, 1);
    rows_.push_back(row);
    if (rows_.size() == 6) Write();
  }
  void Write() {
    if (rows_.empty()) return;
    cv::Mat all;
    cv::vconcat(rows_, all);
    const auto jpeg = image::EncodeJpeg(all, 92, image::ChromaSampling::k444, 72);
    if (jpeg) {
      (void)WriteFileAtomic(file_.string() + "-" + std::to_string(++number_) + ".jpg", std::span(*jpeg),
                            IfExists::kOverwrite);
    }
    rows_.clear();
  }

 private:
  fs::path file_;
  int number_ = 0;
  std::vector<cv::Mat> rows_;
};

struct Means {
  Score sum;
  int count = 0, gross = 0;
  void Add(const Score& score) {
    sum.sad += score.sad;
    sum.mse += score.mse;
    sum.gradient += score.gradient;
    for (std::size_t t = 0; t < kTargets.size(); ++t) sum.delta_e[t] += score.delta_e[t];
    ++count;
    if (score.gross_percent > kGrossPercent) ++gross;
  }
};

// Kinds of background in the order of the tables; "all" first.
const std::array<std::string, 5> kKinds = {"all", "light wall", "coloured wall", "dark wall", "clutter"};

class Tables {
 public:
  void Add(const std::string& method, const std::string& kind, const Score& score) {
    if (std::ranges::find(methods_, method) == methods_.end()) methods_.push_back(method);
    means_[{method, "all"}].Add(score);
    means_[{method, kind}].Add(score);
  }
  void Print() {
    std::printf("%-14s %-7s %5s %7s %7s %7s %8s %9s %6s\n", "background", "method", "n", "SAD", "MSE", "grad",
                "dE blue", "dE white", "gross");
    for (const std::string& kind : kKinds) {
      for (const std::string& method : methods_) {
        const Means& m = means_[{method, kind}];
        if (m.count == 0) continue;
        const double n = m.count;
        std::printf("%-14s %-7s %5d %7.3f %7.2f %7.2f %8.3f %9.3f %6d\n", kind.c_str(), method.c_str(), m.count,
                    m.sum.sad / n, m.sum.mse / n, m.sum.gradient / n, m.sum.delta_e[0] / n,
                    m.sum.delta_e[1] / n, m.gross);
      }
    }
  }

 private:
  std::vector<std::string> methods_;
  std::map<std::pair<std::string, std::string>, Means> means_;
};

// Milliseconds of processor time, the median over photos: what other programs do on the machine matters little.
class Timer {
 public:
  template <typename Function>
  auto Time(const std::string& name, Function&& function) {
    const std::clock_t start = std::clock();
    auto result = function();
    times_[name].push_back(1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
    return result;
  }
  double Median(const std::string& name) {
    std::vector<double>& times = times_[name];
    if (times.empty()) return 0;
    return gradphoto::Median(times);
  }
  void Print() {
    const double detector = Median("detector");
    double sum = 0;
    for (const char* stage : {"person mask", "matte", "composite"}) {
      sum += Median(stage);
      std::printf("%-12s %6.2f ms\n", stage, Median(stage));
    }
    std::printf("%-12s %6.2f ms, %.2f x the detector's %.2f ms\n", "background", sum, sum / detector, detector);
  }

 private:
  std::map<std::string, std::vector<double>> times_;
};

// What MATTE_UNCERTAIN says, by what is true.
struct Flags {
  int good = 0, good_flagged = 0, gross = 0, gross_flagged = 0;
};

struct Options {
  fs::path folder, sheets;
  std::string standard = "chsi-2017";
  bool list = false;
};

// Everything that is counted over all samples.
struct Totals {
  Tables tables;
  std::map<std::string, Sheet> sheets;  // By kind of sample, as the flags.
  std::map<std::string, Flags> flags;
  Timer timer;
};

void CountFlag(const Score& score, bool doubted, Flags& flags) {
  if (score.gross_percent > kGrossPercent) {
    ++flags.gross;
    if (doubted) ++flags.gross_flagged;
  } else {
    ++flags.good;
    if (doubted) ++flags.good_flagged;
  }
}

void PrintSample(const MattingSample& sample, const Score& score, const matte::MatteTrust& trust,
                 const std::optional<Finding>& doubt) {
  std::printf(
      "%-22s %-14s SAD %6.3f dE %6.3f gross %5.2f ambiguous %5.2f mirror %5.2f unexplained %5.2f indistinct "
      "%5.2f plain %4.2f "
      "%s\n",
      sample.image.c_str(), sample.Kind().c_str(), score.sad, score.delta_e[0], score.gross_percent,
      trust.ambiguous_percent, trust.mirror_percent, trust.unexplained_percent, trust.indistinct_percent,
      trust.plain_share, doubt ? std::string(SeverityName(doubt->severity)).c_str() : "");
}

void AddToSheet(const MattingSample& sample, const cv::Mat& bgr, const Truth& truth, const matte::Matte& matte,
                const Score& score, Sheet& sheet) {
  cv::Mat error, error_tile;
  cv::subtract(matte.alpha, truth.alpha, error, cv::noArray(), CV_32F);
  error.convertTo(error_tile, CV_8U, 127, 128);  // White: too much foreground; black: too little.
  cv::cvtColor(error_tile, error_tile, cv::COLOR_GRAY2BGR);
  char text[160];
  std::snprintf(text, sizeof text, "%s SAD %.2f gross %.2f ambiguous %.2f", sample.image.c_str(), score.sad,
                score.gross_percent, matte.trust.ambiguous_percent);
  std::vector<cv::Mat> tiles = {bgr, truth.composite[0], matte::Composite(matte, bgr, kTargets[0]),
                                matte::Composite(matte, bgr, kTargets[1]), error_tile};
  tiles.push_back(EnlargedEdges(tiles[2], matte.alpha));
  sheet.Add(tiles, text);
}

// Errors: kInternal - a net failed.
Result<void> Measure(const pipeline::Engine& engine, const Options& options, const MattingSample& sample,
                     const Composed& composed, Totals& totals) {
  const auto analysis = pipeline::Analyse(engine, composed.photo, face::Orientation::kKnown);
  if (!analysis || !analysis->head) {
    std::printf("no face: %s\n", sample.image.c_str());
    return {};
  }
  const geometry::CropPlan plan =
      pipeline::PlanFrame(engine.standard, *analysis->head, analysis->bgr.size()).plan;
  const matte::FrameContext context = pipeline::RenderContext(*analysis, plan);
  const cv::Mat bgr = context.FramePixels().clone();
  const Truth truth = TruthOf(composed, plan);
  Timer& timer = totals.timer;
  (void)timer.Time("detector", [&] { return engine.detector.Detect(composed.photo); });
  TRY_ASSIGN(const auto mask,
             timer.Time("person mask", [&] { return matte::FrameMask(engine.masker, context); }));
  totals.tables.Add("mask", sample.Kind(), ScoreOf(PlainMask(mask, bgr), bgr, truth));
  const matte::HeadShape head = pipeline::HeadShapeOf(*analysis->head, plan);
  TRY_ASSIGN(const auto matte,
             timer.Time("matte", [&] { return matte::ComputeMatte(engine.masker, context, mask, head); }));
  (void)timer.Time("composite", [&] { return matte::Composite(matte, bgr, kTargets[0]); });
  const Score score = ScoreOf(matte, bgr, truth);
  totals.tables.Add("matte", sample.Kind(), score);
  if (engine.second_matte) {
    TRY_ASSIGN(const auto second, matte::SecondMatte(*engine.second_matte, context, matte, head));
    totals.tables.Add("second", sample.Kind(), ScoreOf(second, bgr, truth));
    TRY_ASSIGN(const auto best, pipeline::MatteOfFrame(engine, context, mask, head));
    totals.tables.Add("cascade", sample.Kind(), ScoreOf(best.matte, bgr, truth));
  }
  const auto doubt = check::Judge(engine.standard, "MATTE_UNCERTAIN", matte.trust.DoubtPercent());
  CountFlag(score, doubt.has_value(), totals.flags[sample.Kind()]);
  if (options.list) PrintSample(sample, score, matte.trust, doubt);
  if (!options.sheets.empty()) {
    Sheet& sheet = totals.sheets.try_emplace(sample.Kind(), options.sheets / sample.Kind()).first->second;
    AddToSheet(sample, bgr, truth, matte, score, sheet);
  }
  return {};
}

int Run(const Options& options) {
  pipeline::EngineOptions engine_options;
  engine_options.standard = options.standard;
  const auto engine = pipeline::Engine::Create(engine_options);
  if (!engine) {
    std::fprintf(stderr, "gradphoto-bench-matting: %s\n", engine.error().message.c_str());
    return 2;
  }
  Totals totals;
  for (const MattingSample& sample : ReadIndex(options.folder)) {
    const auto composed = ReadComposed(options.folder, sample);
    if (!composed) {
      std::fprintf(stderr, "gradphoto-bench-matting: cannot read %s\n", sample.image.c_str());
      return 3;
    }
    if (const auto measured = Measure(*engine, options, sample, *composed, totals); !measured) {
      std::fprintf(stderr, "gradphoto-bench-matting: %s: %s\n", sample.image.c_str(),
                   measured.error().message.c_str());
      return 3;
    }
  }
  for (auto& [kind, sheet] : totals.sheets) sheet.Write();
  totals.tables.Print();
  std::printf("\n%-14s %16s %16s\n", "background", "gross, flagged", "good, flagged");
  for (const auto& [kind, f] : totals.flags) {
    std::printf("%-14s %9d of %3d %9d of %3d\n", kind.c_str(), f.gross_flagged, f.gross, f.good_flagged,
                f.good);
  }
  std::printf("\n");
  totals.timer.Print();
  return 0;
}

}  // namespace
}  // namespace gradphoto::bench

int main(int argc, char** argv) {
  gradphoto::bench::Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--list") {
      options.list = true;
    } else if (argument == "--sheets" && i + 1 < argc) {
      options.sheets = argv[++i];
    } else if (argument == "--standard" && i + 1 < argc) {
      options.standard = argv[++i];
    } else {
      options.folder = argument;
    }
  }
  if (options.folder.empty()) {
    std::fprintf(stderr, "usage: gradphoto-bench-matting [--sheets DIR] [--standard NAME] [--list] FOLDER\n");
    return 2;
  }
  return gradphoto::bench::Run(options);
}
