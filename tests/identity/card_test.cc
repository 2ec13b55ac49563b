// SPDX-License-Identifier: Apache-2.0
#include "lib/identity/card.h"

#include <random>

#include <doctest/doctest.h>

#include "lib/base/file.h"
#include "lib/identity/calibration.h"
#include "lib/identity/dates.h"
#include "tests/identity/printed_card.h"
#include "tests/support/temp_dir.h"

using gradphoto::ToUtf8;
using gradphoto::identity::Calibration;
using gradphoto::identity::CardPhoto;
using gradphoto::identity::CardReader;
using gradphoto::identity::FieldKind;
using gradphoto::identity::FreeReading;
using gradphoto::identity::Layout;
using gradphoto::identity::LayoutYaml;
using gradphoto::identity::OtherKind;
using gradphoto::identity::ReadLayout;
using gradphoto::identity::ShippedLayout;
using gradphoto::identity::Side;
using gradphoto::identity::SideKind;
using gradphoto::identity::TextOf;
using gradphoto::testing::Letters;
using gradphoto::testing::PrintedBack;
using gradphoto::testing::PrintedFront;
using gradphoto::testing::PrintedGlyph;
using gradphoto::testing::PrintedPerson;
using gradphoto::testing::SourceDir;
using gradphoto::testing::Table;
using gradphoto::testing::TempDir;

namespace {

Layout Shipped() {
  const auto layout = ShippedLayout(SourceDir() / "configs");
  if (!layout) FAIL(layout.error().message);
  return *layout;
}

cv::Mat Paper(int width = 1200, int height = 900) {
  cv::Mat paper(height, width, CV_8UC3, cv::Scalar(240, 233, 222));
  cv::randn(paper, cv::Scalar(240, 233, 222), cv::Scalar(3, 3, 3));
  return paper;
}

CardPhoto Read(const Table& table, const cv::Mat& photo = Paper(), bool keep_lines = false) {
  const CardReader reader(table.Nets(), Letters(), Shipped());
  auto read = reader.Read(photo, keep_lines);
  if (!read) FAIL(read.error().message);
  return std::move(*read);
}

std::string TextIn(const Side& side, FieldKind kind) {
  return ToUtf8(TextOf(FreeReading(side.fields.at(kind).reading.strips.front(), Letters())));
}

void CheckFront(const Side& front, const PrintedPerson& person) {
  CHECK(front.kind == SideKind::kFront);
  CHECK(TextIn(front, FieldKind::kName) == person.name);
  CHECK(TextIn(front, FieldKind::kSex) == person.sex);
  CHECK(TextIn(front, FieldKind::kBirthDate) == person.year + "年" + person.month + "月" + person.day + "日");
  CHECK(TextIn(front, FieldKind::kNumber) == person.number);
  CHECK(front.fields.at(FieldKind::kName).reading.visible);
}

}  // namespace

TEST_CASE("a front is read however it lies, and where its values are printed beside their places") {
  const PrintedPerson person;
  for (const double degrees : {0.0, 12.0, -14.0, 90.0, 180.0, 270.0, 100.0}) {
    for (const double shift : {-0.6, 0.0, 0.6}) {
      CAPTURE(degrees);
      CAPTURE(shift);
      Table table;
      table.Lay(PrintedFront(person, shift), Table::At({600, 450}, 8, degrees));
      const auto photo = Read(table);
      REQUIRE(photo.sides.size() == 1);
      CheckFront(photo.sides.front(), person);
      CHECK(photo.sides.front().view.PxPerMm() == doctest::Approx(8).epsilon(0.05));
      CHECK_FALSE(photo.is_grey);
      CHECK_FALSE(photo.is_screenshot);
      CHECK_FALSE(photo.other.has_value());
    }
  }
}

