// SPDX-License-Identifier: Apache-2.0
// A card without pixels: its glyphs stand at their places in mm and are seen through a view, and the "nets"
// answer from that alone. What is tested is where things are looked for, not how they are read.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "lib/identity/card.h"
#include "tests/identity/lattices.h"

namespace gradphoto::testing {

struct PrintedGlyph {
  cv::Point2f mm;
  char32_t character;
};

// A row of print: glyphs from `x` on, `pitch` apart.
inline void Print(std::vector<PrintedGlyph>& card, double x, double y, double pitch, std::string_view utf8) {
  for (const char32_t character : ToUtf32(utf8)) {
    card.push_back({cv::Point2d(x, y), character});
    x += pitch;
  }
}

struct PrintedPerson {
  std::string name = "王小明", sex = "男", year = "2001", month = "3", day = "2", number = "11000020010302001X";
  std::string validity = "2015.03.02-2035.03.02";
};

// With `shift` in mm the values are printed beside their places, as on real cards.
inline std::vector<PrintedGlyph> PrintedFront(const PrintedPerson& person, double shift = 0) {
  std::vector<PrintedGlyph> card;
  Print(card, 6.5, 7.6, 3.9, "姓名");
  Print(card, 6.5, 14, 3.9, "性别");
  Print(card, 24.3, 14, 3.4, "民族");
  Print(card, 6.5, 20, 3.9, "出生");
  Print(card, 6.5, 26.8, 3.9, "住址");
  Print(card, 6.5, 47.6, 2.9, "公民身份号码");
  Print(card, 16.4 + shift, 7.6 + shift, 3.9, person.name);
  Print(card, 16.2 + shift, 14 + shift, 3.3, person.sex);
  Print(card, 15.5 + shift, 20 + shift, 1.8, person.year);
  Print(card, 24.7, 20, 0, "年");
  Print(card, 28 + shift, 20 + shift, 1.8, person.month);
  Print(card, 32.7, 20, 0, "月");
  Print(card, 35.5 + shift, 20 + shift, 1.8, person.day);
  Print(card, 40.3, 20, 0, "日");
  Print(card, 30.8 + shift, 47.6 + shift, 2.78, person.number);
  return card;
}

inline std::vector<PrintedGlyph> PrintedBack(const PrintedPerson& person) {
  std::vector<PrintedGlyph> card;
  Print(card, 27.4, 9, 7.2, "中华人民共和国");
  Print(card, 27.9, 19, 10.8, "居民身份证");
  Print(card, 19.4, 41, 3.3, "签发机关");
  Print(card, 19.4, 47.6, 3.3, "有效期限");
  Print(card, 34.5, 47.6, 2, person.validity);
  return card;
}

// What lies on the table: cards, each with the way from mm to px.
class Table {
 public:
  void Lay(std::vector<PrintedGlyph> card, const cv::Matx33d& to_px) {
    for (const PrintedGlyph& glyph : card) glyphs_.push_back({Map(to_px, glyph.mm), glyph.character});
    cards_.push_back({std::move(card), to_px});
  }
  // Turned by `degrees` around the card's middle, which lies at `centre`.
  static cv::Matx33d At(cv::Point2d centre, double px_per_mm, double degrees) {
    const double a = degrees * CV_PI / 180, c = std::cos(a) * px_per_mm, s = std::sin(a) * px_per_mm;
    const cv::Point2d middle(42.8, 27);
    return {c, -s, centre.x - c * middle.x + s * middle.y, s, c, centre.y - s * middle.x - c * middle.y, 0,
            0, 1};
  }

  identity::Nets Nets() const {
    return {
        .find_lines = [this](const cv::Mat& /*bgr*/) -> Result<std::vector<identity::Box>> { return Boxes(); },
        .read_line = [this](const cv::Mat& /*bgr*/, const identity::Quad& quad) -> Result<identity::Lattice> {
          return Read(quad);
        },
        .upside_down = [this](const cv::Mat& /*bgr*/, std::span<const identity::Quad> lines) -> Result<double> {
          // Whether the text runs against the boxes.
          std::size_t against = 0;
          for (const identity::Quad& line : lines) against += Read(line).frames.empty() ? 0 : IsAgainst(line);
          return static_cast<double>(against) / static_cast<double>(lines.size());
        }};
  }

