// SPDX-License-Identifier: Apache-2.0
// The comparison on London pairs: neutral against smiling, the same person and the next one.
#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "lib/base/file.h"
#include "lib/image/encode.h"
#include "lib/pipeline/comparison.h"
#include "lib/standard/codes.h"
#include "tests/support/engine.h"
#include "tests/support/references.h"

namespace gradphoto::pipeline {
namespace {

const Comparer& LoadedComparer() {
  static const auto comparer = [] {
    EngineOptions options;
    options.config_dir = testing::SourceDir() / "configs";
    options.model_dir = testing::ModelDir();
    auto created = Comparer::Create(options);
    if (!created) FAIL(created.error().message);
    return std::make_unique<Comparer>(std::move(*created));
  }();
  return *comparer;
}

Record Compared(const std::string& photo, const std::string& reference) {
  Record record;
  record.photo = photo;
  if (!reference.empty()) record.comparison["reference"] = reference;
  return LoadedComparer().Compare(std::move(record));
}

bool Has(const Record& record, standard::Code code) {
  return std::ranges::any_of(record.findings,
                             [&](const Finding& finding) { return finding.code == code.name(); });
}

// A JPEG of the picture in `dir`, without any EXIF block.
std::string Saved(const testing::TempDir& dir, const std::string& name, const cv::Mat& bgr) {
  const auto jpeg = image::EncodeJpeg(bgr, 90, image::ChromaSampling::k444, 300);
  REQUIRE(jpeg.has_value());
  const auto path = dir.path() / name;
  REQUIRE(WriteFileAtomic(path, std::span(*jpeg), IfExists::kRefuse).has_value());
  return path.string();
}

}  // namespace

TEST_CASE("every person matches the own smile and none the neighbour's") {
  const auto london = testing::SharedData("london");
  if (!london) return;
  const auto photos = testing::FilesIn(*london / "neutral", ".jpg");
  REQUIRE(photos.size() >= 20);
  for (std::size_t i = 0; i < 20; ++i) {
    const auto smiling = [&](std::size_t k) {
      return (*london / "smiling" / photos[k % 20].filename()).string();
    };
    CAPTURE(photos[i].filename().string());
    const Record same = Compared(photos[i].string(), smiling(i));
    CHECK(same.comparison["band"] == "match");
    CHECK(same.outcome == Outcome::kAccepted);
    const Record other = Compared(photos[i].string(), smiling(i + 1));
    CHECK(other.comparison["band"] != "match");
    CHECK(other.outcome != Outcome::kAccepted);
    CHECK(other.comparison["similarity"].get<double>() < same.comparison["similarity"].get<double>());
  }
}

TEST_CASE("a photo on its side is compared as it is checked") {
  const auto london = testing::SharedData("london");
  if (!london) return;
  const testing::TempDir dir;
  const cv::Mat upright = testing::PixelsOf(*london / "neutral/003.jpg");
  cv::Mat turned;
  cv::rotate(upright, turned, cv::ROTATE_90_CLOCKWISE);
  const std::string upright_file = Saved(dir, "upright.jpg", upright);
  const Record record = Compared(Saved(dir, "turned.jpg", turned), upright_file);
  CHECK(record.comparison["band"] == "match");
  CHECK(record.comparison["similarity"].get<double>() > 0.95);
}

TEST_CASE("what is missing is never a mismatch, and a new comparison replaces the old one") {
  const auto london = testing::SharedData("london");
  if (!london) return;
  const testing::TempDir dir;
  const std::string face = (*london / "neutral/003.jpg").string();
  const std::string wall = Saved(dir, "wall.jpg", cv::Mat(300, 300, CV_8UC3, cv::Scalar(200, 200, 200)));
  const std::string broken = dir.Write("broken.jpg", "no picture").string();

  CHECK(Has(Compared(face, ""), "REFERENCE_MISSING"));
  CHECK(Compared(face, "").outcome == Outcome::kAccepted);
  const Record faceless = Compared(face, wall);
  CHECK(Has(faceless, "REFERENCE_UNUSABLE"));
  CHECK(faceless.outcome == Outcome::kReview);
  CHECK(Compared(wall, face).outcome == Outcome::kRejected);
  CHECK(Has(Compared(wall, face), "PHOTO_UNUSABLE"));
  CHECK(Compared(face, broken).outcome == Outcome::kError);
  CHECK(Compared(broken, face).outcome == Outcome::kError);

  Record record = Compared(face, face);
  REQUIRE(record.comparison["band"] == "match");
  record.comparison["reference"] = broken;
  record = LoadedComparer().Compare(LoadedComparer().Compare(std::move(record)));
  CHECK(!record.comparison.contains("band"));
  CHECK(!record.comparison.contains("similarity"));
  CHECK(record.findings.size() == 1);
}

namespace {

// A portrait in the frame of an identity card, from the London photo of this name.
cv::Mat PortraitOf(const std::filesystem::path& file, int width) {
  const cv::Mat bgr = testing::PixelsOf(file);
  const auto points = testing::HandPoints(std::filesystem::path(file).replace_extension(".tem"));
  return testing::CardPortrait(bgr, points[testing::hand::kLeftPupil], points[testing::hand::kRightPupil],
                               width);
}

}  // namespace

TEST_CASE("poor references match or are unusable, and never speak against the student") {
  const auto london = testing::SharedData("london");
  if (!london) return;
  const testing::TempDir dir;
  for (const char* name : {"003.jpg", "005.jpg", "011.jpg", "041.jpg"}) {
    CAPTURE(name);
    const std::string photo = (*london / "smiling" / name).string();
    const cv::Mat large = PortraitOf(*london / "neutral" / name, 358),
                  small = PortraitOf(*london / "neutral" / name, 102);
    const auto band = [&](const std::string& kind, const cv::Mat& picture) {
      const Record record = Compared(photo, Saved(dir, kind + name, picture));
      CAPTURE(kind);
      CHECK(!Has(record, "FACE_MISMATCH"));
      return record.comparison.value("band", "none");
    };
    CHECK(band("small", small) == "match");
    CHECK(band("grey", testing::Recompressed(testing::Grey(small), 40)) == "match");
    CHECK(band("blurred", testing::Blurred(large, 4)) == "match");
    CHECK(band("light", testing::Exposed(large, 1)) == "match");
    CHECK(band("dark", testing::Exposed(large, -1)) == "match");
    for (const double turn : {4.0, -8.0, 92.0, 183.0, -90.0}) {
      CAPTURE(turn);
      CHECK(band("card" + std::to_string(turn), testing::PhotographedCard(large, turn)) == "match");
    }
    const std::string tiny = band("tiny", PortraitOf(*london / "neutral" / name, 32));
    CHECK((tiny == "review" || tiny == "none"));
  }
}

TEST_CASE("a poor reference of somebody else is unusable, a good one is a mismatch") {
  const auto london = testing::SharedData("london");
  if (!london) return;
  const testing::TempDir dir;
  const std::string photo = (*london / "smiling/003.jpg").string();
  const cv::Mat other = PortraitOf(*london / "neutral/005.jpg", 358);
  const Record good = Compared(photo, Saved(dir, "good.jpg", other));
  CHECK(Has(good, "FACE_MISMATCH"));
  CHECK(good.outcome == Outcome::kRejected);
  CHECK(good.findings.front().value == good.comparison["similarity"].get<double>());
  const Record poor = Compared(photo, Saved(dir, "poor.jpg", testing::Blurred(other, 9)));
  CHECK(poor.comparison["band"] == "review");
  CHECK(Has(poor, "REFERENCE_UNUSABLE"));
  CHECK(poor.outcome == Outcome::kReview);
  CHECK(!poor.comparison["reference_quality"]["trusted"].get<bool>());
}

TEST_CASE("two people on the reference say nothing, the same one twice does") {
  const auto london = testing::SharedData("london");
  if (!london) return;
  const testing::TempDir dir;
  const std::string photo = (*london / "smiling/003.jpg").string();
  const cv::Mat self = PortraitOf(*london / "neutral/003.jpg", 358),
                other = PortraitOf(*london / "neutral/005.jpg", 358);
  cv::Mat two, twice;
  cv::hconcat(self, other, two);
  cv::hconcat(self, testing::Grey(self), twice);
  const Record both = Compared(photo, Saved(dir, "two.jpg", two));
  CHECK(Has(both, "REFERENCE_UNUSABLE"));
  CHECK(both.comparison["band"] == "review");
  CHECK(both.outcome == Outcome::kReview);
  CHECK(Compared(photo, Saved(dir, "twice.jpg", twice)).comparison["band"] == "match");
}

TEST_CASE("a neighbour at the edge says nothing, be he the larger one, and speaks against nobody") {
  const auto london = testing::SharedData("london");
  if (!london) return;
  const testing::TempDir dir;
  const std::string photo = (*london / "smiling/003.jpg").string();
  const cv::Mat self = PortraitOf(*london / "neutral/003.jpg", 358),
                neighbour = PortraitOf(*london / "neutral/005.jpg", 400).colRange(60, 340);
  cv::Mat wide, picture;
  cv::copyMakeBorder(self, wide, 0, neighbour.rows - self.rows, neighbour.cols, 0, cv::BORDER_REPLICATE);
  cv::hconcat(wide, neighbour, picture);
  const std::string both = Saved(dir, "both.jpg", picture);
  CHECK(Compared(photo, both).comparison["band"] == "match");
  CHECK(Compared(both, photo).comparison["band"] == "match");
  const Record other = Compared(both, (*london / "smiling/011.jpg").string());
  CHECK(other.comparison["similarity"].get<double>() < LoadedComparer().rules().mismatch);
  CHECK(other.comparison["band"] == "review");
  CHECK(Has(other, "FACE_UNCERTAIN"));
}

TEST_CASE("a drawing is never held against the student") {
  const auto london = testing::SharedData("london");
  if (!london) return;
  const testing::TempDir dir;
  cv::Mat drawing(441, 358, CV_8UC3, cv::Scalar(250, 250, 250));
  cv::ellipse(drawing, {179, 200}, {90, 125}, 0, 0, 360, cv::Scalar(170, 200, 250), cv::FILLED);
  for (const int x : {140, 218}) {
    cv::ellipse(drawing, {x, 185}, {18, 10}, 0, 0, 360, cv::Scalar(255, 255, 255), cv::FILLED);
    cv::circle(drawing, {x, 185}, 8, cv::Scalar(40, 40, 40), cv::FILLED);
    cv::ellipse(drawing, {x, 165}, {22, 6}, 0, 180, 360, cv::Scalar(30, 30, 30), 4);
  }
  cv::line(drawing, {179, 195}, {172, 235}, cv::Scalar(120, 150, 210), 3);
  cv::ellipse(drawing, {179, 265}, {32, 14}, 0, 0, 180, cv::Scalar(60, 60, 200), cv::FILLED);
  const Record record = Compared((*london / "smiling/003.jpg").string(), Saved(dir, "drawing.png", drawing));
  CHECK(!Has(record, "FACE_MISMATCH"));
  CHECK(Has(record, "REFERENCE_UNUSABLE"));
  CHECK(record.outcome == Outcome::kReview);
}

TEST_CASE("the reference handed in again is told, in whatever file") {
  const auto london = testing::SharedData("london");
  if (!london) return;
  const testing::TempDir dir;
  const auto file = *london / "neutral/007.jpg";
  const std::string reference = Saved(dir, "reference.jpg", testing::Recompressed(PortraitOf(file, 358), 60));
  const Record again = Compared(file.string(), reference);
  CHECK(Has(again, "SAME_AS_REFERENCE"));
  CHECK(again.comparison["band"] == "match");
  CHECK(again.outcome == Outcome::kReview);
  CHECK(!Has(Compared((*london / "smiling/007.jpg").string(), reference), "SAME_AS_REFERENCE"));
}

TEST_CASE("both nets vote on every pair, and a known face is not looked for again") {
  const auto london = testing::SharedData("london");
  if (!london) return;
  const Record alike = Compared((*london / "neutral/019.jpg").string(), (*london / "smiling/009.jpg").string());
  CHECK(alike.comparison["band"] == "review");  // Two women who look alike.
  const Record clear = Compared((*london / "neutral/003.jpg").string(), (*london / "smiling/003.jpg").string());
  for (const Record& record : {alike, clear}) {
    const double fused = LoadedComparer().rules().Fuse(record.comparison["first_similarity"].get<double>(),
                                                       record.comparison["second_similarity"].get<double>());
    CHECK(record.comparison["similarity"].get<double>() == doctest::Approx(fused).epsilon(0.001));
  }

  Record record;
  record.photo = "/nowhere.jpg";
  record.comparison["reference"] = (*london / "smiling/003.jpg").string();
  const auto face = LoadedComparer().FaceOf(*london / "neutral/003.jpg", Comparer::Role::kPhoto);
  CHECK(LoadedComparer().Compare(record, face).comparison == clear.comparison);
}

TEST_CASE("a file that several records name is looked at once") {
  const auto london = testing::SharedData("london");
  if (!london) return;
  const testing::TempDir dir;
  EngineOptions options;
  options.config_dir = testing::SourceDir() / "configs";
  options.model_dir = testing::ModelDir();
  auto comparer = Comparer::Create(options);
  REQUIRE(comparer.has_value());
  const std::string reference = Saved(dir, "shared.jpg", PortraitOf(*london / "neutral/003.jpg", 358));
  std::vector<Record> records(3);
  for (Record& record : records) {
    record.photo = (*london / "smiling/003.jpg").string();
    record.comparison["reference"] = reference;
  }
  comparer->Expect(records);
  const Record first = comparer->Compare(records[0]);
  std::filesystem::remove(reference);
  for (const std::size_t i : {1u, 2u}) CHECK(comparer->Compare(records[i]).comparison == first.comparison);
  CHECK(comparer->Compare(records[0]).outcome == Outcome::kError);  // One use more than expected.
}

}  // namespace gradphoto::pipeline