TEST_CASE("a back is told by what stands on it, and both sides may share a photo") {
  const PrintedPerson person;
  Table back;
  back.Lay(PrintedBack(person), Table::At({600, 450}, 9, 3));
  const auto one = Read(back);
  REQUIRE(one.sides.size() == 1);
  CHECK(one.sides.front().kind == SideKind::kBack);
  CHECK(TextIn(one.sides.front(), FieldKind::kValidity) == person.validity);

  Table both;
  both.Lay(PrintedFront(person), Table::At({600, 250}, 7, 2));
  both.Lay(PrintedBack(person), Table::At({600, 700}, 7, -2));
  const auto two = Read(both);
  REQUIRE(two.sides.size() == 2);
  CheckFront(two.sides[0], person);
  CHECK(TextIn(two.sides[1], FieldKind::kValidity) == person.validity);
}

TEST_CASE("no card: nothing, other print, a mirrored card, too few words") {
  CHECK(Read(Table()).sides.empty());
  std::vector<PrintedGlyph> page;
  for (int row = 0; row < 12; ++row) gradphoto::testing::Print(page, 5, 4 + 4 * row, 3, "王小明张伟李古丽米热");
  Table other;
  other.Lay(page, Table::At({600, 450}, 8, 0));
  CHECK(Read(other).sides.empty());
  Table mirrored;
  mirrored.Lay(PrintedFront({}), Table::At({600, 450}, 8, 0) * cv::Matx33d(-1, 0, 85.6, 0, 1, 0, 0, 0, 1));
  CHECK(Read(mirrored).sides.empty());
  std::vector<PrintedGlyph> few;
  gradphoto::testing::Print(few, 6.5, 7.6, 3.9, "姓名");
  Table sparse;
  sparse.Lay(few, Table::At({600, 450}, 8, 0));
  CHECK(Read(sparse).sides.empty());
}

TEST_CASE(
    "a small card of which the first look sees one line is found with a closer one, whichever line it is") {
  Table table;
  table.Lay(PrintedFront({}), Table::At({900, 450}, 2, 0));
  const auto all = table.Nets().find_lines({});
  REQUIRE(all.has_value());
  for (const auto& seen : *all) {
    if (seen.y > 480) continue;  // What a window around the number shows is one row, which has no height.
    CAPTURE(seen.x);
    CAPTURE(seen.y);
    auto nets = table.Nets();
    nets.find_lines = [&](const cv::Mat& bgr) -> gradphoto::Result<std::vector<gradphoto::identity::Box>> {
      if (bgr.size() == cv::Size(1800, 1350)) return std::vector{seen};
      // What lies in the window, in its pixels.
      cv::Size whole;
      cv::Point corner;
      bgr.locateROI(whole, corner);
      std::vector<gradphoto::identity::Box> inside;
      for (auto box : *all) {
        box.x -= corner.x, box.y -= corner.y;
        const bool is_seen = box.x - box.width / 2 >= 0 && box.y - box.height / 2 >= 0 &&
                             box.x + box.width / 2 <= bgr.cols && box.y + box.height / 2 <= bgr.rows;
        if (is_seen) inside.push_back(box);
      }
      return inside;
    };
    const auto photo = CardReader(nets, Letters(), Shipped()).Read(Paper(1800, 1350));
    REQUIRE(photo.has_value());
    REQUIRE(photo->sides.size() == 1);
    CHECK(TextIn(photo->sides.front(), FieldKind::kNumber) == PrintedPerson{}.number);
  }
}

TEST_CASE("a field that leaves the photo, or that is blown out, is not visible") {
  Table cut;
  cut.Lay(PrintedFront({}), Table::At({600, 450}, 8, 0));
  // The number ends behind the photo's right edge: the card reaches from 258 to 942 px.
  const auto photo = Read(cut, Paper(800));
  REQUIRE(photo.sides.size() == 1);
  CHECK(photo.sides.front().fields.at(FieldKind::kNumber).quality.is_cut);
  CHECK_FALSE(photo.sides.front().fields.at(FieldKind::kNumber).reading.visible);
  CHECK(photo.sides.front().fields.at(FieldKind::kName).reading.visible);

  cv::Mat bright = Paper();
  bright(cv::Rect(330, 270, 200, 60)).setTo(cv::Scalar::all(255));  // Over the name.
  const auto glare = Read(cut, bright);
  CHECK(glare.sides.front().fields.at(FieldKind::kName).quality.glare > 0.3);
  CHECK_FALSE(glare.sides.front().fields.at(FieldKind::kName).reading.visible);
  CHECK(glare.sides.front().fields.at(FieldKind::kNumber).reading.visible);
}