 private:
  static cv::Point2f Map(const cv::Matx33d& to_px, cv::Point2f mm) {
    const cv::Vec3d mapped = to_px * cv::Vec3d(mm.x, mm.y, 1);
    return cv::Point2d(mapped[0] / mapped[2], mapped[1] / mapped[2]);
  }
  static double PxPerMm(const cv::Matx33d& to_px) { return std::hypot(to_px(0, 0), to_px(1, 0)); }

  // One box for each row of a card, along the card, from the left of the photo.
  std::vector<identity::Box> Boxes() const {
    std::vector<identity::Box> boxes;
    for (const auto& [card, to_px] : cards_) {
      for (std::size_t first = 0; first < card.size();) {
        std::size_t last = first;
        while (last + 1 < card.size() && std::abs(card[last + 1].mm.y - card[first].mm.y) < 0.01 &&
               card[last + 1].mm.x > card[last].mm.x) {
          ++last;
        }
        const cv::Point2f from = Map(to_px, card[first].mm + cv::Point2f(-1.8F, 0));
        const cv::Point2f to = Map(to_px, card[last].mm + cv::Point2f(1.8F, 0));
        double degrees = std::atan2(to.y - from.y, to.x - from.x) * 180 / CV_PI;
        if (degrees > 90) degrees -= 180;
        if (degrees <= -90) degrees += 180;
        boxes.push_back(
            {(from.x + to.x) / 2.0, (from.y + to.y) / 2.0, cv::norm(to - from), 4 * PxPerMm(to_px), degrees});
        first = last + 1;
      }
    }
    return boxes;
  }

  struct Seen {
    double along;
    char32_t character;
  };
  std::vector<Seen> Inside(const identity::Quad& quad) const {
    std::vector<Seen> seen;
    const cv::Point2f along = quad[1] - quad[0], down = quad[3] - quad[0];
    for (const auto& [px, character] : glyphs_) {
      const cv::Point2f off = px - quad[0];
      const double x = off.dot(along) / along.dot(along), y = off.dot(down) / down.dot(down);
      if (x > 0 && x < 1 && y > 0.2 && y < 0.8) seen.push_back({x, character});
    }
    std::ranges::sort(seen, {}, &Seen::along);
    return seen;
  }
  // A quarter of the height for each frame, as the recogniser has 8 of 48 px.
  identity::Lattice Read(const identity::Quad& quad) const {
    identity::Lattice lattice;
    const double shape = cv::norm(quad[1] - quad[0]) / cv::norm(quad[3] - quad[0]);
    lattice.frames.resize(std::max<std::size_t>(6, static_cast<std::size_t>(6 * shape)));
    for (auto& frame : lattice.frames) frame = {{0, 1.0F}};
    for (const auto& [along, character] : Inside(quad)) {
      const auto id = Letters().ClassOf(character);
      const auto at = static_cast<std::size_t>(along * static_cast<double>(lattice.frames.size()));
      if (id) lattice.frames[at] = {{0, 0.001F}, {*id, 0.999F}};
    }
    return lattice;
  }
  std::size_t IsAgainst(const identity::Quad& quad) const {
    const cv::Point2f along = quad[1] - quad[0];
    for (const auto& [card, to_px] : cards_) {
      const cv::Point2f reading = Map(to_px, {10, 0}) - Map(to_px, {0, 0});
      if (reading.dot(along) < 0) return 1;
    }
    return 0;
  }

  std::vector<std::pair<cv::Point2f, char32_t>> glyphs_;
  std::vector<std::pair<std::vector<PrintedGlyph>, cv::Matx33d>> cards_;
};

}  // namespace gradphoto::testing
