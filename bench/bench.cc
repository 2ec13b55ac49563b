// SPDX-License-Identifier: Apache-2.0
// gradphoto-bench PHOTO...: milliseconds of CPU per stage, against the floor, photos per second, peak memory.
// Stages are medians over all photos on one thread, in CPU time of the process, so that others on the machine
// count little; still compare ratios within one run, not milliseconds between runs. What each line measures:
//   decode     file bytes to upright sRGB pixels
//   detect     blazeface-back, with its letterbox
//   landmarks  attention mesh, two passes
//   analyse    detect, landmarks, crown, pose, eyes: all that is done once per photo
//   mask       resampling to the frame, person mask, look of the wall
//   render     where needed, the matte and the composite
//   encode     the byte search
//   net        the first recognition net on an aligned face
//   face       all that a comparison needs of an analysed photo: alignment, the net, quality, shot print
//   judge      one comparison of two faces that are known, one net deciding
//   photo      everything, from the file's name to the finished JPEG
//   floor      what no program with these nets can do without: decode, encode, and the nets alone as often as
//              a plain portrait needs them (NetsOfPhoto)
// Then every check (the tables of lib/check/checks.cc), against the detector and against "analyse" and "mask"
// together, which is where the nets are. "(patch)" is the face at output scale and "(wall)" the look of the
// wall (a part of "mask"), both made once for all of them.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <sys/resource.h>

#include "lib/base/file.h"
#include "lib/base/numbers.h"
#include "lib/check/checks.h"
#include "lib/check/text_overlay.h"
#include "lib/compare/align.h"
#include "lib/image/encode.h"
#include "lib/matte/background.h"
#include "lib/nn/session.h"
#include "lib/pipeline/comparison.h"
#include "lib/pipeline/many.h"
#include "lib/pipeline/photo.h"

namespace gradphoto {
namespace {

using Clock = std::chrono::steady_clock;

double CpuMilliseconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

class Stages {
 public:
  template <typename Function>
  auto Time(const std::string& name, Function&& function) {
    const double start = CpuMilliseconds();
    auto result = function();
    const double ms = CpuMilliseconds() - start;
    if (!times_.contains(name)) order_.push_back(name);
    times_[name].push_back(ms);
    return result;
  }

  void Print(const std::string& unit_stage) {
    const double unit = Median(unit_stage);
    std::printf("%-14s %9s %9s %14s\n", "stage", "median ms", "photos", "x detector");
    for (const std::string& name : order_) {
      std::printf("%-14s %9.2f %9zu %14.2f\n", name.c_str(), Median(name), times_[name].size(),
                  Median(name) / unit);
    }
  }

  // With a line for all of them together.
  void PrintShares(double detector_ms, double nets_ms) {
    std::printf("\n%-14s %9s %9s %14s %14s\n", "check", "median ms", "photos", "x detector", "% of the nets");
    double sum = 0;
    for (const std::string& name : order_) {
      const double ms = Median(name);
      sum += ms;
      std::printf("%-14s %9.2f %9zu %14.2f %14.1f\n", name.c_str(), ms, times_[name].size(), ms / detector_ms,
                  100 * ms / nets_ms);
    }
    std::printf("%-14s %9.2f %9s %14.2f %14.1f\n\n", "all checks", sum, "", sum / detector_ms,
                100 * sum / nets_ms);
  }

  double Median(const std::string& name) {
    std::vector<double>& times = times_[name];
    if (times.empty()) return 0;
    return gradphoto::Median(times);
  }