TEST_CASE("copies without colour and screenshots are told, a dark photo of a card is neither") {
  Table table;
  table.Lay(PrintedFront({}), Table::At({500, 850}, 8, 0));
  cv::Mat photo(1800, 1000, CV_8UC3, cv::Scalar::all(20));
  Paper(1000, 700).copyTo(photo(cv::Rect(0, 500, 1000, 700)));
  CHECK(Read(table, photo).is_screenshot);
  CHECK_FALSE(Read(table, photo).is_grey);
  CHECK_FALSE(Read(table, Paper(1000, 1800)).is_screenshot);
  cv::Mat grey(1800, 1000, CV_8UC3, cv::Scalar::all(200));
  CHECK(Read(table, grey).is_grey);
  const cv::Mat dark = Paper(1000, 1800) * 0.15;
  CHECK_FALSE(Read(table, dark).is_grey);
}

TEST_CASE("cards of other kinds are told by their names") {
  const auto kind_of = [](std::string_view title) {
    std::vector<PrintedGlyph> card = PrintedBack({});
    std::erase_if(card, [](const PrintedGlyph& glyph) { return glyph.mm.y == 19; });
    gradphoto::testing::Print(card, 20, 19, 6, title);
    Table table;
    table.Lay(card, Table::At({600, 450}, 8, 0));
    return Read(table).other;
  };
  CHECK(kind_of("临时居民身份证") == OtherKind::kTemporary);
  CHECK(kind_of("港澳台居民居住证") == OtherKind::kHkMacauTaiwanResident);
  CHECK(kind_of("外国人永久居留身份证") == OtherKind::kForeignPermanentResident);
  CHECK_FALSE(kind_of("居民身份证").has_value());
}

TEST_CASE("a layout is written as it is read, and a place beside the card is refused") {
  const TempDir dir;
  const Layout layout = Shipped();
  REQUIRE(gradphoto::WriteFileAtomic(dir.path() / "a.yaml", LayoutYaml(layout, "note"),
                                     gradphoto::IfExists::kRefuse));
  const auto again = ReadLayout(dir.path() / "a.yaml");
  REQUIRE(again.has_value());
  CHECK(LayoutYaml(*again, "note") == LayoutYaml(layout, "note"));
  std::string wrong = LayoutYaml(layout, "note");
  wrong.replace(wrong.find("x: 6.5"), 6, "x: 95");
  REQUIRE(gradphoto::WriteFileAtomic(dir.path() / "b.yaml", wrong, gradphoto::IfExists::kRefuse));
  const auto refused = ReadLayout(dir.path() / "b.yaml");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message.find("85.6") != std::string::npos);
}

TEST_CASE("calibration finds where labels are printed, and leaves what it has not seen") {
  // All labels of the cards stand 0.8 mm to the right of the layout but for the number's; the view takes up
  // most of a common shift, so one label is moved against the others.
  Calibration calibration(Shipped());
  for (int i = 0; i < 5; ++i) {
    std::vector<PrintedGlyph> card = PrintedFront({});
    for (PrintedGlyph& glyph : card) {
      if (glyph.mm.y == 14 && glyph.mm.x > 24) glyph.mm.x += 1;  // 民族
    }
    Table table;
    table.Lay(card, Table::At({600, 450}, 8 + i, i));
    calibration.Add(Read(table, Paper(), /*keep_lines=*/true));
  }
  CHECK(calibration.fronts() == 5);
  CHECK(calibration.backs() == 0);
  const Layout mean = calibration.Mean(), shipped = Shipped();
  CHECK(mean.labels[2].x - shipped.labels[2].x == doctest::Approx(1).epsilon(0.4));
  CHECK(mean.labels[2].pitch == doctest::Approx(shipped.labels[2].pitch).epsilon(0.15));
  CHECK(std::abs(mean.labels[0].x - shipped.labels[0].x) < 0.5);
  CHECK(mean.labels[10].x == shipped.labels[10].x);  // Of the back.
  CHECK(calibration.LargestMove() == doctest::Approx(1).epsilon(0.4));
}
