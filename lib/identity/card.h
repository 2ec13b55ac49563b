// SPDX-License-Identifier: Apache-2.0
// From a photo to what stands on the sides of identity cards in it. What was read lives as long as the
// CardPhoto and goes into no record.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "lib/base/error.h"
#include "lib/identity/anchor.h"
#include "lib/identity/expected.h"
#include "lib/identity/lattice.h"
#include "lib/identity/layout.h"

namespace gradphoto::identity {

// The three nets, as functions so that tests can speak for them. Pictures: BGR, 8 bit. Thread-safe.
struct Nets {
  std::function<Result<std::vector<Box>>(const cv::Mat& bgr)> find_lines;
  std::function<Result<Lattice>(const cv::Mat& bgr, const Quad& line)> read_line;
  // How likely the lines stand on their heads, 0..1, over all of them.
  std::function<Result<double>(const cv::Mat& bgr, std::span<const Quad> lines)> upside_down;
};

// Of the strip of a field; see docs/IDENTITY.md.
struct StripQuality {
  double glare = 0;      // Share of the strip's pixels with a grey value of 250 or more.
  double edge = 0;       // Steepest steps from pixel to pixel at 48 px height / contrast.
  double height_px = 0;  // In the photo.
  bool is_cut = false;   // The strip, or the part of the field that always carries print, leaves the photo.
};

struct Field {
  FieldReading reading;
  StripQuality quality;
  Quad strip;           // On the photo.
  double row_mm = 0;    // Where the print stands on the card,
  double right_mm = 0;  // and where it ends.
  std::size_t glyphs = 0;
};

struct Side {
  SideKind kind = SideKind::kFront;
  View view;
  std::map<FieldKind, Field> fields;
};

enum class OtherKind { kTemporary, kHkMacauTaiwanResident, kForeignPermanentResident };

struct CardPhoto {
  std::vector<Side> sides;
  std::optional<OtherKind> other;  // Words of another kind of card stand in the photo.
  bool is_grey = false;            // The first side has no colour.
  bool is_screenshot = false;  // Rows of one and the same colour over the photo's whole width, a sixth of it.
  std::vector<Line> lines;     // Only with `keep_lines`, for calibration.
};

class CardReader {
 public:
  CardReader(Nets nets, Alphabet alphabet, Layout layout)
      : nets_(std::move(nets)), alphabet_(std::move(alphabet)), layout_(layout) {}

  const Alphabet& alphabet() const { return alphabet_; }
  const Layout& layout() const { return layout_; }

  // `bgr`: the upright photo, not made smaller. A photo without a card has no sides. Errors: kInternal - a net
  // failed.
  Result<CardPhoto> Read(const cv::Mat& bgr, bool keep_lines = false) const;

 private:
  struct Found {  // One side among the lines that it was found in.
    SideKind kind = SideKind::kFront;
    View view;
  };
  struct Search {
    std::vector<Found> sides;
    std::vector<Line> lines;
    std::size_t seen = 0;  // Glyphs of labels, whether or not they agree on a card.
    std::size_t Anchors() const;
  };

  Result<Search> FindSides(const cv::Mat& bgr, const std::vector<Box>& boxes) const;
  Result<std::vector<Line>> ReadLines(const cv::Mat& bgr, const std::vector<Box>& boxes, double turn) const;
  Result<Search> LookCloser(const cv::Mat& bgr, const std::vector<Box>& boxes, double beside_px,
                            Search first) const;
  Result<Side> ReadSide(const cv::Mat& bgr, const Found& found, const std::vector<Line>& lines) const;
  Result<Field> ReadField(const cv::Mat& bgr, FieldKind kind, const View& view,
                          const std::vector<Line>& lines) const;

  Nets nets_;
  Alphabet alphabet_;
  Layout layout_;
};

}  // namespace gradphoto::identity