 private:
  std::vector<std::string> order_;
  std::map<std::string, std::vector<double>> times_;
};

void TimeChecks(const pipeline::Engine& engine, const image::Photo& photo, const pipeline::Analysis& analysis,
                const pipeline::PlannedFrame& frame, const pipeline::OriginalFrame& original, Stages& checks) {
  const check::Subject subject = checks.Time("(patch)", [&] {
    return pipeline::SubjectOf(engine.standard, photo.facts, analysis, frame.plan, &original);
  });
  (void)checks.Time("(wall)", [&] { return matte::LookAtBackground(subject.frame->bgr, original.person); });
  check::Sheet sheet(engine.standard);
  for (const check::PhotoCheck& check : check::PhotoChecks()) {
    checks.Time(std::string(check.name), [&] {
      check.run(subject, sheet);
      return 0;
    });
  }
}

struct Comparison {
  pipeline::Comparer comparer;
  compare::Embedder net;
};

void TimeComparison(const Comparison& comparison, const pipeline::Analysis& analysis, Stages& stages) {
  const cv::Mat aligned = compare::AlignFace(analysis.bgr, compare::PointsOf(analysis.head->landmarks));
  (void)stages.Time("net", [&] { return comparison.net.Embed(aligned); });
  const auto face = stages.Time("face", [&] { return comparison.comparer.FaceOf(analysis); });
  if (face) (void)stages.Time("judge", [&] { return comparison.comparer.SimilarityOf(**face, **face); });
}

void Skip(const std::string& path, const std::string& why) {
  std::fprintf(stderr, "gradphoto-bench: %s: left out: %s\n", path.c_str(), why.c_str());
}

void TimeStages(const pipeline::Engine& engine, const Comparison& comparison, const std::string& path,
                Stages& stages, Stages& checks) {
  const auto bytes = ReadFile(path, engine.decode_limits.max_file_bytes);
  if (!bytes) return Skip(path, bytes.error().message);
  const auto photo = stages.Time("decode", [&] { return image::Decode(*bytes, engine.decode_limits); });
  if (!photo) return Skip(path, photo.error().message);
  const auto faces = stages.Time("detect", [&] { return engine.detector.Detect(photo->bgr); });
  if (!faces || faces->empty()) return Skip(path, "no face");
  (void)stages.Time("landmarks", [&] { return engine.landmarker.Find(photo->bgr, faces->front()); });
  const auto analysis =
      stages.Time("analyse", [&] { return pipeline::Analyse(engine, photo->bgr, face::Orientation::kKnown); });
  if (!analysis || !analysis->head) return;
  TimeComparison(comparison, *analysis, stages);
  const auto frame = pipeline::PlanFrame(engine.standard, *analysis->head, analysis->bgr.size());
  const auto original =
      stages.Time("mask", [&] { return pipeline::RenderOriginal(engine, *analysis, frame.plan); });
  if (!original) return;
  (void)stages.Time("read", [&] {
    return check::ReadWriting(engine.reader, original->context.FramePixels(), check::SlantedLines::kRead);
  });
  TimeChecks(engine, *photo, *analysis, frame, *original, checks);
  const auto rendered = stages.Time(
      "render", [&] { return pipeline::FinishBackground(engine, *analysis, frame.plan, *original, false); });
  if (!rendered) return;
  const check::OutputView output{engine.standard,
                                 rendered->bgr,
                                 original->person,
                                 *analysis->head,
                                 frame.plan,
                                 original->writing,
                                 pipeline::CoveredPart(frame.plan, analysis->bgr.size())};
  check::Sheet sheet(engine.standard);
  for (const check::OutputCheck& check : check::OutputChecks()) {
    checks.Time(std::string(check.name) + " (finished)", [&] {
      check.run(output, sheet);
      return 0;
    });
  }
  image::ByteBudget budget;
  budget.target_max = engine.standard.file.target_max_bytes;
  (void)stages.Time("encode",
                    [&] { return image::EncodeToBudget(rendered->bgr, budget, engine.standard.frame.dpi); });
  (void)stages.Time("photo", [&] {
    Record record;
    record.photo = path;
    return pipeline::ProcessPhoto(engine, std::move(record), pipeline::PhotoKind::kSource);
  });
}

// The runs of each net that one judgement of a plain portrait takes: the face, the mesh on both looks before
// and after the place is corrected, the person on both looks for the head and for the frame, both eyes, writing
// upright and turned to both sides.
struct NetOfPhoto {
  const char* name;
  int runs;
  nn::Tensor input;
};

nn::Tensor ZeroOf(std::vector<std::int64_t> shape) {
  std::size_t count = 1;
  for (const std::int64_t side : shape) count *= static_cast<std::size_t>(side);
  return {std::move(shape), std::vector<float>(count)};
}

std::vector<NetOfPhoto> NetsOfPhoto() {
  return {{"blazeface-back", 1, ZeroOf({1, 3, 256, 256})}, {"facemesh-attention", 4, ZeroOf({1, 3, 192, 192})},
          {"selfie", 4, ZeroOf({1, 3, 320, 256})},         {"fr-eye", 2, ZeroOf({1, 1, 24, 24})},
          {"text-detection", 1, ZeroOf({1, 3, 320, 256})}, {"text-detection", 2, ZeroOf({1, 3, 256, 256})}};
}

// What the photo costs, and what its comparison adds, in times of the floor. False: a net cannot be opened.
bool PrintFloor(const pipeline::Resources& resources, Stages& stages) {
  constexpr int kRuns = 15;
  double nets = 0;
  for (const NetOfPhoto& net : NetsOfPhoto()) {
    const auto session = nn::OpenModel(resources.registry, net.name, resources.model_dir);
    if (!session) return false;
    std::vector<double> times;
    for (int i = 0; i < kRuns; ++i) {
      const double start = CpuMilliseconds();
      if (!session->Run(net.input)) return false;
      times.push_back(CpuMilliseconds() - start);
    }
    const double one = gradphoto::Median(times);
    std::printf("%-27s %d x %.2f ms\n", net.name, net.runs, one);
    nets += net.runs * one;
  }
  const double floor = stages.Median("decode") + nets + stages.Median("encode");
  const double compared = floor + 2 * stages.Median("net");  // Two nets, which cost much the same.
  std::printf("floor: decode %.1f + nets %.1f + encode %.1f = %.1f ms; photo %.2f x floor\n",
              stages.Median("decode"), nets, stages.Median("encode"), floor, stages.Median("photo") / floor);
  std::printf("with the face for the comparison: floor %.1f ms; photo and face %.2f x floor\n\n", compared,
              (stages.Median("photo") + stages.Median("face")) / compared);
  return true;
}

double PhotosPerSecond(const pipeline::Engine& engine, const std::vector<std::string>& paths, int threads) {
  std::vector<Record> records(paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i) records[i].photo = paths[i];
  const auto work = [&](Record record) {
    return pipeline::ProcessPhoto(engine, std::move(record), pipeline::PhotoKind::kSource);
  };
  const auto start = Clock::now();
  pipeline::ProcessMany<pipeline::PhotoResult>(std::move(records), {threads, {}}, work,
                                               [](const pipeline::PhotoResult&) { return true; });
  return static_cast<double>(paths.size()) / std::chrono::duration<double>(Clock::now() - start).count();
}

int Run(const std::vector<std::string>& paths) {
  const auto engine = pipeline::Engine::Create({});
  if (!engine) {
    std::fprintf(stderr, "gradphoto-bench: %s\n", engine.error().message.c_str());
    return 2;
  }
  auto comparer = pipeline::Comparer::Create({});
  const auto resources = pipeline::Resources::Load({});
  if (!comparer || !resources) return 2;
  auto net = compare::Embedder::Create(resources->registry, comparer->rules().first.model,
                                       comparer->rules().first.channel_order, resources->model_dir);
  if (!net) return 2;
  const Comparison comparison{std::move(*comparer), std::move(*net)};
  Stages stages, checks;
  for (const std::string& path : paths) TimeStages(*engine, comparison, path, stages, checks);
  if (stages.Median("detect") == 0) return 3;  // Nothing to measure by.
  stages.Print("detect");
  checks.PrintShares(stages.Median("detect"),
                     stages.Median("analyse") + stages.Median("mask") - checks.Median("(wall)"));
  if (!PrintFloor(*resources, stages)) return 6;
  const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  for (const int threads : {1, cores}) {
    std::printf("%d thread%s: %.1f photos/s\n", threads, threads > 1 ? "s" : "",
                PhotosPerSecond(*engine, paths, threads));
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("peak memory: %ld MiB\n", usage.ru_maxrss / 1024);
  return 0;
}

}  // namespace
}  // namespace gradphoto

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: gradphoto-bench PHOTO...\n");
    return 2;
  }
  return gradphoto::Run({argv + 1, argv + argc});
}
